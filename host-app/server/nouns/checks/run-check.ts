import type { CheckFailure } from '@bobbin/shared/check'
import type { Timings } from '@bobbin/shared/timings'
import { untilAborted } from '@bobbin/shared/until-aborted'
import type { Logger } from 'pino'
import type { Connector } from '../../../connectors/connector.ts'
import type { Registry } from '../../../connectors/registry.ts'
import { ConnectorDied, UnexplainedError } from '../../edges/connector-process/connector-runner.ts'
import type { CredentialStore } from '../credentials/credentials.ts'
import { describeUnknown } from '../../ground/describe-unknown.ts'
import type { EventLog } from '../events/events.ts'
import { outageOf } from '../../ground/outage.ts'
import { createScrub } from '../../ground/scrub.ts'
import { findSourceRow } from '../sources/sources.ts'
import type { Database } from '../../store/database.ts'
import type { AskConnector } from './ask-connector.ts'
import { startCheckClock, type CheckClock } from './check-clock.ts'
import { checkFailure, failureOf } from './check-failure.ts'
import { LeaseLostError, releaseJob, writeFenced, type LeasedJob } from './check-lease.ts'
import { createCheckProgress, type CheckProgress } from './check-progress.ts'
import { failCheck, succeedCheck, supersedeCheck } from './end-check.ts'
import { isLastDeath } from './check-deaths.ts'

export interface RunCheckParts {
  readonly database: Database
  readonly events: EventLog
  readonly registry: Pick<Registry, 'find'>
  readonly credentials: Pick<CredentialStore, 'reject'>
  readonly askConnector: AskConnector
  readonly now: () => number
  readonly log: Logger
  readonly timings: Pick<Timings, 'lease' | 'checkSilence' | 'checkTotal' | 'recheck'>
}

/** Why a check stops before its end. */
type StopReason = 'timeout' | 'lost' | 'superseded' | 'shutdown'

class CheckStopped extends Error {
  override readonly name = 'CheckStopped'
  readonly reason: StopReason
  constructor(reason: StopReason) {
    super(reason)
    this.reason = reason
  }
}

/** A check that ends the server each time would do so for ever. */
const mostAttempts = 5

/**
 * Runs a leased check to its end. What must hold: every write is fenced by the lease; success is one
 * transaction; a connector that ignores its signal holds up nobody; no text of an error that the connector
 * did not explain goes out or into the log.
 */
export type RunCheck = (job: LeasedJob, shutdown: AbortSignal) => Promise<void>

export function createRunCheck(parts: RunCheckParts): RunCheck {
  return (job, shutdown) => runCheck(parts, job, shutdown)
}

async function runCheck(parts: RunCheckParts, job: LeasedJob, shutdown: AbortSignal): Promise<void> {
  const { database, log } = parts
  const controller = new AbortController()
  const stop = (reason: StopReason) => controller.abort(new CheckStopped(reason))
  const onShutdown = () => stop('shutdown')
  shutdown.addEventListener('abort', onShutdown)
  if (shutdown.aborted) onShutdown()
  const clock = startCheckClock(parts.timings, () => stop('timeout'))
  const heartbeat = setInterval(() => {
    keepAlive(parts, job).then(
      (isCurrent) => isCurrent || stop('superseded'),
      (error: unknown) => stopOn(error),
    )
  }, parts.timings.lease / 3)
  const stopOn = (error: unknown) => {
    if (!(error instanceof LeaseLostError)) log.error({ check: job.name, error: describeUnknown(error) })
    stop('lost')
  }

  try {
    await attempt(parts, job, { signal: controller.signal, clock, onError: stopOn })
  } catch (error) {
    if (error instanceof LeaseLostError) return
    if (!(error instanceof CheckStopped)) throw error
    if (error.reason === 'shutdown') await releaseJob(parts, job)
    if (error.reason === 'superseded') {
      await database.write((tx) => supersedeCheck(parts, tx, job)).catch(ignoreLostLease)
    }
  } finally {
    clock.stop()
    clearInterval(heartbeat)
    shutdown.removeEventListener('abort', onShutdown)
  }
}

/** Renews the lease. False when the settings have changed since the check was asked for. */
function keepAlive(
  { database, now, timings }: Pick<RunCheckParts, 'database' | 'now' | 'timings'>,
  job: LeasedJob,
): Promise<boolean> {
  return database.write(async (tx) => {
    await writeFenced(tx, job, { lease_until: now() + timings.lease })
    const source = await findSourceRow(tx.db, job.account_id, job.source_id)
    return source?.settings_version === job.settings_version
  })
}

async function attempt(
  parts: RunCheckParts,
  job: LeasedJob,
  { signal, clock, onError }: { signal: AbortSignal; clock: CheckClock; onError: (error: unknown) => void },
): Promise<void> {
  const { database, events, registry, askConnector, now, log } = parts
  const source = await findSourceRow(database.read, job.account_id, job.source_id)
  const connector = source && registry.find(source.type)
  if (!source || source.settings_version !== job.settings_version || !connector) {
    throw new CheckStopped('superseded')
  }
  if (job.attempt > mostAttempts) {
    const failure = checkFailure('CheckFailed', { detail: 'The check was interrupted too many times.' })
    await database.write((tx) => failCheck(parts, tx, job, failure))
    return
  }

  let scrub = createScrub([])
  const progress = createCheckProgress({
    database,
    events,
    now,
    job,
    leaseTime: parts.timings.lease,
    scrub: (text) => scrub(text),
    onError,
  })
  try {
    await progress.startOver()
    if (job.attempt > 1 || job.deaths > 0) progress.log('The check was interrupted and starts over.')
    const finding = await untilAborted(
      askConnector(source, connector, {
        progress,
        clock,
        signal,
        onSecrets: (secrets) => (scrub = createScrub(secrets)),
      }),
      signal,
    )
    await progress.flush()
    progress.stop()
    await database.write((tx) => succeedCheck(parts, tx, job, finding))
  } catch (error) {
    progress.stop()
    if (error instanceof LeaseLostError) throw error
    if (error instanceof CheckStopped && error.reason !== 'timeout') throw error
    const about = { check: job.name, source: source.id }
    const outage = outageOf(error)
    if (outage) {
      // Neither the source's fault nor for its people to mend: the check waits until the operator has.
      log.error({ ...about, fault: outage.fault }, `a check has to wait: ${outage.message}`)
      return releaseJob(parts, job, { until: whenToTryAgain(parts, job) })
    }
    if (error instanceof ConnectorDied)
      log.error({ ...about, reason: error.message }, 'a connector process died')
    await progress.flush()
    if (error instanceof ConnectorDied && !isLastDeath(job)) return releaseJob(parts, job, { deaths: 1 })
    const failure = explain(error, connector, progress, scrub)
    if (failure.code === 'CheckFailed') {
      const kind = error instanceof UnexplainedError ? error.kind : describeUnknown(error)
      log.warn({ ...about, error: kind }, 'a check failed')
    }
    await database.write((tx) => failCheck(parts, tx, job, failure))
  }
}

const longestWait = 300_000

/** Soon where it is only waiting since a moment ago, and ever more seldom. */
function whenToTryAgain(
  { now, timings }: Pick<RunCheckParts, 'now' | 'timings'>,
  { created_at: since }: LeasedJob,
): number {
  return now() + Math.min(longestWait, Math.max(timings.lease, (now() - since) / 2))
}

function explain(
  error: unknown,
  connector: Connector,
  progress: CheckProgress,
  scrub: (text: string) => string,
): CheckFailure {
  if (error instanceof ConnectorDied) return checkFailure('CheckCrashed')
  if (!(error instanceof CheckStopped)) return failureOf(error, connector.info, scrub)
  return checkFailure('ConnectionTimeout', { detail: whereItStopped(progress) })
}

function whereItStopped({ hasFound, reached }: CheckProgress): string | null {
  if (hasFound) return 'Reading the schema took too long.'
  return reached === 'reading_schema' ? 'It fell silent while reading the schema.' : null
}

function ignoreLostLease(error: unknown): void {
  if (!(error instanceof LeaseLostError)) throw error
}
