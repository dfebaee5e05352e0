import { useEffect, useRef, useState } from 'preact/hooks'
import type { StreamFields } from '@bobbin/shared/wizard-api'
import type { CallError, CallResult } from '../api-client.ts'
import { shell } from '../messages/en/shell.ts'
import { stream as words } from '../messages/en/streams.ts'
import { StreamFieldList } from './stream-field-list.tsx'
import { Replication } from './replication.tsx'
import type { StreamEdit } from './selection.ts'

interface Props {
  name: string
  isSelected: boolean
  blocked: string | null
  edit: StreamEdit
  load(): Promise<CallResult<StreamFields>>
  onSelect(isSelected: boolean): void
  onEdit(edit: StreamEdit): void
  onClose(): void
}

/** One stream opened: whether it comes along, its fields, and how it is kept up to date. */
export function StreamDialog({ name, isSelected, blocked, edit, load, onSelect, onEdit, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [fields, setFields] = useState<StreamFields | null>(null)
  const [error, setError] = useState<CallError | null>(null)

  async function read(): Promise<void> {
    setError(null)
    const result = await load()
    if (result.ok) setFields(result.value)
    else setError(result.error)
  }
  useEffect(() => {
    dialog.current?.showModal()
    void read()
  }, [])

  return (
    <dialog class="drawer" ref={dialog} aria-labelledby="stream-title" onClose={onClose}>
      <header>
        <h2 id="stream-title">{name}</h2>
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
            disabled={blocked !== null}
            onClick={({ currentTarget }) => onSelect(currentTarget.checked)}
          />
          <span>
            {words.include}
            {blocked && <span class="about warning">{blocked}</span>}
          </span>
        </label>
        {error && (
          <div class="notice danger" role="alert">
            <p>{error.message || shell.unreachable}</p>
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
        {fields && <Replication fields={fields} edit={edit} onEdit={onEdit} />}
        {fields && <StreamFieldList fields={fields} edit={edit} onEdit={onEdit} />}
      </div>
    </dialog>
  )
}
