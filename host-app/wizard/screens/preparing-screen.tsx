import { shell } from '../messages/en/shell.ts'
import { Actions } from '../ui/actions.tsx'
import type { ScreenProps } from './screen.ts'

/** Before the claim, where nothing is known yet of what will be shown. */
export function PreparingScreen({ state, wizard }: ScreenProps) {
  return (
    <>
      <div role="status" class="preparing">
        <span class="spinner" />
        <h1 tabIndex={-1}>{shell.preparing}</h1>
        <p class="lead">{shell.preparingText}</p>
      </div>
      <Actions state={state} wizard={wizard} />
    </>
  )
}
