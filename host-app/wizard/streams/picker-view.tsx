import { useReducer, useState } from 'preact/hooks'
import type { Noun } from '../messages/en/nouns.ts'
import { shell } from '../messages/en/shell.ts'
import { streams as words } from '../messages/en/streams.ts'
import { Sentence } from '../ui/sentence.tsx'
import type { Wizard } from '../wizard.ts'
import { SchemaChanges } from './schema-changes.tsx'
import { SearchBox } from './search-box.tsx'
import { StreamDialog } from './stream-dialog.tsx'
import type { StreamItem } from './stream-item.ts'
import type { StreamFilter } from './stream-list.ts'
import { PlaceholderRow, StreamRow } from './stream-row.tsx'
import { TriState } from './tri-state.tsx'
import type { Picker } from './use-picker.ts'
import { VirtualList } from './virtual-list.tsx'

/** Two lines per stream; the style sheet knows no other height. */
const rowHeight = 56

/** The list of streams, with what has changed, the search and the one stream that is opened. */
export function PickerView({
  picker: { columns, list, selection, lost },
  noun,
  app,
  wizard,
}: {
  picker: Picker
  noun: Noun
  /** What the app that asks is called. */
  app: string | null
  wizard: Wizard | null
}) {
  const [filter, setFilter] = useState<StreamFilter>(list.shown)
  const [opened, setOpened] = useState<StreamItem | null>(null)
  const [hasTooMany, setTooMany] = useState(false)
  const [, repaint] = useReducer((version: number) => version + 1, 0)
  const { all, found, shown } = list
  const neededOf = ({ required }: StreamItem) => (required ? words.needed(app, noun) : null)

  /** Does it to the selection, and shows what came of it. */
  function change(act: () => void): void {
    act()
    wizard?.setDirty(selection.isDirty)
    repaint(undefined)
  }

  function search(next: StreamFilter): void {
    list.search(next)
    setFilter(next)
  }

  return (
    <div class="picker">
      <SchemaChanges columns={columns} noun={noun} />
      {lost.length > 0 && (
        <p class="notice" role="alert">
          <Sentence>{words.lost(lost, noun)}</Sentence>
        </p>
      )}
      <SearchBox label={words.find} value={filter.q} onSearch={(q) => search({ ...filter, q })} />
      <div class="list-head">
        {shown.onlySelected && found.count > 0 && (
          // All that is ticked is in sight: it can only become less.
          <button
            type="button"
            disabled={list.isSearching || found.selected === 0}
            onClick={() => change(() => setTooMany(!list.selectFound(false)))}
          >
            {words.unselect(found.selected, noun)}
          </button>
        )}
        {!shown.onlySelected && found.count > 0 && (
          <TriState
            tally={found}
            isWaiting={list.isSearching}
            onSelect={(isSelected) => change(() => setTooMany(!list.selectFound(isSelected)))}
          >
            {shown.q.trim() ? words.selectShown(noun) : words.selectAll(noun)}
          </TriState>
        )}
        <label class="only">
          <input
            type="checkbox"
            checked={filter.onlySelected}
            onClick={({ currentTarget }) => search({ ...filter, onlySelected: currentTarget.checked })}
          />
          <span>{words.onlySelected}</span>
        </label>
        <span class="muted" role="status">
          {words.selected(all.selected, all.count, noun)}
        </span>
      </div>
      {hasTooMany && (
        <p class="notice" role="alert">
          {words.tooManyRules}
        </p>
      )}
      {list.hasFailed && (
        <div class="notice danger" role="alert">
          <p>{words.lostTouch}</p>
          <button type="button" onClick={() => list.retry()}>
            {shell.tryAgain}
          </button>
        </div>
      )}
      {found.count === 0 ? (
        <div class="empty">
          <p role="status">
            <Sentence>{emptyText(all.count, shown, noun)}</Sentence>
          </p>
          {(filter.q || filter.onlySelected) && (
            <button type="button" onClick={() => search({ q: '', onlySelected: false })}>
              {filter.q ? words.clear : words.showAll}
            </button>
          )}
        </div>
      ) : (
        <VirtualList
          label={words.list(noun)}
          rowHeight={rowHeight}
          rowCount={found.count}
          subject={list.result}
          isBusy={list.isSearching}
          keyOf={(row) => list.at(row)?.tap_stream_id ?? row}
          onEnter={(row) => setOpened(list.at(row))}
          onShow={(start, end) => list.show(start, end)}
        >
          {(row, tabIndex) => {
            const stream = list.at(row)
            if (!stream) return <PlaceholderRow />
            return (
              <StreamRow
                place={row}
                stream={stream}
                selection={selection}
                noun={noun}
                needed={neededOf(stream)}
                tabIndex={tabIndex}
                onSelect={(isSelected) => change(() => selection.select(stream, isSelected))}
                onOpen={() => setOpened(stream)}
              />
            )
          }}
        </VirtualList>
      )}
      {opened && wizard && (
        <StreamDialog
          key={opened.tap_stream_id}
          name={opened.stream_name}
          noun={noun}
          isSelected={selection.isSelected(opened)}
          blocked={selection.blockedReason(opened)}
          needed={neededOf(opened)}
          edit={selection.editOf(opened)}
          wizard={wizard}
          id={opened.tap_stream_id}
          onSelect={(isSelected) => change(() => selection.select(opened, isSelected))}
          onEdit={(edit) => change(() => selection.edit(opened, edit))}
          onClose={() => setOpened(null)}
        />
      )}
    </div>
  )
}

function emptyText(count: number, { q, onlySelected }: StreamFilter, noun: Noun): string {
  if (count === 0) return words.empty
  if (onlySelected) return q.trim() ? words.noSelectedMatch(q, noun) : words.noneSelected
  return words.noMatch(q, noun)
}
