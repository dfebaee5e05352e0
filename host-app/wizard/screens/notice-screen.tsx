import { claimRefusals, notices } from '../messages/en/notices.ts'
import { Help } from '../ui/help.tsx'
import { Name } from '../ui/name.tsx'
import { endingOf } from '../view.ts'
import type { Ending } from '../wizard-state.ts'
import type { ScreenProps } from './screen.ts'

/** Endings whose words speak of an address. */
const withOrigin: readonly Ending['notice'][] = ['origin_refused', 'cookies_blocked']

/** A screen that ends the window: what happened, and what to do. */
export function NoticeScreen({ state, wizard }: ScreenProps) {
  const ending = endingOf(state)
  if (!ending) return null
  const { title, text } = notices[ending.notice]
  const refusals: Readonly<Record<string, string>> = claimRefusals
  const reason = String(ending.error?.data['reason'])
  return (
    <div class="notice-screen">
      <h1 tabIndex={-1}>{title}</h1>
      <p class="lead">{(ending.notice === 'refused' && refusals[reason]) || text}</p>
      {withOrigin.includes(ending.notice) && typeof ending.error?.data['origin'] === 'string' && (
        <p>
          <code>
            <Name>{ending.error.data['origin']}</Name>
          </code>
        </p>
      )}
      {ending.error?.requestId && <Help app={state.flow?.app ?? null} requestId={ending.error.requestId} />}
      {state.mustCloseByHand ? (
        <p role="status">{notices.closeHint}</p>
      ) : (
        <button type="button" class="primary" onClick={wizard?.close}>
          {notices.close}
        </button>
      )}
    </div>
  )
}
