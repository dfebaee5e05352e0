import type { Kysely, Selectable } from 'kysely'
import { AppError } from '../../ground/app-error.ts'
import type { Transaction } from '../../store/database.ts'
import type { Tables } from '../../store/tables.ts'

export type SourceRow = Selectable<Tables['source']>

/** Deleted ones too; null for another account's. */
export async function findSourceRow(
  db: Kysely<Tables>,
  accountId: number,
  id: number,
): Promise<SourceRow | null> {
  const row = await db
    .selectFrom('source')
    .selectAll()
    .where('account_id', '=', accountId)
    .where('id', '=', id)
    .executeTakeFirst()
  return row ?? null
}

/** Throws SourceNotFound for an absent, a foreign and a deleted source alike. */
export async function getSourceRow(db: Kysely<Tables>, accountId: number, id: number): Promise<SourceRow> {
  const row = await findSourceRow(db, accountId, id)
  if (!row || row.deleted_at !== null) throw sourceNotFound(id)
  return row
}

/** Begins a change of the row, to be given its values: the one way to write it, so that what depends on it is derived. */
export function changeSource(tx: Transaction, accountId: number, id: number) {
  tx.touch({ accountId, sourceId: id })
  return tx.db.updateTable('source').where('account_id', '=', accountId).where('id', '=', id)
}

export function sourceNotFound(id: number): AppError {
  return new AppError('SourceNotFound', { message: `source not found (${id})`, data: { id } })
}

/** The settings of a source that are no secret. */
export function plainProperties(row: Pick<SourceRow, 'properties'>): Record<string, string> {
  return JSON.parse(row.properties) as Record<string, string>
}
