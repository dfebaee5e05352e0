import type { SelectionRequest, StreamChange } from '@bobbin/shared/wizard-api'
import type { Selection } from './selection.ts'

/** Where a selection is kept until it is saved. */
interface Keeping {
  read(): unknown
  /** null: there is nothing to keep. */
  keep(draft: unknown): void
}

/** Changes are written together, once nothing more came for this long, in milliseconds. */
const pause = 200

/**
 * The selection with what was ticked before and not saved, and which keeps what is ticked from now on: the difference to
 * what the server has, as it will be sent.
 */
export function keptSelection(
  selection: Selection,
  ids: readonly string[],
  { read, keep }: Keeping,
): { selection: Selection; flush(): void } {
  restore(selection, ids, parseDraft(read()))
  let waiting: ReturnType<typeof setTimeout> | null = null

  function flush(): void {
    if (waiting === null) return
    clearTimeout(waiting)
    waiting = null
    const { changes, matching = [] } = selection.request('save')
    keep(changes.length + matching.length > 0 ? { changes, matching } : null)
  }

  /** Does it, and keeps what came of it. */
  const keeping =
    <Given extends readonly unknown[]>(change: (...given: Given) => void) =>
    (...given: Given): void => {
      change(...given)
      if (waiting !== null) clearTimeout(waiting)
      waiting = setTimeout(flush, pause)
    }

  // All else is the selection's own.
  const kept: Selection = Object.assign(Object.create(selection), {
    select: keeping(selection.select),
    selectMatching: keeping(selection.selectMatching),
    edit: keeping(selection.edit),
  })
  return { selection: kept, flush }
}

type Draft = Required<Pick<SelectionRequest, 'changes' | 'matching'>>

function restore(selection: Selection, ids: readonly string[], { changes, matching }: Draft): void {
  for (const { q, selected } of matching) selection.selectMatching(q, selected)
  if (changes.length === 0) return
  const indexes = new Map(ids.map((id, index) => [id, index]))
  for (const { tap_stream_id: id, selected, ...edit } of changes) {
    const index = indexes.get(id)
    if (index === undefined) continue
    // First: the keys of a view make it one that can be ticked.
    if (Object.keys(edit).length > 0) selection.edit(index, edit)
    if (selected !== undefined) selection.select(index, selected)
  }
}

/** What was kept; what is no draft is nothing. We alone write there, and may have written it otherwise once. */
function parseDraft(kept: unknown): Draft {
  const { changes, matching } = (kept ?? {}) as Partial<Record<keyof Draft, unknown>>
  return {
    changes: Array.isArray(changes) ? changes.filter(isChange) : [],
    matching: Array.isArray(matching) ? matching.filter(isMatching) : [],
  }
}

function isChange(value: unknown): value is StreamChange {
  return typeof value === 'object' && value !== null && 'tap_stream_id' in value
}

function isMatching(value: unknown): value is Draft['matching'][number] {
  return typeof value === 'object' && value !== null && 'q' in value && typeof value.q === 'string'
}
