import { isolated } from '@bobbin/shared/isolated'
import type { Noun } from '../messages/en/nouns.ts'
import { streams as words } from '../messages/en/streams.ts'
import { Name } from '../ui/name.tsx'
import { Sentence } from '../ui/sentence.tsx'
import type { Selection } from './selection.ts'
import type { StreamItem } from './stream-item.ts'

interface Props {
  /** Its place in the list. */
  place: number
  stream: StreamItem
  selection: Selection
  noun: Noun
  /** Who needs it, and that it does; null: the person chooses. */
  needed: string | null
  tabIndex: 0 | -1
  onSelect(isSelected: boolean): void
  onOpen(): void
}

/** One stream in the list: its checkbox, what is worth knowing, and the way to its fields. */
export function StreamRow({ place, stream, selection, noun, needed, tabIndex, onSelect, onOpen }: Props) {
  const id = `stream-${place}`
  const { stream_name: name, change } = stream
  const blocked = selection.blockedReason(stream)
  return (
    <div class="row">
      <input
        id={id}
        type="checkbox"
        tabIndex={tabIndex}
        checked={selection.isSelected(stream)}
        aria-disabled={blocked || needed ? 'true' : undefined}
        aria-describedby={`${id}-about`}
        onClick={(event) => {
          if (blocked || needed) event.preventDefault()
          else onSelect(event.currentTarget.checked)
        }}
      />
      <div class="what">
        <span class="title">
          <label for={id}>
            <Name>{name}</Name>
          </label>
          {change && <span class="badge">{words.change[change]}</span>}
          {stream.is_view && <span class="badge plain">{words.view}</span>}
        </span>
        <span id={`${id}-about`} class={blocked ? 'about warning' : 'about'}>
          <Sentence>
            {(blocked ? [blocked, needed] : [needed, aboutOf(stream, selection, noun)])
              .filter(Boolean)
              .join(' ')}
          </Sentence>
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

/** A row whose stream is on its way: as high, and empty. */
export function PlaceholderRow() {
  return (
    <div class="row awaited">
      <span class="about">{words.onItsWay}</span>
    </div>
  )
}

function aboutOf(stream: StreamItem, selection: Selection, noun: Noun): string {
  const method = selection.editOf(stream).replication_method ?? stream.replication_method
  const { tap_stream_id: id, stream_name: name } = stream
  return [
    words.fields(stream.field_count),
    stream.row_count === null ? null : words.rows(stream.row_count, noun),
    method && words.method[method],
    id === name ? null : isolated(id),
  ]
    .filter(Boolean)
    .join(' · ')
}
