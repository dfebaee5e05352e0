import { withRule, type SelectionRule } from '@bobbin/shared/selection-rules'
import { hasWords, searchWords } from '@bobbin/shared/stream-search'
import type { SelectionRequest, StreamChange } from '@bobbin/shared/wizard-api'
import type { StreamItem } from './stream-item.ts'

/** What was changed in one opened stream; absent is as it was. */
export type StreamEdit = Omit<StreamChange, 'tap_stream_id' | 'selected'>

/** A stream that was ticked, unticked or opened by itself. */
export interface TouchedStream {
  /** As it was listed then. */
  readonly stream: StreamItem
  readonly selected?: boolean | undefined
  readonly edit?: StreamEdit | undefined
}

/** All that differs from what the server has, as plain JSON: rules first, then what was done by hand. */
export interface SelectionDifference {
  readonly rules: readonly SelectionRule[]
  readonly touched: readonly TouchedStream[]
}

/**
 * What is ticked, as a difference to what was there before: so it costs the same among three streams and among a
 * hundred thousand, of which most were never seen. Changes in place; one lives as long as its screen.
 */
export interface Selection {
  readonly isDirty: boolean
  readonly rules: readonly SelectionRule[]
  isSelected(stream: StreamItem): boolean
  /** The same, going by rules and what was there before: what the server knows of it. */
  isSelectedByRules(stream: StreamItem): boolean
  /** Whether the app has ticked it for good. */
  isKept(stream: StreamItem): boolean
  /** Why it cannot be ticked, or null. Choosing the keys of a view makes it selectable. */
  blockedReason(stream: StreamItem): string | null
  select(stream: StreamItem, isSelected: boolean): void
  /** Ticks or unticks all that the text finds and that can be ticked. False, and nothing done: there are too many rules. */
  selectMatching(q: string, isSelected: boolean): boolean
  touched(): Iterable<TouchedStream>
  editOf(stream: StreamItem): StreamEdit
  edit(stream: StreamItem, change: StreamEdit): void
  difference(): SelectionDifference
  /** The difference as the server takes it. */
  request(then: 'save' | 'skip'): SelectionRequest
}

export function createSelection(before: SelectionDifference = { rules: [], touched: [] }): Selection {
  let rules = before.rules.map(ready)
  const touched = new Map(before.touched.map((one) => [one.stream.tap_stream_id, one]))
  let isDirty = rules.length + touched.size > 0

  const plainRules = () => rules.map(({ q, selected }) => ({ q, selected }))
  const editOf = ({ tap_stream_id: id }: StreamItem): StreamEdit => touched.get(id)?.edit ?? {}

  function blockedReason(stream: StreamItem): string | null {
    const hasKeys = stream.is_view && !stream.access && (editOf(stream).view_key_properties?.length ?? 0) > 0
    return hasKeys ? null : stream.blocked
  }

  const isKept = (stream: StreamItem) => stream.required && blockedReason(stream) === null

  function isSelectedByRules({ blocked, required, text, selected, preselected }: StreamItem): boolean {
    if (blocked !== null) return false
    if (required) return true
    const rule = rules.findLast(({ words }) => hasWords(text, words))
    return rule?.selected ?? selected ?? preselected
  }

  /** What is as it would be anyway is no touch. */
  function touch(stream: StreamItem, selected: boolean | undefined, edit: StreamEdit | undefined): void {
    const isTick = selected !== undefined && selected !== isSelectedByRules(stream)
    const id = stream.tap_stream_id
    if (!isTick && !edit) touched.delete(id)
    else touched.set(id, { stream, ...(isTick && { selected }), ...(edit && { edit }) })
  }

  return {
    get isDirty() {
      return isDirty
    },
    get rules() {
      return plainRules()
    },
    isSelected: (stream) =>
      isKept(stream) || (touched.get(stream.tap_stream_id)?.selected ?? isSelectedByRules(stream)),
    isSelectedByRules,
    blockedReason,
    isKept,
    select(stream, isSelected) {
      isDirty = true
      if ((isSelected && blockedReason(stream) !== null) || isKept(stream)) return
      touch(stream, isSelected, touched.get(stream.tap_stream_id)?.edit)
    },
    selectMatching(q, isSelected) {
      const text = q.trim()
      const next = withRule(rules, { q: text, selected: isSelected })
      if (!next) return false
      isDirty = true
      rules = next.map(ready)
      const words = searchWords(text)
      for (const { stream, selected, edit } of [...touched.values()]) {
        if (!hasWords(stream.text, words)) touch(stream, selected, edit)
        // The server knows nothing of keys that are not saved yet.
        else touch(stream, isSelected && blockedReason(stream) === null, edit)
      }
      return true
    },
    touched: () => touched.values(),
    editOf,
    edit(stream, change) {
      isDirty = true
      const { selected, edit } = touched.get(stream.tap_stream_id) ?? {}
      const fields = change.fields && { fields: { ...edit?.fields, ...change.fields } }
      touch(stream, selected, { ...edit, ...change, ...fields })
      if (blockedReason(stream) !== null) touch(stream, undefined, editOf(stream))
    },
    difference() {
      return { rules: plainRules(), touched: [...touched.values()] }
    },
    request(then) {
      if (then === 'skip') return { changes: [], then }
      const changes = [...touched.values()].map(({ stream: { tap_stream_id }, selected, edit }) => ({
        tap_stream_id,
        ...(selected !== undefined && { selected }),
        ...edit,
      }))
      return { ...(rules.length > 0 && { matching: plainRules() }), changes, as_shown: true, then }
    },
  }
}

/** A rule with its words at hand. */
const ready = ({ q, selected }: SelectionRule) => ({ q, selected, words: searchWords(q) })
