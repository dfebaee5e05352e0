import { useEffect, useReducer, useState } from 'preact/hooks'
import type { StreamColumns } from '@bobbin/shared/wizard-api'
import type { CallError, CallResult } from '../api-client.ts'
import { isOver, keepDraft, readDraft } from '../drafts.ts'
import type { Wizard } from '../wizard.ts'
import { findStreams } from './drafted-streams.ts'
import { createSearchedList } from './searched-list.ts'
import { doubtfulIds, keptSelection } from './selection-draft.ts'
import type { Selection } from './selection.ts'
import { itemsOf, type StreamItem } from './stream-item.ts'
import type { StreamList } from './stream-list.ts'
import { createWholeList } from './whole-list.ts'

/** The streams, and what is ticked of them. */
export interface Picker {
  readonly columns: StreamColumns
  readonly list: StreamList
  readonly selection: Selection
  /** What was ticked before, and cannot be any more, by name. */
  readonly lost: readonly string[]
  /** Writes down at once what is not kept yet. */
  flush(): void
}

/** Loads the streams once, as soon as they may be shown; `reload` tries again after an error. */
export function usePicker(
  wizard: Wizard | null,
  mayBeShown: boolean,
): {
  picker: Picker | null
  error: CallError | null
  reload(): void
} {
  const [picker, setPicker] = useState<Picker | null>(null)
  const [error, setError] = useState<CallError | null>(null)
  const [, repaint] = useReducer((version: number) => version + 1, 0)

  async function load(): Promise<void> {
    if (!wizard || !mayBeShown) return
    setError(null)
    const result = await wizard.api.call('listStreams', undefined)
    if (!result.ok) {
      if (!wizard.isOver(result.error)) setError(result.error)
      return
    }
    const drafted = await findDrafted(wizard, result.value)
    if (!drafted.ok) {
      if (!wizard.isOver(drafted.error)) setError(drafted.error)
      return
    }
    const loaded = pickerOf(wizard, result.value, drafted.value, () => repaint(undefined))
    wizard.setDirty(loaded.selection.isDirty)
    setPicker(loaded)
  }
  useEffect(() => void load(), [wizard, mayBeShown])
  useEffect(() => {
    if (!picker) return
    const retry = () => picker.list.retry()
    addEventListener('online', retry)
    addEventListener('pagehide', picker.flush)
    return () => {
      removeEventListener('online', retry)
      removeEventListener('pagehide', picker.flush)
      picker.list.close()
    }
  }, [picker])

  return { picker, error, reload: () => void load() }
}

/** All streams are here, or only the first of them: then the server searches. */
export function pickerOf(
  wizard: Wizard | null,
  columns: StreamColumns,
  drafted: readonly StreamItem[] | null,
  onNews: () => void,
): Picker {
  const streams = !wizard || isWhole(columns) ? itemsOf(columns) : null
  const { selection, lost, flush } = keptSelection(
    { version: columns.version, streams: streams ?? drafted },
    wizard ? keeping(wizard) : nowhere,
  )
  const list =
    streams || !wizard
      ? createWholeList(streams ?? [], selection)
      : createSearchedList({
          first: columns,
          isSomeKept: columns.required_count > 0,
          selection,
          find: (search) => wizard.api.call('findStreams', search),
          onNews,
        })
  return { columns, list, selection, lost, flush }
}

const isWhole = ({ tap_stream_id: ids, tally }: StreamColumns) => ids.length === tally?.all.count

/** The streams of a draft that was made while there were others; null where it needs no look. */
async function findDrafted(
  wizard: Wizard,
  columns: StreamColumns,
): Promise<CallResult<readonly StreamItem[] | null>> {
  const ids = isWhole(columns) ? [] : doubtfulIds(keeping(wizard).read(), columns.version)
  if (ids.length === 0) return { ok: true, value: null }
  return findStreams(ids, (search) => wizard.api.call('findStreams', search))
}

function keeping(wizard: Wizard) {
  const { flowId } = wizard.state()
  return {
    read: () => readDraft(flowId, 'field_selection'),
    keep(draft: unknown) {
      if (!isOver(wizard.state())) keepDraft(flowId, 'field_selection', draft)
    },
  }
}

const nowhere = { read: () => null, keep() {} }
