import { useReducer, useState } from 'preact/hooks'
import type { StreamColumns } from '@bobbin/shared/wizard-api'
import { shell } from '../messages/en/shell.ts'
import { streams as words } from '../messages/en/streams.ts'
import { SearchBox } from '../streams/search-box.tsx'
import { StreamDialog } from '../streams/stream-dialog.tsx'
import { StreamRow } from '../streams/stream-row.tsx'
import { TriState } from '../streams/tri-state.tsx'
import { useColumns, type Picker } from '../streams/use-columns.ts'
import { VirtualList } from '../streams/virtual-list.tsx'
import { Actions } from '../ui/actions.tsx'
import type { Wizard } from '../wizard.ts'
import { isBusy } from '../wizard-state.ts'
import type { ScreenProps } from './screen.ts'

/** Two lines per stream; the style sheet knows no other height. */
const rowHeight = 56

/** Chooses the streams, and per stream its fields and how it is replicated. */
export function StreamsScreen({ state, wizard }: ScreenProps) {
  const { picker, error, reload } = useColumns(wizard, state.flow?.consent !== 'needed')
  const [hasNothing, setHasNothing] = useState(false)

  function save(): void {
    if (!picker || isBusy(state)) return
    setHasNothing(picker.selection.count === 0)
    if (picker.selection.count > 0)
      wizard?.intend({ name: 'saveSelection', body: picker.selection.request('save') })
  }

  return (
    <>
      <h1 tabIndex={-1}>{words.title}</h1>
      <FaultyStreams fields={state.failure?.data['fields']} />
      {error && (
        <div class="notice danger" role="alert">
          <p>{words.cannotLoad}</p>
          <button type="button" onClick={reload}>
            {shell.tryAgain}
          </button>
        </div>
      )}
      {!picker && !error && (
        <p class="loading" role="status">
          {shell.loading}
        </p>
      )}
      {picker && <PickerView picker={picker} wizard={wizard} />}
      <Actions
        state={state}
        wizard={wizard}
        note={hasNothing && picker?.selection.count === 0 ? words.nothingSelected : null}
      >
        <button
          type="button"
          onClick={() => wizard?.intend({ name: 'saveSelection', body: { changes: [], then: 'skip' } })}
        >
          {words.skip}
        </button>
        <button type="button" class="primary" disabled={!picker} aria-busy={isBusy(state)} onClick={save}>
          {isBusy(state) ? shell.saving : words.save}
        </button>
      </Actions>
    </>
  )
}

/** Streams that the server refused, each with its reason. */
function FaultyStreams({ fields }: { fields: unknown }) {
  const faults = Object.entries(fields ?? {})
  if (faults.length === 0) return null
  return (
    <div class="notice danger" role="alert">
      <ul>
        {faults.slice(0, mostListed).map(([id, reason]) => (
          <li key={id}>
            <strong>{id}</strong>: {String(reason)}
          </li>
        ))}
        {faults.length > mostListed && <li>…</li>}
      </ul>
    </div>
  )
}

function PickerView({
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
          <p role="status">{ids.length === 0 ? words.empty : words.noMatch(q)}</p>
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

/** What is new, different or gone since the last time somebody chose. */
function SchemaChanges({ columns: { change, removed } }: { columns: StreamColumns }) {
  const added = change.filter((one) => one === 'added').length
  const changed = change.filter((one) => one === 'changed').length
  if (added + changed + removed.length === 0) return null
  return (
    <div class="notice">
      {added + changed > 0 && <p>{words.changes(added, changed)}</p>}
      {removed.length > 0 && (
        <details>
          <summary>{words.removed(removed.length)}</summary>
          <ul>
            {removed.slice(0, mostListed).map((id) => (
              <li key={id}>{id}</li>
            ))}
            {removed.length > mostListed && <li>…</li>}
          </ul>
        </details>
      )}
    </div>
  )
}

/** Longer lists of names are cut off. */
const mostListed = 100
