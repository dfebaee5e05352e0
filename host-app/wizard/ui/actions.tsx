import type { ComponentChildren } from 'preact'
import type { CallError } from '../api-client.ts'
import { shell } from '../messages/en/shell.ts'
import type { ScreenProps } from '../screens/screen.ts'
import { isUnexplained, remedyOf } from '../remedies.ts'
import { Help } from './help.tsx'
import { Sentence } from './sentence.tsx'

interface Props extends ScreenProps {
  /** What stands in the way, found here. */
  note?: string | null
  children?: ComponentChildren
}

/**
 * The foot of every screen, always in sight: **Cancel**, what leads on, and why that was refused or lost.
 * Nothing typed is lost by it.
 */
export function Actions({ state, wizard, note, children }: Props) {
  const { failure } = state
  return (
    <div class="actions">
      {failure && !isAtFields(failure) && (
        <div class="notice danger" role="alert">
          <p>
            <Sentence>
              {failure.code === 'Unreachable' ? shell.unreachable : failure.message || shell.notSaved}
            </Sentence>
          </p>
          {isUnexplained(failure.code) && (
            <Help app={state.flow?.app.name ?? null} requestId={failure.requestId ?? null} />
          )}
          {remedyOf(failure.code) === 'again' && (
            <button type="button" onClick={wizard?.retry}>
              {shell.tryAgain}
            </button>
          )}
        </div>
      )}
      {note && (
        <div class="notice danger" role="alert">
          <p>{note}</p>
        </div>
      )}
      <button type="button" class="quiet" disabled={!state.isReady} onClick={wizard?.cancel}>
        {shell.cancel}
      </button>
      <div>{children}</div>
    </div>
  )
}

/** The screen shows these errors where they belong. */
function isAtFields({ code, data: { faults, fields } }: CallError): boolean {
  if (code === 'InvalidName' || code === 'InvalidDisplayName') return true
  return [faults, fields].some(
    (all) => typeof all === 'object' && all !== null && Object.keys(all).length > 0,
  )
}
