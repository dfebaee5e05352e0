import type { PropertyInfo } from '@bobbin/shared/connector-info'
import { useEffect, useRef, useState } from 'preact/hooks'
import { choices as words } from '../messages/en/choices.ts'
import { Sentence } from '../ui/sentence.tsx'
import { OptionList } from './option-list.tsx'
import type { AskOptions } from './option-reader.ts'

/** What a setting of the form can be, by what else the form holds: whatever is taken is in the field at once. */
export function FormOptions({
  property: { name, title, description, is_required },
  value,
  ask,
  onTake,
  onClose,
}: {
  property: PropertyInfo
  value: string
  ask: AskOptions
  onTake(value: string): void
  onClose(): void
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [taken, setTaken] = useState(value)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog class="drawer" ref={dialog} aria-labelledby="options-title" onClose={onClose}>
      <header>
        <h2 id="options-title">
          <Sentence>{words.choose(title)}</Sentence>
        </h2>
        <button type="button" onClick={() => dialog.current?.close()}>
          {words.done}
        </button>
      </header>
      <div class="drawer-body">
        <OptionList
          choice={{ name, title, is_required, ...(description !== undefined && { description }) }}
          ask={ask}
          value={taken}
          isMissing={false}
          onChoose={(chosen) => {
            setTaken(chosen)
            onTake(chosen)
          }}
        />
      </div>
    </dialog>
  )
}
