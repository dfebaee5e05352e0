import type { FlowState } from '@bobbin/shared/flow'
import { useState } from 'preact/hooks'
import { helpLink } from '../help-link.ts'
import { help as words } from '../messages/en/help.ts'
import { Sentence } from './sentence.tsx'
import { untranslated } from './untranslated.ts'

/** For a failure that nobody can explain here: whom to ask, and the request by which its line in the server's log is found. */
export function Help({ app, requestId }: { app: FlowState['app'] | null; requestId: string | null }) {
  const [isCopied, setCopied] = useState(false)
  return (
    <div class="help">
      <p>
        <Sentence>{words.ask(app?.name ?? null)}</Sentence>{' '}
        {app?.support && <HelpLink support={app.support} requestId={requestId} />}
      </p>
      {requestId && (
        <p>
          {words.number} <code {...untranslated}>{requestId}</code>{' '}
          <button
            type="button"
            onClick={() => {
              // Where the browser does not allow it, the number can still be marked by hand.
              navigator.clipboard?.writeText(requestId).then(
                () => setCopied(true),
                () => undefined,
              )
            }}
          >
            {isCopied ? words.copied : words.copy}
          </button>
        </p>
      )}
    </div>
  )
}

/** In a window of its own: what is under way here stays. */
export function HelpLink({ support, requestId }: { support: string; requestId: string | null }) {
  return (
    <a href={helpLink(support, requestId)} target="_blank" rel="noopener noreferrer">
      {words.get}
    </a>
  )
}
