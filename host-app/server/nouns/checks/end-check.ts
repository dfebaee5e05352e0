import type { CheckFailure } from '@bobbin/shared/check'
import { verdictOf } from '@bobbin/shared/check-verdict'
import type { Timings } from '@bobbin/shared/timings'
import { type EventLog, tellAccount } from '../events/events.ts'
import type { Registry } from '../../../connectors/registry.ts'
import {
  changeSource,
  findSourceRow,
  infoOfSource,
  plainProperties,
  type SourceRow,
} from '../sources/sources.ts'
import { newFieldsPolicyOf } from '../../../connectors/new-fields-property.ts'
import type { CredentialStore } from '../credentials/credentials.ts'
import type { Transaction } from '../../store/database.ts'
import { type Discovery, replaceStreams, tellSelected } from '../streams/streams.ts'
import { isGrantRefused } from '../../../connectors/connector.ts'
import { checkFailure } from './check-failure.ts'
import { checkOf, checkTopic, type CheckJob } from './check-job.ts'
import { LeaseLostError, type LeasedJob } from './check-lease.ts'
import { whenToRepeat } from './repeated-checks.ts'

export interface EndParts {
  readonly credentials: Pick<CredentialStore, 'reject'>
  readonly registry: Pick<Registry, 'find'>
  readonly events: EventLog
  readonly now: () => number
  readonly timings: Pick<Timings, 'recheck'>
}

/** What a check that went through found. */
export interface Finding {
  /** null: the connector discovers nothing, so there is nothing to replace. */
  discovery: Discovery | null
  /** The external account in words, if the connector could tell. */
  externalAccount: string | null
}

/**
 * Success, all in one transaction: the streams become what was found, the job and its topic end, the
 * account learns of it. Throws `LeaseLostError`; a check of old settings fails instead.
 */
export async function succeedCheck(
  parts: EndParts,
  tx: Transaction,
  job: LeasedJob,
  { discovery, externalAccount }: Finding,
): Promise<void> {
  const { account_id: accountId, source_id: sourceId } = job
  const source = await findSourceRow(tx.db, accountId, sourceId)
  if (!source || !isCurrent(source, job)) return supersedeCheck(parts, tx, job)
  const at = parts.now()
  await endJob(parts, tx, job, null)
  await changeSource(tx, accountId, sourceId)
    .set({ recheck_at: null, ...(externalAccount !== null && { external_account: externalAccount }) })
    .execute()
  const newFields = newFieldsPolicyOf(plainProperties(source))
  const publication = { checkName: job.name, lease: job.lease, newFields, at }
  const difference = discovery && (await replaceStreams(tx, discovery, publication))
  await tellAccount(tx, parts.events, accountId, 'source.check_succeeded', {
    source_id: sourceId,
    check_name: job.name,
    stream_count: discovery?.count ?? 0,
  })
  if (difference) await tellSelected(tx, parts.events, accountId, sourceId, difference.selection)
  if (difference && !difference.isFirst) {
    const { added, changed, removed } = difference
    if (added + changed + removed > 0) {
      const data = { source_id: sourceId, added, changed, removed }
      await tellAccount(tx, parts.events, accountId, 'schema.changed', data)
    }
  }
}

/** Failure for a reason that the person is told. Throws `LeaseLostError`; a check of old settings says nothing. */
export async function failCheck(
  parts: EndParts,
  tx: Transaction,
  job: LeasedJob,
  failure: CheckFailure,
): Promise<void> {
  const { account_id: accountId, source_id: sourceId } = job
  const source = await findSourceRow(tx.db, accountId, sourceId)
  if (!source || !isCurrent(source, job)) return supersedeCheck(parts, tx, job)
  await endJob(parts, tx, job, failure)
  const isUnknown = verdictOf(failure.code) === 'unknown'
  const repeat = { first: parts.timings.recheck, now: parts.now() }
  const recheckAt = isUnknown ? await whenToRepeat(tx, job, repeat) : null
  await changeSource(tx, accountId, sourceId).set({ recheck_at: recheckAt }).execute()
  // A key that is refused says nothing of a grant that is kept beside it.
  const isByGrant = infoOfSource(parts.registry, source)?.steps.includes('oauth')
  if (isByGrant && isGrantRefused(failure)) await parts.credentials.reject(tx, accountId, sourceId, 'oauth')
  await tellAccount(tx, parts.events, accountId, 'source.check_failed', {
    source_id: sourceId,
    check_name: job.name,
    code: failure.code,
    field: failure.field,
    verdict: isUnknown ? 'unknown' : 'refused',
  })
}

/** Ends a check that newer settings made pointless, whoever runs it. Nobody is alarmed. */
export async function supersedeCheck(
  parts: Pick<EndParts, 'events' | 'now'>,
  tx: Transaction,
  job: CheckJob,
): Promise<void> {
  const detail = 'The settings changed while the check was running.'
  await endJob(parts, tx, job, checkFailure('CheckFailed', { detail }))
}

/** Whether the source still has the settings that the check is about. */
function isCurrent(source: Pick<SourceRow, 'settings_version'>, job: CheckJob): boolean {
  return source.settings_version === job.settings_version
}

/** The job's last write and its topic's last event. Throws `LeaseLostError` when it is not ours to end. */
async function endJob(
  { events, now }: Pick<EndParts, 'events' | 'now'>,
  tx: Transaction,
  job: CheckJob,
  failure: CheckFailure | null,
): Promise<void> {
  const ended = await tx.db
    .updateTable('check_job')
    .set({
      status: failure ? 'failed' : 'succeeded',
      failure: failure ? JSON.stringify(failure) : null,
      verdict: verdictOf(failure?.code ?? null),
      lease_until: null,
      completed_at: now(),
    })
    .where('name', '=', job.name)
    .where('account_id', '=', job.account_id)
    .where('status', '=', job.status)
    .where('lease', job.lease === null ? 'is' : '=', job.lease)
    .returningAll()
    .executeTakeFirst()
  if (!ended) throw new LeaseLostError()
  tx.touch({ accountId: job.account_id, sourceId: job.source_id })
  await events.append(tx, checkTopic(job.name), 'finished', checkOf(ended))
}
