import { isolated } from '@bobbin/shared/isolated'
import type { StreamColumns } from '@bobbin/shared/wizard-api'
import { streams as words } from '../messages/en/streams.ts'
import { Name } from '../ui/name.tsx'
import { Sentence } from '../ui/sentence.tsx'
import type { Selection } from './selection.ts'

interface Props {
  index: number
  columns: StreamColumns
  selection: Selection
  tabIndex: 0 | -1
  onSelect(isSelected: boolean): void
  onOpen(): void
}

/** One stream in the list: its checkbox, what is worth knowing, and the way to its fields. */
export function StreamRow({ index, columns, selection, tabIndex, onSelect, onOpen }: Props) {
  const id = `stream-${index}`
  const name = columns.stream_name[index] ?? ''
  const blocked = selection.blockedReason(index)
  const change = columns.change[index]
  return (
    <div class="row">
      <input
        id={id}
        type="checkbox"
        tabIndex={tabIndex}
        checked={selection.isSelected(index)}
        aria-disabled={blocked ? 'true' : undefined}
        aria-describedby={`${id}-about`}
        onClick={(event) => {
          if (blocked) event.preventDefault()
          else onSelect(event.currentTarget.checked)
        }}
      />
      <div class="what">
        <span class="title">
          <label for={id}>
            <Name>{name}</Name>
          </label>
          {change && <span class="badge">{words.change[change]}</span>}
          {columns.is_view[index] && <span class="badge plain">{words.view}</span>}
        </span>
        <span id={`${id}-about`} class={blocked ? 'about warning' : 'about'}>
          <Sentence>{blocked ?? aboutOf(index, columns, selection)}</Sentence>
        </span>
      </div>
      <button
        type="button"
        class="open"
        tabIndex={tabIndex}
        aria-label={words.open(name)}
        aria-haspopup="dialog"
        onClick={onOpen}
      />
    </div>
  )
}

function aboutOf(index: number, columns: StreamColumns, selection: Selection): string {
  const { tap_stream_id: ids, stream_name: names, row_count: rows, field_count: fields } = columns
  const method = selection.editOf(index).replication_method ?? columns.replication_method[index]
  const rowCount = rows[index] ?? null
  return [
    words.fields(fields[index] ?? 0),
    rowCount === null ? null : words.rows(rowCount),
    method && words.method[method],
    ids[index] === names[index] ? null : isolated(ids[index] ?? ''),
  ]
    .filter(Boolean)
    .join(' · ')
}
