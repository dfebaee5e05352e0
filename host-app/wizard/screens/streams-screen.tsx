import { useState } from 'preact/hooks'
import { nounOf } from '../messages/en/nouns.ts'
import { shell } from '../messages/en/shell.ts'
import { streams as words } from '../messages/en/streams.ts'
import { FaultyStreams } from '../streams/faulty-streams.tsx'
import { PickerView } from '../streams/picker-view.tsx'
import { usePicker } from '../streams/use-picker.ts'
import { Actions } from '../ui/actions.tsx'
import { isBusy } from '../wizard-state.ts'
import type { ScreenProps } from './screen.ts'

/** Chooses the streams, and per stream its fields and how it is replicated. */
export function StreamsScreen({ state, wizard }: ScreenProps) {
  const { picker, error, reload } = usePicker(wizard, state.flow?.consent !== 'needed')
  const noun = nounOf(state.connector)
  const isNeeded = (picker?.columns.required_count ?? 0) > 0
  const [hasNothing, setHasNothing] = useState(false)

  function save(): void {
    if (!picker || isBusy(state)) return
    // What is needed and cannot be had is for the server to say.
    const isNothing = picker.list.all.selected === 0 && !isNeeded
    setHasNothing(isNothing)
    if (!isNothing) wizard?.intend({ name: 'saveSelection', body: picker.selection.request('save') })
  }

  return (
    <>
      <h1 tabIndex={-1}>{words.title(noun)}</h1>
      <p class="hint">{words.hint(noun)}</p>
      <FaultyStreams fields={state.failure?.data['fields']} />
      {error && (
        <div class="notice danger" role="alert">
          <p>{words.cannotLoad(noun)}</p>
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
      {picker && (
        <PickerView picker={picker} noun={noun} app={state.flow?.app.name ?? null} wizard={wizard} />
      )}
      <Actions
        state={state}
        wizard={wizard}
        note={hasNothing && picker?.list.all.selected === 0 ? words.nothingSelected(noun) : null}
      >
        {!isNeeded && (
          <button
            type="button"
            onClick={() => wizard?.intend({ name: 'saveSelection', body: { changes: [], then: 'skip' } })}
          >
            {words.skip}
          </button>
        )}
        <button type="button" class="primary" disabled={!picker} aria-busy={isBusy(state)} onClick={save}>
          {isBusy(state) ? shell.saving : words.save}
        </button>
      </Actions>
    </>
  )
}
