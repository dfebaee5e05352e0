import { useEffect, useState } from 'preact/hooks'
import type { StreamColumns } from '@bobbin/shared/wizard-api'
import type { CallError } from '../api-client.ts'
import type { Wizard } from '../wizard.ts'
import { isOver, keepDraft, readDraft } from '../drafts.ts'
import { keptSelection } from './selection-draft.ts'
import { createSelection, type Selection } from './selection.ts'
import { createStreamFilter, type Filter } from './stream-filter.ts'

/** All streams, and what is ticked of them. */
export interface Picker {
  readonly columns: StreamColumns
  readonly filter: Filter
  readonly selection: Selection
}

/** Loads the streams once, as soon as they may be shown; `reload` tries again after an error. */
export function useColumns(
  wizard: Wizard | null,
  mayBeShown: boolean,
): {
  picker: Picker | null
  error: CallError | null
  reload(): void
} {
  const [picker, setPicker] = useState<Picker | null>(null)
  const [error, setError] = useState<CallError | null>(null)

  async function load(): Promise<void> {
    if (!wizard || !mayBeShown) return
    setError(null)
    const result = await wizard.api.call('listStreams', undefined)
    if (!result.ok) {
      if (!wizard.isOver(result.error)) setError(result.error)
      return
    }
    const filter = createStreamFilter(result.value)
    const { flowId } = wizard.state()
    const { selection, flush } = keptSelection(
      createSelection(result.value, filter),
      result.value.tap_stream_id,
      {
        read: () => readDraft(flowId, 'field_selection'),
        keep(draft) {
          if (!isOver(wizard.state())) keepDraft(flowId, 'field_selection', draft)
        },
      },
    )
    addEventListener('pagehide', flush)
    wizard.setDirty(selection.isDirty)
    setPicker({ columns: result.value, filter, selection })
  }
  useEffect(() => void load(), [wizard, mayBeShown])

  return { picker, error, reload: () => void load() }
}
