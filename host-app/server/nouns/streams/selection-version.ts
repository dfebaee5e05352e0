import type { Kysely } from 'kysely'
import { AppError } from '../../ground/app-error.ts'
import { changeSource } from '../sources/sources.ts'
import type { Transaction } from '../../store/database.ts'
import type { Tables } from '../../store/tables.ts'
import { recountStreams } from './stream-counts.ts'

/**
 * The version of a source's selection: counts saved selections, and discoveries that found something else.
 * One number, so that asking costs the same for three streams and for a hundred thousand.
 */
export async function findSelectionVersion(
  db: Kysely<Tables>,
  accountId: number,
  sourceId: number,
): Promise<number> {
  const row = await db
    .selectFrom('source')
    .select('selection_version')
    .where('account_id', '=', accountId)
    .where('id', '=', sourceId)
    .executeTakeFirst()
  if (!row) throw new AppError('SourceNotFound', { data: { id: sourceId } })
  return row.selection_version
}

/** What was changed of many streams counts as one version, and the streams are counted. */
export async function countSelection(tx: Transaction, accountId: number, sourceId: number): Promise<void> {
  await recountStreams(tx, accountId, sourceId)
  await nextVersion(tx, accountId, sourceId)
}

export async function nextVersion(tx: Transaction, accountId: number, sourceId: number): Promise<void> {
  await changeSource(tx, accountId, sourceId)
    .set((eb) => ({ selection_version: eb('selection_version', '+', 1) }))
    .execute()
}
