import type { EventLog } from '../events/events.ts'
import type { Database, Transaction } from '../../store/database.ts'
import { checkTopic } from './check-job.ts'

/** Checks kept per source, with everything that they told. */
const keptPerSource = 50
/** Checks deleted at once: each may have told a thousand things, and others want to write as well. */
const atOnce = 10

/**
 * Deletes all but the last checks of each source, their events with them. One that runs stays, and so does the
 * one that proves the present settings, however long ago that was.
 */
export async function deleteOldChecks(database: Database, events: EventLog): Promise<void> {
  const crowded = await database.read
    .selectFrom('check_job')
    .select(['account_id', 'source_id'])
    .groupBy(['account_id', 'source_id'])
    .having((eb) => eb(eb.fn.countAll(), '>', keptPerSource))
    .execute()
  for (const { account_id: accountId, source_id: sourceId } of crowded) {
    while (await database.write((tx) => deleteSome(tx, events, accountId, sourceId)));
  }
}

/** Whether there may be more. */
async function deleteSome(
  tx: Transaction,
  events: EventLog,
  accountId: number,
  sourceId: number,
): Promise<boolean> {
  const source = await tx.db
    .selectFrom('source')
    .select('settings_version')
    .where('account_id', '=', accountId)
    .where('id', '=', sourceId)
    .executeTakeFirst()
  const checks = await tx.db
    .selectFrom('check_job')
    .select(['name', 'status', 'settings_version'])
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    .orderBy('created_at', 'desc')
    .orderBy('name', 'desc')
    .execute()
  const proof = checks.find(
    ({ status, settings_version: version }) => status === 'succeeded' && version === source?.settings_version,
  )
  const names = checks
    .slice(keptPerSource)
    .filter((check) => check !== proof && (check.status === 'succeeded' || check.status === 'failed'))
    .map(({ name }) => name)
    .slice(-atOnce)
  if (names.length === 0) return false
  await tx.db.deleteFrom('found_stream').where('check_name', 'in', names).execute()
  await tx.db.deleteFrom('check_job').where('account_id', '=', accountId).where('name', 'in', names).execute()
  await events.erase(tx, names.map(checkTopic))
  return names.length === atOnce
}
