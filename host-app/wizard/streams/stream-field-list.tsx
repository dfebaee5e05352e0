import { useMemo, useState } from 'preact/hooks'
import type { StreamFields } from '@bobbin/shared/wizard-api'
import { stream as words } from '../messages/en/streams.ts'
import { Sentence } from '../ui/sentence.tsx'
import { FieldRow } from './field-row.tsx'
import { SearchBox } from './search-box.tsx'
import type { StreamEdit } from './selection.ts'
import {
  chooseFields,
  excludedBy,
  isFieldSelected,
  tallyFields,
  toggleViewKey,
  viewKeysOf,
} from './stream-choices.ts'
import { createFilter } from './text-filter.ts'
import { TriState } from './tri-state.tsx'
import { VirtualList } from './virtual-list.tsx'

/** Fields as high as streams: two lines each. */
const rowHeight = 56
/** Fewer fields than this need no search. */
const fewFields = 12

interface Props {
  fields: StreamFields
  edit: StreamEdit
  onEdit(edit: StreamEdit): void
}

/** The fields of an opened stream, with a search where there are many. */
export function StreamFieldList({ fields: stream, edit, onEdit }: Props) {
  const { fields, is_view: isView } = stream
  const [q, setQuery] = useState('')
  const filter = useMemo(() => createFilter(fields.length, (index) => fields[index]?.name ?? ''), [fields])
  const rows = filter.search(q)
  const shown = rows.map((index) => fields[index]!)
  const keys = viewKeysOf(stream, edit)
  return (
    <section class="fields">
      <h3>{words.fields}</h3>
      {isView && <p class="hint">{words.viewKeysHint}</p>}
      {fields.length > fewFields && <SearchBox label={words.find} value={q} onSearch={setQuery} />}
      <div class="list-head">
        <TriState
          tally={tallyFields(stream, edit, shown)}
          onSelect={(isSelected) => onEdit(chooseFields(stream, edit, shown, isSelected))}
        >
          {q.trim() ? words.selectShown : words.selectAll}
        </TriState>
        <span class="muted" role="status">
          {words.selected(fields.filter((field) => isFieldSelected(field, edit)).length, fields.length)}
        </span>
      </div>
      {rows.length === 0 ? (
        <p class="empty">
          <Sentence>{words.noMatch(q)}</Sentence>
        </p>
      ) : (
        <VirtualList
          label={words.fields}
          rowHeight={rowHeight}
          rowCount={rows.length}
          subject={rows}
          keyOf={(row) => shown[row]?.name ?? row}
        >
          {(row, tabIndex) => {
            const field = shown[row]
            return (
              field && (
                <FieldRow
                  index={rows[row] ?? 0}
                  field={field}
                  isSelected={isFieldSelected(field, edit)}
                  excludedBy={excludedBy(stream, edit, field)}
                  isViewKey={isView ? keys.includes(field.name) : null}
                  tabIndex={tabIndex}
                  onSelect={(isSelected) => onEdit({ fields: { [field.name]: isSelected } })}
                  onViewKey={() => onEdit(toggleViewKey(stream, edit, field.name))}
                />
              )
            )
          }}
        </VirtualList>
      )}
    </section>
  )
}
