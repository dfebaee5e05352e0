import type { EventLog } from '../events/events.ts'
import type { Database, Transaction } from '../../store/database.ts'
import { checkTopic } from './check-job.ts'
import { forgetStaged } from './forget-found.ts'

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
    .select(['name', 'account_id', 'source_id', 'status', 'settings_version'])
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    .orderBy('created_at', 'desc')
    .orderBy('name', 'desc')
    .execute()
  const proof = checks.find(
    ({ status, settings_version: version }) => status === 'succeeded' && version === source?.settings_version,
  )
  const old = checks
    .slice(keptPerSource)
    .filter((check) => check !== proof && (check.status === 'succeeded' || check.status === 'failed'))
    .slice(-atOnce)
  if (old.length === 0) return false
  const names = old.map(({ name }) => name)
  for (const job of old) while (await forgetStaged(tx.db, job));
  await tx.db.deleteFrom('check_job').where('account_id', '=', accountId).where('name', 'in', names).execute()
  await events.erase(tx, names.map(checkTopic))
  return names.length === atOnce
}
