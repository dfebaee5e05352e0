import type { SelectionRule } from '@bobbin/shared/selection-rules'
import { createSelection, type Selection, type SelectionDifference, type TouchedStream } from './selection.ts'
import type { StreamItem } from './stream-item.ts'

/** Where a selection is kept until it is saved. */
interface Keeping {
  read(): unknown
  /** null: there is nothing to keep. */
  keep(draft: unknown): void
}

/** Changes are written together, once nothing more came for this long, in milliseconds. */
const pause = 200

/** What was ticked or opened by hand while the streams were others: whether it is still there has to be found out. */
export function doubtfulIds(kept: unknown, version: number): string[] {
  const draft = parseDraft(kept)
  return draft.version === version ? [] : draft.touched.map(({ stream }) => stream.tap_stream_id)
}

/**
 * A selection with what was ticked before and not saved, which keeps what is ticked from now on. `streams` are those
 * that the draft may be about, or null where they are as they were. `lost` are the names of those that were ticked and
 * cannot be any more.
 */
export function keptSelection(
  { version, streams }: { version: number; streams: readonly StreamItem[] | null },
  { read, keep }: Keeping,
): { selection: Selection; lost: readonly string[]; flush(): void } {
  const selection = createSelection()
  const lost = restore(selection, streams, parseDraft(read()))
  let waiting: ReturnType<typeof setTimeout> | null = null

  function flush(): void {
    if (waiting === null) return
    clearTimeout(waiting)
    waiting = null
    const { rules, touched } = selection.difference()
    keep(rules.length + touched.length > 0 ? { version, rules, touched } : null)
  }

  /** Does it, and keeps what came of it. */
  const keeping =
    <Given extends readonly unknown[], Result>(change: (...given: Given) => Result) =>
    (...given: Given): Result => {
      const result = change(...given)
      if (waiting !== null) clearTimeout(waiting)
      waiting = setTimeout(flush, pause)
      return result
    }

  // All else is the selection's own.
  const kept: Selection = Object.assign(Object.create(selection), {
    select: keeping(selection.select),
    selectMatching: keeping(selection.selectMatching),
    edit: keeping(selection.edit),
  })
  return { selection: kept, lost, flush }
}

function restore(
  selection: Selection,
  streams: readonly StreamItem[] | null,
  { rules, touched }: SelectionDifference,
): string[] {
  for (const { q, selected } of rules) selection.selectMatching(q, selected)
  const lost: string[] = []
  const here = streams && new Map(streams.map((stream) => [stream.tap_stream_id, stream]))
  for (const { stream: before, selected, edit } of touched) {
    const stream = here ? here.get(before.tap_stream_id) : before
    const isWanted = selected ?? edit !== undefined
    if (!stream) {
      if (isWanted) lost.push(before.stream_name)
      continue
    }
    // First: the keys of a view make it one that can be ticked.
    if (edit) selection.edit(stream, edit)
    if (selected === undefined) continue
    selection.select(stream, selected)
    if (selected && !selection.isSelected(stream)) lost.push(stream.stream_name)
  }
  return lost
}

/** What was kept; what is no draft is nothing. We alone write there, and may have written it otherwise once. */
function parseDraft(kept: unknown): SelectionDifference & { version: unknown } {
  const { version, rules, touched } = (kept ?? {}) as Record<string, unknown>
  return {
    version,
    rules: Array.isArray(rules) ? rules.filter(isRule) : [],
    touched: Array.isArray(touched) ? touched.filter(isTouched) : [],
  }
}

function isTouched(value: unknown): value is TouchedStream {
  const { stream } = (value ?? {}) as { stream?: Partial<StreamItem> | null }
  return typeof stream?.tap_stream_id === 'string' && typeof stream.text === 'string'
}

function isRule(value: unknown): value is SelectionRule {
  return typeof value === 'object' && value !== null && 'q' in value && typeof value.q === 'string'
}
