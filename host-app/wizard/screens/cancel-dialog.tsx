import { shell } from '../messages/en/shell.ts'
import type { ScreenProps } from './screen.ts'

/** The question before something typed or ticked is lost. */
export function CancelDialog({ state, wizard }: ScreenProps) {
  if (state.cancelling !== 'asking') return null
  return (
    <dialog
      class="question"
      aria-labelledby="leave-title"
      ref={(dialog) => {
        if (dialog && !dialog.open) dialog.showModal()
      }}
      onClose={wizard?.keepGoing}
    >
      <h2 id="leave-title">{shell.leave.title}</h2>
      <p>{shell.leave.text}</p>
      <div class="buttons">
        <button type="button" onClick={wizard?.confirmCancel}>
          {shell.leave.go}
        </button>
        <button type="button" class="primary" onClick={close}>
          {shell.leave.stay}
        </button>
      </div>
    </dialog>
  )
}

/** Closing gives the focus back to where it was. */
function close({ currentTarget }: { currentTarget: EventTarget }): void {
  if (currentTarget instanceof Element) currentTarget.closest('dialog')?.close()
}
