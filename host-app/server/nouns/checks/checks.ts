import { randomUUID } from 'node:crypto'
import type { Check } from '@bobbin/shared/check'
import { reportedStep, walkOf } from '@bobbin/shared/steps'
import { AppError } from '../../ground/app-error.ts'
import type { EventLog } from '../events/events.ts'
import { currentRequestId } from '../../ground/request-context.ts'
import type { Registry } from '../../../connectors/registry.ts'
import {
  infoOfSource,
  type SourceFacts,
  type SourceRow,
  changeSource,
  getSourceRow,
} from '../sources/sources.ts'
import type { Database, Transaction } from '../../store/database.ts'
import { readSlice, type Slice, type SlicedRows } from '../../store/slice.ts'
import { checkOf, checkTopic, findJob } from './check-job.ts'
import type { CheckRunner } from './check-runner.ts'
import { supersedeCheck } from './end-check.ts'
import { deleteOldChecks } from './old-checks.ts'
import { repeatDueChecks } from './repeated-checks.ts'

export { createAskConnector } from './ask-connector.ts'
export { failureOf, secretsIn } from './check-failure.ts'
export { startCheckClock } from './check-clock.ts'
export { checkTopic } from './check-job.ts'
export { type CheckRunner, createCheckRunner } from './check-runner.ts'
export { createRunCheck } from './run-check.ts'

/** Connection checks with discovery: durable jobs, run by the `CheckRunner`. */
export interface Checks {
  /**
   * Starts a check and returns its name, or that of the one already under way for these settings. Throws
   * SourceNotFound, and Conflict with `data.step` while settings or authorization are missing.
   */
  start(tx: Transaction, accountId: number, sourceId: number): Promise<string>
  /** As Stitch does: a source that has all it needs up to the check is checked by itself. Returns the check's name. */
  startWhenReady(tx: Transaction, accountId: number, sourceId: number): Promise<string | null>
  find(accountId: number, name: string, tx?: Transaction): Promise<Check | null>
  /** A slice of the source's checks, newest first. */
  page(accountId: number, sourceId: number, slice: Slice): Promise<SlicedRows<Check>>
  /** The latest of the source, whatever became of it. */
  latest(accountId: number, sourceId: number, tx?: Transaction): Promise<Check | null>
  /** What became of the last of each of these sources, where it was of its present settings. */
  lastOf(
    accountId: number,
    sourceIds: readonly number[],
    tx?: Transaction,
  ): Promise<Map<number, Pick<Check, 'status' | 'failure'>>>
  /** Starts those that could not tell, and are due to be repeated. */
  repeatDue(): Promise<void>
  /** Deletes all but the last of each source. */
  deleteOld(): Promise<void>
}

export interface CheckParts {
  readonly database: Database
  readonly registry: Pick<Registry, 'find'>
  readonly facts: Pick<SourceFacts, 'finishedSteps'>
  readonly events: EventLog
  readonly now: () => number
  readonly checkRunner: Pick<CheckRunner, 'wake'>
}

export function createChecks(parts: CheckParts): Checks {
  const { database, now, checkRunner } = parts

  async function start(tx: Transaction, accountId: number, sourceId: number): Promise<string> {
    const source = await getSourceRow(tx.db, accountId, sourceId)
    const open = await tx.db
      .selectFrom('check_job')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('source_id', '=', sourceId)
      .where('status', 'in', ['queued', 'running'])
      .execute()
    const same = open.find((job) => job.settings_version === source.settings_version)
    if (same) return same.name
    await requireReady(parts, source, tx)
    for (const job of open) await supersedeCheck(parts, tx, job)

    const name = `${accountId}.${sourceId}.check.${randomUUID()}`
    await tx.db
      .insertInto('check_job')
      .values({
        name,
        account_id: accountId,
        source_id: sourceId,
        settings_version: source.settings_version,
        request_id: currentRequestId(),
        status: 'queued',
        lease: null,
        lease_until: null,
        attempt: 0,
        deaths: 0,
        phase: 'queued',
        stream_count: 0,
        failure: null,
        verdict: null,
        created_at: now(),
        started_at: null,
        completed_at: null,
      })
      .execute()
    await parts.events.append(tx, checkTopic(name), 'phase', { phase: 'queued' })
    await changeSource(tx, accountId, sourceId).set({ check_job_name: name }).execute()
    tx.afterCommit(() => checkRunner.wake())
    return name
  }

  async function find(accountId: number, name: string, tx?: Transaction): Promise<Check | null> {
    const job = await findJob(tx?.db ?? database.read, accountId, name)
    return job && checkOf(job)
  }

  return {
    start,
    async startWhenReady(tx, accountId, sourceId) {
      const source = await getSourceRow(tx.db, accountId, sourceId)
      const info = infoOfSource(parts.registry, source)
      const finished = await parts.facts.finishedSteps(source, tx)
      if (!info || reportedStep(walkOf(info), finished) !== 'discover_schema') return null
      return start(tx, accountId, sourceId)
    },
    find,
    async page(accountId, sourceId, slice) {
      const ofSource = database.read
        .selectFrom('check_job')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('source_id', '=', sourceId)
      const found = await readSlice(ofSource, { columns: ['created_at', 'name'], direction: 'desc' }, slice)
      return { ...found, rows: found.rows.map(checkOf) }
    },
    async lastOf(accountId, sourceIds, tx) {
      if (sourceIds.length === 0) return new Map()
      const jobs = await (tx?.db ?? database.read)
        .selectFrom('source')
        .innerJoin('check_job', (join) =>
          join
            .onRef('check_job.name', '=', 'source.check_job_name')
            .onRef('check_job.account_id', '=', 'source.account_id')
            .onRef('check_job.settings_version', '=', 'source.settings_version'),
        )
        .selectAll('check_job')
        .where('source.account_id', '=', accountId)
        .where('source.id', 'in', sourceIds)
        .execute()
      return new Map(jobs.map((job) => [job.source_id, checkOf(job)]))
    },
    repeatDue: () => repeatDueChecks({ database, now, start }),
    deleteOld: () => deleteOldChecks(database, parts.events),
    async latest(accountId, sourceId, tx) {
      const source = await (tx?.db ?? database.read)
        .selectFrom('source')
        .select('check_job_name')
        .where('account_id', '=', accountId)
        .where('id', '=', sourceId)
        .executeTakeFirst()
      return source?.check_job_name ? find(accountId, source.check_job_name, tx) : null
    },
  }
}

/** A check without settings or without a grant could only fail. */
async function requireReady(
  { registry, facts }: Pick<CheckParts, 'registry' | 'facts'>,
  source: SourceRow,
  tx: Transaction,
): Promise<void> {
  const steps = infoOfSource(registry, source)?.steps ?? []
  const finished = await facts.finishedSteps(source, tx)
  const before = steps.filter((step) => step === 'form' || step === 'oauth')
  const unfinished = before.find((step) => !finished.has(step))
  if (!unfinished) return
  throw new AppError('Conflict', {
    message: `A check needs the step ${unfinished} to be finished.`,
    data: { reason: 'incomplete', step: unfinished },
  })
}
