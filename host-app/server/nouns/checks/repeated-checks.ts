import { AppError } from '../../ground/app-error.ts'
import type { Database, Transaction } from '../../store/database.ts'
import { changeSource } from '../sources/sources.ts'

/** Sources in one look. */
const mostAtOnce = 50

/** After so many that could not tell, of the same settings, nobody expects the next one to. A day has passed by then. */
const mostRepeated = 30

/** A check of a source's present settings. */
interface CheckedSettings {
  readonly account_id: number
  readonly source_id: number
  readonly settings_version: number
}

/**
 * When the settings are checked again, of which this check could not tell whether they work, as those before it could not: in
 * a minute (`first`, in milliseconds), in two, in four, each hour. null: no more.
 */
export async function whenToRepeat(
  tx: Transaction,
  { account_id: accountId, source_id: sourceId, settings_version: version }: CheckedSettings,
  { first, now }: { first: number; now: number },
): Promise<number | null> {
  const { count } = await tx.db
    .selectFrom('check_job')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    .where('settings_version', '=', version)
    .where('verdict', '=', 'unknown')
    .executeTakeFirstOrThrow()
  if (count >= mostRepeated) return null
  return now + first * Math.min(60, 2 ** Math.max(0, count - 1))
}

/** Starts the checks that are due. Of several processes one starts each. */
export async function repeatDueChecks({
  database,
  now,
  start,
}: {
  database: Pick<Database, 'read' | 'write'>
  now: () => number
  start(tx: Transaction, accountId: number, sourceId: number): Promise<string>
}): Promise<void> {
  const due = await database.read
    .selectFrom('source')
    .select(['id', 'account_id'])
    .where('recheck_at', '<=', now())
    .orderBy('recheck_at')
    .limit(mostAtOnce)
    .execute()
  for (const { id, account_id: accountId } of due) {
    await database.write(async (tx) => {
      const taken = await changeSource(tx, accountId, id)
        .set({ recheck_at: null })
        .where('recheck_at', '<=', now())
        .returning('deleted_at')
        .executeTakeFirst()
      if (!taken || taken.deleted_at !== null) return
      await start(tx, accountId, id).catch((error: unknown) => {
        // Something that it needs has gone meanwhile: whoever brings it back has it checked.
        if (!(error instanceof AppError)) throw error
      })
    })
  }
}
