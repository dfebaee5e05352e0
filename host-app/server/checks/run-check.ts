import type { Logger } from 'pino'
import { discoveredStream, type DiscoveredStream } from '@bobbin/shared/catalog'
import type { CheckFailure } from '@bobbin/shared/check'
import type { Timings } from '@bobbin/shared/timings'
import { ConnectorError, type Connector, type ConnectorContext } from '../../connectors/connector.ts'
import type { Registry } from '../../connectors/registry.ts'
import type { CredentialStore } from '../credentials/credential-store.ts'
import type { EventLog } from '../events/event-log.ts'
import type { Outbound } from '../outbound/outbound.ts'
import { findSourceRow, type SourceRow } from '../sources/source-row.ts'
import { openSettings } from '../sources/source-settings.ts'
import type { Database } from '../storage/database.ts'
import {
  checkFailure,
  createScrub,
  describeUnknown,
  failureOf,
  isConnectorError,
  secretsIn,
} from './check-failure.ts'
import { LeaseLostError, releaseJob, writeFenced, type LeasedJob } from './check-lease.ts'
import { createCheckProgress, type CheckProgress } from './check-progress.ts'
import { failCheck, succeedCheck, supersedeCheck, type Finding } from './end-check.ts'

export interface RunParts {
  readonly database: Database
  readonly events: EventLog
  readonly registry: Registry
  readonly credentials: CredentialStore
  readonly oauth: { accessToken(accountId: number, sourceId: number): Promise<string | null> }
  readonly outbound: Outbound
  readonly now: () => number
  readonly timings: Pick<Timings, 'lease' | 'check'>
  readonly log: Logger
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

/** A check that ends its process each time would do so for ever. */
const mostAttempts = 5

/**
 * Runs a leased check to its end. What must hold: every write is fenced by the lease; success is one
 * transaction; a connector that ignores its signal holds up nobody; no text of an error that the connector
 * did not explain goes out or into the log.
 */
export async function runCheck(parts: RunParts, job: LeasedJob, shutdown: AbortSignal): Promise<void> {
  const { database, log } = parts
  const controller = new AbortController()
  const stop = (reason: StopReason) => controller.abort(new CheckStopped(reason))
  const onShutdown = () => stop('shutdown')
  shutdown.addEventListener('abort', onShutdown)
  if (shutdown.aborted) onShutdown()
  const deadline = setTimeout(() => stop('timeout'), parts.timings.check)
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
    await attempt(parts, job, controller.signal, stopOn)
  } catch (error) {
    if (error instanceof LeaseLostError) return
    if (!(error instanceof CheckStopped)) throw error
    if (error.reason === 'shutdown') await releaseJob(database, job)
    if (error.reason === 'superseded') {
      await database.write((tx) => supersedeCheck(parts, tx, job)).catch(ignoreLostLease)
    }
  } finally {
    clearTimeout(deadline)
    clearInterval(heartbeat)
    shutdown.removeEventListener('abort', onShutdown)
  }
}

/** Renews the lease. False when the settings have changed since the check was asked for. */
function keepAlive({ database, now, timings }: RunParts, job: LeasedJob): Promise<boolean> {
  return database.write(async (tx) => {
    await writeFenced(tx, job, { lease_until: now() + timings.lease })
    const source = await findSourceRow(tx.db, job.account_id, job.source_id)
    return source?.settings_version === job.settings_version
  })
}

async function attempt(
  parts: RunParts,
  job: LeasedJob,
  signal: AbortSignal,
  onError: (error: unknown) => void,
): Promise<void> {
  const { database, registry, log } = parts
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
    ...parts,
    job,
    leaseTime: parts.timings.lease,
    scrub: (text) => scrub(text),
    onError,
  })
  try {
    if (job.attempt > 1) progress.log('The check was interrupted and starts over.')
    const finding = await untilAborted(
      discover(parts, source, connector, progress, signal, (secrets) => (scrub = createScrub(secrets))),
      signal,
    )
    await progress.flush()
    progress.stop()
    await database.write((tx) => succeedCheck(parts, tx, job, finding))
  } catch (error) {
    progress.stop()
    if (error instanceof LeaseLostError) throw error
    if (error instanceof CheckStopped && error.reason !== 'timeout') throw error
    const failure = explain(error, connector, progress, scrub)
    if (failure.code === 'CheckFailed') {
      log.warn({ check: job.name, source: source.id, error: describeUnknown(error) }, 'a check failed')
    }
    await progress.flush()
    await database.write((tx) => failCheck(parts, tx, job, failure))
  }
}

function explain(
  error: unknown,
  connector: Connector,
  progress: CheckProgress,
  scrub: (text: string) => string,
): CheckFailure {
  if (!(error instanceof CheckStopped)) return failureOf(error, connector.info, scrub)
  return progress.facts.length === 0
    ? checkFailure('ConnectionTimeout')
    : checkFailure('CheckFailed', { detail: 'Reading the schema took too long.' })
}

async function discover(
  parts: RunParts,
  source: SourceRow,
  connector: Connector,
  progress: CheckProgress,
  signal: AbortSignal,
  onSecrets: (secrets: (string | null)[]) => void,
): Promise<Finding> {
  const { oauth, outbound, credentials, registry, now } = parts
  const startedAt = now()
  progress.log(`Checking ${connector.info.name}.`)
  const settings = await openSettings({ registry, credentials }, source)
  onSecrets(secretsIn(connector.info, settings))
  const accessToken = connector.oauth ? await oauth.accessToken(source.account_id, source.id) : null
  onSecrets([...secretsIn(connector.info, settings), accessToken])
  const context: ConnectorContext = {
    settings,
    accessToken,
    signal,
    fetch: outbound.fetch,
    resolveHost: (host) => outbound.resolveHost(host),
    report: { phase: progress.phase, log: progress.log },
  }
  await connector.check?.(context)
  const externalAccount = await identify(parts, connector, context)
  if (!connector.discover) return { facts: null, externalAccount }

  progress.phase('reading_schema')
  await readStreams(connector.discover(context), progress, signal)
  const { length } = progress.facts
  if (length === 0) throw new ConnectorError('NothingFound')
  const seconds = ((now() - startedAt) / 1000).toFixed(1)
  progress.log(`Found ${length} ${length === 1 ? 'stream' : 'streams'} in ${seconds} s.`)
  return { facts: progress.facts, externalAccount }
}

/** One stream at a time, so that the connector is never ahead of what is stored by more than a batch. */
async function readStreams(
  streams: AsyncIterable<DiscoveredStream>,
  progress: CheckProgress,
  signal: AbortSignal,
): Promise<void> {
  for await (const stream of streams) {
    signal.throwIfAborted()
    // An operator's connector was perhaps never type-checked. One odd stream is no reason to lose the rest.
    if (discoveredStream.safeParse(stream).success) await progress.add(stream)
    else progress.log('A stream was left out: its description is not valid.')
  }
}

/** A name for people is welcome and never worth a failure. */
async function identify(
  { log }: RunParts,
  connector: Connector,
  context: ConnectorContext,
): Promise<string | null> {
  try {
    return (await connector.identify?.(context))?.slice(0, 200) ?? null
  } catch (error) {
    if (isConnectorError(error)) return null
    log.warn({ connector: connector.info.type, error: describeUnknown(error) }, 'identify failed')
    return null
  }
}

/** The promise, or the signal's reason as soon as it aborts, whether or not the promise heeds it. */
function untilAborted<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error)
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

function ignoreLostLease(error: unknown): void {
  if (!(error instanceof LeaseLostError)) throw error
}
