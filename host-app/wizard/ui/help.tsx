import { useState } from 'preact/hooks'
import { help as words } from '../messages/en/help.ts'
import { Sentence } from './sentence.tsx'
import { untranslated } from './untranslated.ts'

/** For a failure that nobody can explain here: whom to ask, and the request by which its line in the server's log is found. */
export function Help({ app, requestId }: { app: string | null; requestId: string | null }) {
  const [isCopied, setCopied] = useState(false)
  return (
    <div class="help">
      <p>
        <Sentence>{words.ask(app)}</Sentence>
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
