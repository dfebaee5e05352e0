import { cancel as words } from '../messages/en/cancel.ts'
import { Sentence } from '../ui/sentence.tsx'
import type { ScreenProps } from './screen.ts'

/** The question before something is lost or left unfinished. What destroys nothing comes first, and is where Enter lands. */
export function CancelDialog({ state, wizard }: ScreenProps) {
  const { cancelling, flow, isDirty } = state
  const made = flow?.made ?? []
  return (
    <dialog
      class="question"
      aria-labelledby="leave-title"
      aria-describedby="leave-text"
      ref={(dialog) => {
        if (dialog && !dialog.open) dialog.showModal()
      }}
      onClose={wizard?.keepGoing}
      onClick={closeFromOutside}
    >
      <div>
        <h2 id="leave-title">{words.title}</h2>
        <div id="leave-text" class="text">
          {made.length > 0 && (
            <p>
              <Sentence>{words.made(made.map(({ display_name: name }) => name))}</Sentence>
            </p>
          )}
          {made.length === 0 && flow?.source && (
            <p>
              <Sentence>{words.stays(flow.source.display_name)}</Sentence>
            </p>
          )}
          {isDirty && <p>{words.typed}</p>}
        </div>
        {cancelling === 'failed' && (
          <p class="notice danger" role="alert">
            {words.failed}
          </p>
        )}
        <div class="buttons">
          {/* Also what `showModal` gives the focus to. */}
          <button type="button" class="primary" autoFocus onClick={close}>
            {words.stay}
          </button>
          {made.length > 0 && (
            <button type="button" onClick={() => wizard?.confirmCancel('keep')}>
              {words.keep}
            </button>
          )}
          <button type="button" onClick={() => wizard?.confirmCancel('discard')}>
            {words.discard}
          </button>
        </div>
      </div>
    </dialog>
  )
}

/** Closing gives the focus back to where it was. */
function close({ currentTarget }: { currentTarget: EventTarget }): void {
  if (currentTarget instanceof Element) currentTarget.closest('dialog')?.close()
}

/** All of the dialog that can be seen is inside of it: what meets the dialog itself is its backdrop. */
function closeFromOutside(event: MouseEvent & { currentTarget: EventTarget }): void {
  if (event.target === event.currentTarget) close(event)
}
