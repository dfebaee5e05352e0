import { done as words } from '../messages/en/done.ts'
import { nounOf } from '../messages/en/nouns.ts'
import { shell } from '../messages/en/shell.ts'
import { Name } from '../ui/name.tsx'
import { Sentence } from '../ui/sentence.tsx'
import type { ScreenProps } from './screen.ts'

/** The end: what was connected. Closes itself once the page has the outcome. */
export function DoneScreen({ state, wizard }: ScreenProps) {
  const { flow, connector } = state
  if (!flow || !connector) return null
  const result = flow.outcome?.kind === 'completed' ? flow.outcome.result : null
  const name = result?.display_name ?? flow.source?.display_name ?? connector.name
  const noun = nounOf(connector)
  const count = result?.selected_streams_count ?? flow.selected_count
  const hasStreams = connector.steps.includes('field_selection')
  return (
    <div class="done-screen">
      <span class="tick" aria-hidden="true">
        <svg viewBox="0 0 24 24" width="32" height="32">
          <path d="m5 12.5 4.5 4.5L19 7.5" fill="none" stroke="currentColor" stroke-width="2.5" />
        </svg>
      </span>
      <h1 tabIndex={-1}>{words.title}</h1>
      <p class="lead">
        <Sentence>
          {flow.check?.verdict === 'unknown'
            ? words.unchecked(name)
            : flow.function === 'editSource'
              ? words.saved
              : words.connected(name)}
        </Sentence>
      </p>
      <dl class="card facts">
        <div>
          <dt>{words.source}</dt>
          <dd>
            <Name>{name}</Name>
          </dd>
        </div>
        {flow.source?.external_account && (
          <div>
            <dt>{words.account}</dt>
            <dd>
              <Name>{flow.source.external_account}</Name>
            </dd>
          </div>
        )}
        {hasStreams && (
          <div>
            <dt>{words.streams(noun)}</dt>
            <dd>{words.streamCount(count)}</dd>
          </div>
        )}
      </dl>
      {hasStreams && count === 0 && (
        <p>
          <Sentence>{words.choose(flow.app.name, name, noun)}</Sentence>
        </p>
      )}
      <p class="muted" role="status">
        {state.isAcknowledged && !state.mustCloseByHand ? words.closes : words.waiting}
      </p>
      {state.isAcknowledged && !state.mustCloseByHand && <Countdown milliseconds={flow.timings.done} />}
      <button type="button" class="primary" onClick={wizard?.close}>
        {shell.done}
      </button>
    </div>
  )
}

/** Shows how the time runs out; the sentence beside it says the same. */
function Countdown({ milliseconds }: { milliseconds: number }) {
  return (
    <span
      class="countdown"
      aria-hidden="true"
      ref={(bar) => {
        if (bar) bar.style.setProperty('--duration', `${milliseconds}ms`)
      }}
    />
  )
}
