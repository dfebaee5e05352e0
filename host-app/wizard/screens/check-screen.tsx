import { useEffect, useState } from 'preact/hooks'
import type { Check, CheckFailure, CheckPhase } from '@bobbin/shared/check'
import type { FlowConnector } from '@bobbin/shared/connector-info'
import { isGoneBack, stepBefore } from '@bobbin/shared/steps'
import { startOfCheck } from '../check-progress.ts'
import { check as words } from '../messages/en/check.ts'
import { nounOf } from '../messages/en/nouns.ts'
import { shell } from '../messages/en/shell.ts'
import { Actions } from '../ui/actions.tsx'
import { needsHelp, remedyOfCheck } from '../remedies.ts'
import { Help } from '../ui/help.tsx'
import { LogPanel } from '../ui/log-panel.tsx'
import { Sentence } from '../ui/sentence.tsx'
import type { WizardState } from '../wizard-state.ts'
import type { ScreenProps } from './screen.ts'

/** Where nothing is discovered, there is nothing to read. */
const phasesOf = ({ is_checked: isChecked }: FlowConnector): readonly CheckPhase[] =>
  isChecked ? ['connecting', 'signing_in'] : checkedPhases
const checkedPhases: readonly CheckPhase[] = ['connecting', 'signing_in', 'reading_schema']

/** The check of the settings and the discovery of streams, as it happens. */
export function CheckScreen({ state, wizard }: ScreenProps) {
  const { flow, connector, check: progress } = state
  const status = flow?.check?.status ?? 'running'
  const phase = progress?.phase ?? flow?.check?.phase ?? null
  // Most checks wait for an instant, which is not worth a word.
  const isQueued = useLasting(status === 'running' && phase === 'queued', 1_000)
  if (!flow || !connector) return null
  const noun = nounOf(connector)
  const isBack = isGoneBack(flow.reachable, flow.step)
  const failure = status === 'failed' ? (flow.check?.failure ?? null) : null
  return (
    <>
      <h1 tabIndex={-1}>{isUntold(state) ? words.titleUntold : titles[status]}</h1>
      {status === 'failed' && <Failure failure={failure} state={state} />}
      {status === 'running' && (
        <p class="lead">
          {isQueued ? words.queued : connector.is_checked ? words.introChecked : words.intro(noun)}
        </p>
      )}
      {/* After a reload nobody knows how far a failed check came. */}
      <section class="card" hidden={failure !== null && !progress} aria-busy={status === 'running'}>
        <ol class="phases">
          {phasesOf(connector).map((one) => {
            const standing = isQueued ? 'waiting' : standingOf(one, phase, status)
            return (
              <li key={one} class={standing}>
                <span class={standing === 'current' ? 'spinner' : 'dot'} aria-hidden="true" />
                <span>
                  {words.phase[one]}
                  <span class="unseen"> ({words.state[standing]})</span>
                </span>
                {one === 'reading_schema' && <StreamCount state={state} />}
              </li>
            )
          })}
        </ol>
        {status === 'running' && flow.check && (
          <Elapsed key={flow.check.name} startTime={flow.check.start_time} />
        )}
      </section>
      <p class="unseen" role="status">
        {status === 'succeeded'
          ? !isBack && words.succeeded
          : isQueued
            ? words.queued
            : status === 'running' && progress?.phase && progress.phase !== 'queued'
              ? words.phase[progress.phase]
              : ''}
      </p>
      <LogPanel
        lines={progress && progress.name === flow.check?.name ? progress.log : []}
        isRunning={status === 'running'}
      />
      <Actions
        state={state}
        wizard={wizard}
        hasWayBack={status === 'failed' && stepBefore(flow.reachable, flow.step) === 'form'}
      >
        {status === 'failed' && <WaysOn state={state} wizard={wizard} />}
        {status === 'succeeded' && isBack && (
          <>
            <button type="button" onClick={() => wizard?.intend({ name: 'startCheck' })}>
              {words.again}
            </button>
            <button type="button" class="primary" onClick={() => wizard?.intend({ name: 'finishCheck' })}>
              {words.continue}
            </button>
          </>
        )}
      </Actions>
    </>
  )
}

/** What was chosen after the consent is no setting of the form. */
function choiceAtFault(flow: WizardState['flow']) {
  const field = flow?.check?.failure?.field
  return flow?.choices.find(({ name }) => name === field)
}

/** It could not tell whether the settings work, and need not: they are kept, and checked again by themselves. */
function isUntold({ flow, connector }: WizardState): boolean {
  return connector?.is_checked === true && flow?.check?.verdict === 'unknown'
}

/** What helps comes first. */
function WaysOn({ state, wizard }: ScreenProps) {
  const { flow } = state
  const step = choiceAtFault(flow) ? 'oauth' : 'form'
  const mayEdit = flow?.reachable.includes(step) === true
  const canLeave = isUntold(state)
  const remedy = canLeave ? 'later' : remedyOfCheck(flow?.check?.failure ?? null, mayEdit)
  const settings = mayEdit && (
    <button
      key="settings"
      type="button"
      class={remedy === 'settings' ? 'primary' : ''}
      onClick={() => wizard?.intend({ name: 'goToStep', step })}
    >
      {step === 'oauth' ? words.chooseAgain : words.editSettings}
    </button>
  )
  const again = (
    <button
      key="again"
      type="button"
      class={remedy === 'again' ? 'primary' : ''}
      onClick={() => wizard?.intend({ name: 'startCheck' })}
    >
      {shell.tryAgain}
    </button>
  )
  if (canLeave) {
    return (
      <>
        {settings}
        {again}
        <button type="button" class="primary" onClick={() => wizard?.intend({ name: 'finishCheck' })}>
          {words.continue}
        </button>
      </>
    )
  }
  return <>{remedy === 'again' ? [again, settings] : [settings, again]}</>
}

const titles = { running: words.title, succeeded: words.titleSucceeded, failed: words.titleFailed }

type Standing = keyof typeof words.state

function standingOf(phase: CheckPhase, current: Check['phase'], status: keyof typeof titles): Standing {
  if (status === 'succeeded') return 'done'
  const reached = current === null || current === 'queued' ? 'connecting' : current
  const distance = checkedPhases.indexOf(phase) - checkedPhases.indexOf(reached)
  if (distance < 0) return 'done'
  if (distance > 0) return 'waiting'
  return status === 'failed' ? 'failed' : 'current'
}

function Failure({ failure, state }: { failure: CheckFailure | null; state: WizardState }) {
  const setting = state.connector?.properties.find(({ name }) => name === failure?.field)
  const field = setting ?? choiceAtFault(state.flow)
  return (
    <div class={isUntold(state) ? 'notice' : 'notice danger'} role="alert">
      <p>
        <Sentence>{failure?.message ?? shell.notSaved}</Sentence>
      </p>
      {failure?.detail && (
        <p class="muted">
          <Sentence>{failure.detail}</Sentence>
        </p>
      )}
      {isUntold(state) && <p>{words.untold}</p>}
      {failure && needsHelp(failure.code) && (
        <Help app={state.flow?.app ?? null} requestId={state.flow?.check?.request_id ?? null} />
      )}
      {field && (
        <p>
          <strong>
            <Sentence>{words.fieldAtFault(field.title)}</Sentence>
          </strong>
        </p>
      )}
    </div>
  )
}

function StreamCount({ state: { check, flow, connector } }: { state: WizardState }) {
  const noun = nounOf(connector)
  const isThrough = flow?.check?.status === 'succeeded'
  const count = isThrough ? (flow.check?.stream_count ?? 0) : (check?.streamCount ?? 0)
  if (count === 0) return null
  return <span class="count">{isThrough ? words.found(count, noun) : words.streams(count, noun)}</span>
}

/** True once something has been so for that many milliseconds. */
function useLasting(isSo: boolean, time: number): boolean {
  const [hasLasted, setLasted] = useState(false)
  useEffect(() => {
    if (!isSo) return
    const timer = setTimeout(() => setLasted(true), time)
    return () => {
      clearTimeout(timer)
      setLasted(false)
    }
  }, [isSo])
  return isSo && hasLasted
}

/** Seconds since the check began, on the server's clock where that is plausible. */
function Elapsed({ startTime }: { startTime: string }) {
  const [start] = useState(() => startOfCheck({ start_time: startTime }, Date.now()))
  const [now, setNow] = useState(start)
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  const seconds = Math.max(0, Math.floor((now - start) / 1000))
  return (
    <p class="elapsed muted">
      <span>{words.elapsed}</span>{' '}
      <time>{`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`}</time>
    </p>
  )
}
