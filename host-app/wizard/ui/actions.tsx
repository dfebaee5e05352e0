import type { ComponentChildren } from 'preact'
import { shell } from '../messages/en/shell.ts'
import type { Wizard } from '../wizard.ts'

/** The foot of every screen: **Cancel**, and what leads on. */
export function Actions({ wizard, children }: { wizard: Wizard | null; children?: ComponentChildren }) {
  return (
    <div class="actions">
      <button type="button" class="quiet" onClick={wizard?.cancel}>
        {shell.cancel}
      </button>
      <div>{children}</div>
    </div>
  )
}
