import type { FlowState } from '@bobbin/shared/flow'
import { isGoneBack, stepBefore, type WizardStep } from '@bobbin/shared/steps'
import type { ComponentChildren } from 'preact'
import type { CallError } from '../api-client.ts'
import { shell } from '../messages/en/shell.ts'
import type { ScreenProps } from '../screens/screen.ts'
import { needsHelp, remedyOf } from '../remedies.ts'
import { Help } from './help.tsx'
import { Sentence } from './sentence.tsx'

interface Props extends ScreenProps {
  /** What stands in the way, found here. */
  note?: string | null
  /** The screen leads to the step before by a button of its own. */
  hasWayBack?: boolean
  children?: ComponentChildren
}

/**
 * The foot of every screen, always in sight: **Cancel**, **Back**, what leads on, and why that was refused or lost.
 * Nothing typed is lost by it.
 */
export function Actions({ state, wizard, note, hasWayBack = false, children }: Props) {
  const { failure, flow } = state
  const open = flow?.reachable ?? []
  const back = flow && !hasWayBack && stepBefore(open, flow.step)
  const again = flow && isDoneAgain(flow) && shell.again[flow.step as WizardStep]
  return (
    <div class="actions">
      {failure && !(flow?.step !== 'oauth' && isAtFields(failure)) && (
        <div class="notice danger" role="alert">
          <p>
            <Sentence>
              {failure.code === 'Unreachable' ? shell.unreachable : failure.message || shell.notSaved}
            </Sentence>
          </p>
          {needsHelp(failure.code) && (
            <Help app={state.flow?.app ?? null} requestId={failure.requestId ?? null} />
          )}
          {remedyOf(failure.code) === 'again' && (
            <button type="button" onClick={wizard?.retry}>
              {shell.tryAgain}
            </button>
          )}
        </div>
      )}
      {again && <p class="muted again">{again}</p>}
      {note && (
        <div class="notice danger" role="alert">
          <p>{note}</p>
        </div>
      )}
      <div>
        <button type="button" class="quiet" disabled={!state.isReady} onClick={wizard?.cancel}>
          {shell.cancel}
        </button>
        {back && (
          <button type="button" disabled={!state.isReady} onClick={() => wizard?.goToStep(back)}>
            {shell.back}
          </button>
        )}
      </div>
      <div>{children}</div>
    </div>
  )
}

/** The person came back to this step, and what they do here voids a check that is behind it. */
function isDoneAgain({ reachable: open, step }: FlowState): boolean {
  return isGoneBack(open, step) && open.includes('field_selection')
}

/** The screen shows these errors where they belong. */
function isAtFields({ code, data: { faults, fields } }: CallError): boolean {
  if (code === 'InvalidName' || code === 'InvalidDisplayName') return true
  return [faults, fields].some(
    (all) => typeof all === 'object' && all !== null && Object.keys(all).length > 0,
  )
}
