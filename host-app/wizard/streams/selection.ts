import type { SelectionRequest, StreamChange, StreamColumns } from '@bobbin/shared/wizard-api'
import type { Filter } from './stream-filter.ts'

/** What was changed in one opened stream; absent is as it was. */
export type StreamEdit = Omit<StreamChange, 'tap_stream_id' | 'selected'>

/**
 * What is ticked, over columns that may hold 100,000 streams. Knows what was there before, so that only
 * the differences are sent. Changes in place and counts its versions; one lives as long as its screen.
 */
export interface Selection {
  /** Streams ticked now. */
  readonly count: number
  readonly isDirty: boolean
  isSelected(index: number): boolean
  /** Why it cannot be ticked, or null. Choosing the keys of a view makes it selectable. */
  blockedReason(index: number): string | null
  select(index: number, isSelected: boolean): void
  /** Ticks or unticks all that the text matches and that can be ticked. */
  selectMatching(q: string, isSelected: boolean): void
  /** How many of the rows can be ticked, and how many are. */
  tally(rows: Uint32Array): { selectable: number; selected: number }
  editOf(index: number): StreamEdit
  edit(index: number, change: StreamEdit): void
  /** The differences, as the server takes them. */
  request(then: 'save' | 'skip'): SelectionRequest
}

/** The server takes this many changes; more are sent as what the filter matched, and the rest one by one. */
const limit = 20_000
const neverChosen = -1
/** The server takes this many filters. */
const mostMatching = 100

export function createSelection(
  columns: StreamColumns,
  filter: Filter,
  { mostChanges = limit }: { mostChanges?: number } = {},
): Selection {
  const { tap_stream_id: ids, blocked, preselected, is_view: isView } = columns
  const saved = Int8Array.from(columns.selected, (chosen) => (chosen === null ? neverChosen : Number(chosen)))
  const selected = Uint8Array.from(columns.selected, (chosen, index) =>
    Number(blocked[index] === null && (chosen ?? preselected[index] ?? false)),
  )
  const edits = new Map<number, StreamEdit>()
  let matching: { q: string; selected: boolean }[] = []
  let count = selected.reduce((sum, one) => sum + one, 0)
  let isDirty = false

  function blockedReason(index: number): string | null {
    const hasKeys = isView[index] && (edits.get(index)?.view_key_properties?.length ?? 0) > 0
    return hasKeys ? null : (blocked[index] ?? null)
  }

  function set(index: number, isSelected: boolean): void {
    if (isSelected && blockedReason(index) !== null) return
    count += Number(isSelected) - (selected[index] ?? 0)
    selected[index] = Number(isSelected)
  }

  function selectMatching(q: string, isSelected: boolean): void {
    isDirty = true
    for (const index of filter.search(q)) set(index, isSelected)
    const text = q.trim()
    // A wider filter overwrites what a narrower one did before.
    const isCovered = (earlier: string) => earlier.toLowerCase().includes(text.toLowerCase())
    matching = [...matching.filter((one) => !isCovered(one.q)), { q: text, selected: isSelected }]
    if (matching.length > mostMatching) matching.shift()
  }

  /** The server has to be told: what is ticked is not what it has. Unticking what was ticked for the person counts. */
  function differs(index: number, base: Int8Array): boolean {
    if (base[index] === neverChosen) return selected[index] === 1 || preselected[index] === true
    return selected[index] !== base[index]
  }

  function changesFrom(base: Int8Array): StreamChange[] {
    const changes: StreamChange[] = []
    for (let index = 0; index < ids.length; index++) {
      const edit = edits.get(index)
      const isChosen = differs(index, base)
      if (!edit && !isChosen) continue
      changes.push({
        tap_stream_id: ids[index] ?? '',
        ...(isChosen && { selected: selected[index] === 1 }),
        ...edit,
      })
    }
    return changes
  }

  /** What the server makes of the filters alone: blocked streams are left out, edits not yet known. */
  function afterMatching(): Int8Array {
    const base = saved.slice()
    for (const { q, selected: isSelected } of matching) {
      for (const index of filter.search(q)) if (blocked[index] === null) base[index] = Number(isSelected)
    }
    return base
  }

  function request(then: 'save' | 'skip'): SelectionRequest {
    if (then === 'skip') return { changes: [], then }
    const changes = changesFrom(saved)
    if (changes.length <= mostChanges) return { changes, then }
    return { matching, changes: changesFrom(afterMatching()), then }
  }

  return {
    get count() {
      return count
    },
    get isDirty() {
      return isDirty
    },
    isSelected: (index) => selected[index] === 1,
    blockedReason,
    select(index, isSelected) {
      isDirty = true
      set(index, isSelected)
    },
    selectMatching,
    tally(rows) {
      let selectable = 0
      let chosen = 0
      for (const index of rows) {
        if (selected[index]) chosen++
        if (selected[index] || blockedReason(index) === null) selectable++
      }
      return { selectable, selected: chosen }
    },
    editOf: (index) => edits.get(index) ?? {},
    edit(index, change) {
      isDirty = true
      const before = edits.get(index)
      const fields = change.fields && { fields: { ...before?.fields, ...change.fields } }
      edits.set(index, { ...before, ...change, ...fields })
      if (blockedReason(index) !== null) set(index, false)
    },
    request,
  }
}
