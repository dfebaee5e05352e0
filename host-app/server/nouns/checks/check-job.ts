import type { Kysely, Selectable } from 'kysely'
import type { Check, CheckFailure } from '@bobbin/shared/check'
import { verdictOf } from '@bobbin/shared/check-verdict'
import { wholeSeconds } from '../../ground/iso-time.ts'
import type { Tables } from '../../store/tables.ts'

export type CheckJob = Selectable<Tables['check_job']>

/** The topic that carries a check's progress, as `CheckEvent`s. `finished` is its last. */
export function checkTopic(name: string): string {
  return `check:${name}`
}

/** A check as it goes out. A queued one is running for whoever waits for it. */
export function checkOf(job: CheckJob): Check {
  const isRunning = job.status === 'queued' || job.status === 'running'
  const hasFailed = job.status === 'failed'
  const exitStatus = isRunning ? null : hasFailed ? 1 : 0
  const failure = job.failure === null ? null : (JSON.parse(job.failure) as CheckFailure)
  return {
    name: job.name,
    mode: 'check',
    status: job.status === 'queued' ? 'running' : job.status,
    start_time: wholeSeconds(job.started_at ?? job.created_at),
    completion_time: wholeSeconds(job.completed_at),
    error: hasFailed,
    check_exit_status: exitStatus,
    discovery_exit_status: exitStatus,
    tap_exit_status: null,
    target_exit_status: null,
    discovery_error_message: failure && inOne(failure),
    tap_error_message: null,
    target_error_message: null,
    failure,
    verdict: isRunning ? null : (job.verdict ?? verdictOf(failure?.code ?? null)),
    phase: isRunning ? job.phase : null,
    stream_count: job.stream_count,
    request_id: job.request_id,
  }
}

/** For callers that know no more than one text. */
function inOne({ message, detail }: CheckFailure): string {
  return detail === null ? message : `${message} ${detail}`
}

export async function findJob(db: Kysely<Tables>, accountId: number, name: string): Promise<CheckJob | null> {
  const job = await db
    .selectFrom('check_job')
    .selectAll()
    .where('name', '=', name)
    .where('account_id', '=', accountId)
    .executeTakeFirst()
  return job ?? null
}
