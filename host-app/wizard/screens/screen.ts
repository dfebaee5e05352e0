import type { ComponentType } from 'preact'
import type { Wizard } from '../wizard.ts'
import type { WizardState } from '../wizard-state.ts'

/** What every screen is given. On the server there is no wizard: nothing can be clicked yet. */
export interface ScreenProps {
  readonly state: WizardState
  readonly wizard: Wizard | null
}

export type Screen = ComponentType<ScreenProps>
