import { useEffect, useRef, useState } from 'preact/hooks'
import type { StreamFields } from '@bobbin/shared/wizard-api'
import type { CallError } from '../api-client.ts'
import type { Wizard } from '../wizard.ts'
import type { Noun } from '../messages/en/nouns.ts'
import { shell } from '../messages/en/shell.ts'
import { stream as words } from '../messages/en/streams.ts'
import { StreamFieldList } from './stream-field-list.tsx'
import { Name } from '../ui/name.tsx'
import { Sentence } from '../ui/sentence.tsx'
import { Replication } from './replication.tsx'
import type { StreamEdit } from './selection.ts'

interface Props {
  name: string
  noun: Noun
  isSelected: boolean
  blocked: string | null
  /** Who needs it, and that it does; null: the person chooses. */
  needed: string | null
  edit: StreamEdit
  wizard: Wizard
  /** The stream's `tap_stream_id`. */
  id: string
  onSelect(isSelected: boolean): void
  onEdit(edit: StreamEdit): void
  onClose(): void
}

/** One stream opened: whether it comes along, its fields, and how it is kept up to date. */
export function StreamDialog({
  name,
  noun,
  isSelected,
  blocked,
  needed,
  edit,
  wizard,
  id,
  onSelect,
  onEdit,
  onClose,
}: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [fields, setFields] = useState<StreamFields | null>(null)
  const [error, setError] = useState<CallError | null>(null)

  async function read(): Promise<void> {
    setError(null)
    const result = await wizard.api.read('getStream', { tap_stream_id: id })
    if (result.ok) setFields(result.value)
    else if (!wizard.isOver(result.error)) setError(result.error)
  }
  useEffect(() => {
    dialog.current?.showModal()
    void read()
  }, [])

  return (
    <dialog class="drawer" ref={dialog} aria-labelledby="stream-title" onClose={onClose}>
      <header>
        <h2 id="stream-title">
          <Name>{name}</Name>
        </h2>
        <button type="button" onClick={() => dialog.current?.close()}>
          {words.close}
        </button>
      </header>
      <div class="drawer-body">
        <label class="choice include">
          <input
            type="checkbox"
            role="switch"
            checked={isSelected}
            disabled={blocked !== null || needed !== null}
            onClick={({ currentTarget }) => onSelect(currentTarget.checked)}
          />
          <span>
            {words.include(noun)}
            {needed && (
              <span class="about">
                <Sentence>{needed}</Sentence>
              </span>
            )}
            {blocked && (
              <span class="about warning">
                <Sentence>{blocked}</Sentence>
              </span>
            )}
          </span>
        </label>
        {error && (
          <div class="notice danger" role="alert">
            <p>
              <Sentence>{error.message || shell.unreachable}</Sentence>
            </p>
            <button type="button" onClick={read}>
              {shell.tryAgain}
            </button>
          </div>
        )}
        {!fields && !error && (
          <p class="loading" role="status">
            {shell.loading}
          </p>
        )}
        {fields && <Replication noun={noun} fields={fields} edit={edit} onEdit={onEdit} />}
        {fields && <StreamFieldList fields={fields} edit={edit} onEdit={onEdit} />}
      </div>
    </dialog>
  )
}
