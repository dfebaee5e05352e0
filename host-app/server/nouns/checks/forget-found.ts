import { sql } from 'kysely'
import type { Database, Transaction } from '../../store/database.ts'
import { forgetMakes, forgetUnpublished } from '../streams/streams.ts'
import type { CheckJob } from './check-job.ts'

type Job = Pick<CheckJob, 'name' | 'account_id' | 'source_id'>

/** In small bites, because others want to write as well. */
const rowsPerDelete = 500

/** Deletes some of what attempts of a check have found otherwise than it was. Returns whether there may be more. */
export function forgetStaged(db: Transaction['db'], job: Job): Promise<boolean> {
  return deleteStaged(db, job, selectStaged(db, job))
}

/** What was found is in the streams now, or came to nothing. */
export async function forgetFound(database: Database, job: Job): Promise<void> {
  while (await database.write(({ db }) => deleteStaged(db, job, selectLeft(db, job))));
  while (await database.write(({ db }) => forgetNew(db, job)));
}

/** Of checks that ended just before their process did. */
export async function forgetEnded(database: Database): Promise<void> {
  const ended = await database.read
    .selectFrom('check_job')
    .select(['name', 'account_id', 'source_id'])
    .where('name', 'in', ({ selectFrom }) => selectFrom('found_stream').select('check_name').distinct())
    .where('status', 'in', ['succeeded', 'failed'])
    .execute()
  for (const job of ended) while (await database.write(({ db }) => forgetStaged(db, job)));
}

const selectStaged = (db: Transaction['db'], { name }: Job) =>
  db
    .selectFrom('found_stream')
    .select(sql<number>`rowid`.as('rowid'))
    .where('check_name', '=', name)
    .limit(rowsPerDelete)

/** Whoever has the check by now may have staged something, too. */
const selectLeft = (db: Transaction['db'], job: Job) =>
  selectStaged(db, job).where('lease', 'is not', ({ selectFrom }) =>
    selectFrom('check_job')
      .select('check_job.lease')
      .where('check_job.name', '=', job.name)
      .where('check_job.account_id', '=', job.account_id)
      .where('check_job.status', '=', 'running'),
  )

async function deleteStaged(
  db: Transaction['db'],
  { account_id: accountId, source_id: sourceId }: Job,
  some: ReturnType<typeof selectStaged>,
): Promise<boolean> {
  const deleted = await db
    .deleteFrom('found_stream')
    .where(sql<number>`rowid`, 'in', some)
    .returning('make_id')
    .execute()
  const makes = deleted.map((row) => row.make_id)
  await forgetMakes(db, accountId, sourceId, makes)
  return deleted.length === rowsPerDelete
}

/** Whoever is to do the check again forgets it by itself, and may have found more by now. */
async function forgetNew(
  db: Transaction['db'],
  { account_id: accountId, source_id: sourceId }: Job,
): Promise<boolean> {
  const open = await db
    .selectFrom('check_job')
    .select('name')
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    .where('status', 'in', ['queued', 'running'])
    .executeTakeFirst()
  return !open && forgetUnpublished(db, accountId, sourceId)
}
