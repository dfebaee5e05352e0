import { shell } from '../messages/en/shell.ts'
import type { Wizard } from '../wizard.ts'
import type { WizardState } from '../wizard-state.ts'

/** An action that was refused or lost: why, and **Try again**. Nothing typed is lost. */
export function FailureNotice({ state, wizard }: { state: WizardState; wizard: Wizard | null }) {
  const { failure } = state
  if (!failure) return null
  return (
    <div class="notice danger" role="alert">
      <p>{failure.code === 'Unreachable' ? shell.unreachable : failure.message || shell.notSaved}</p>
      <button type="button" onClick={wizard?.retry}>
        {shell.tryAgain}
      </button>
    </div>
  )
}
