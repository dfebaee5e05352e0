import { useReducer, useState } from 'preact/hooks'
import { streams as words } from '../messages/en/streams.ts'
import { Sentence } from '../ui/sentence.tsx'
import type { Wizard } from '../wizard.ts'
import { SchemaChanges } from './schema-changes.tsx'
import { SearchBox } from './search-box.tsx'
import { StreamDialog } from './stream-dialog.tsx'
import { StreamRow } from './stream-row.tsx'
import { TriState } from './tri-state.tsx'
import type { Picker } from './use-columns.ts'
import { VirtualList } from './virtual-list.tsx'

/** Two lines per stream; the style sheet knows no other height. */
const rowHeight = 56

/** The list of streams, with what has changed, the search and the one stream that is opened. */
export function PickerView({
  picker: { columns, filter, selection },
  wizard,
}: {
  picker: Picker
  wizard: Wizard | null
}) {
  const [q, setQuery] = useState('')
  const [opened, setOpened] = useState<number | null>(null)
  const [, repaint] = useReducer((version: number) => version + 1, 0)
  const rows = filter.search(q)
  const ids = columns.tap_stream_id

  /** Does it to the selection, and shows what came of it. */
  function change(act: () => void): void {
    act()
    wizard?.setDirty(selection.isDirty)
    repaint(undefined)
  }

  return (
    <div class="picker">
      <SchemaChanges columns={columns} />
      <SearchBox label={words.find} value={q} onSearch={setQuery} />
      <div class="list-head">
        <TriState
          tally={selection.tally(rows)}
          onSelect={(isSelected) => change(() => selection.selectMatching(q, isSelected))}
        >
          {q.trim() ? words.selectShown : words.selectAll}
        </TriState>
        <span class="muted" role="status">
          {words.selected(selection.count, ids.length)}
        </span>
      </div>
      {rows.length === 0 ? (
        <div class="empty">
          <p role="status">
            <Sentence>{ids.length === 0 ? words.empty : words.noMatch(q)}</Sentence>
          </p>
          {q && (
            <button type="button" onClick={() => setQuery('')}>
              {words.clear}
            </button>
          )}
        </div>
      ) : (
        <VirtualList
          label={words.list}
          rowHeight={rowHeight}
          rowCount={rows.length}
          subject={rows}
          keyOf={(row) => rows[row] ?? row}
          onEnter={(row) => setOpened(rows[row] ?? null)}
        >
          {(row, tabIndex) => {
            const index = rows[row] ?? 0
            return (
              <StreamRow
                index={index}
                columns={columns}
                selection={selection}
                tabIndex={tabIndex}
                onSelect={(isSelected) => change(() => selection.select(index, isSelected))}
                onOpen={() => setOpened(index)}
              />
            )
          }}
        </VirtualList>
      )}
      {opened !== null && wizard && (
        <StreamDialog
          key={opened}
          name={columns.stream_name[opened] ?? ''}
          isSelected={selection.isSelected(opened)}
          blocked={selection.blockedReason(opened)}
          edit={selection.editOf(opened)}
          wizard={wizard}
          id={ids[opened] ?? ''}
          onSelect={(isSelected) => change(() => selection.select(opened, isSelected))}
          onEdit={(edit) => change(() => selection.edit(opened, edit))}
          onClose={() => setOpened(null)}
        />
      )}
    </div>
  )
}
