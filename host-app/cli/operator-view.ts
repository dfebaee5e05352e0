import type { Selectable } from 'kysely'
import { AppError } from '../server/ground/app-error.ts'
import type { Reader } from '../server/store/database.ts'
import type { Tables } from '../server/store/tables.ts'

/** What the operator sees across all accounts. Only the command line asks: no door of the server does. */

type AccountRow = Selectable<Tables['account']>

export interface AccountSummary extends AccountRow {
  /** Sources that are not deleted. */
  readonly sources: number
}

export async function listAccounts(db: Reader, { limit }: { limit: number }): Promise<AccountSummary[]> {
  const rows = await accounts(db).orderBy('id').limit(limit).execute()
  return rows.map((row) => ({ ...row, sources: Number(row.sources) }))
}

/** @throws {AppError} NotFound */
export async function findAccount(db: Reader, accountId: number): Promise<AccountSummary> {
  const row = await accounts(db).where('id', '=', accountId).executeTakeFirst()
  if (!row) throw new AppError('NotFound', { message: `There is no account ${accountId}.` })
  return { ...row, sources: Number(row.sources) }
}

/** The account that a source belongs to. @throws {AppError} SourceNotFound */
export async function accountOfSource(db: Reader, sourceId: number): Promise<number> {
  const row = await db.selectFrom('source').select('account_id').where('id', '=', sourceId).executeTakeFirst()
  if (!row) throw new AppError('SourceNotFound', { message: `There is no source ${sourceId}.` })
  return row.account_id
}

/** Sources that are not deleted, newest last. */
export async function listSources(
  db: Reader,
  { accountId, limit }: { accountId?: number | undefined; limit: number },
): Promise<Selectable<Tables['source']>[]> {
  const query = db.selectFrom('source').selectAll().where('deleted_at', 'is', null)
  const own = accountId === undefined ? query : query.where('account_id', '=', accountId)
  return own.orderBy('id').limit(limit).execute()
}

function accounts(db: Reader) {
  return db
    .selectFrom('account')
    .selectAll()
    .select((eb) =>
      eb
        .selectFrom('source')
        .select((count) => count.fn.countAll<number>().as('count'))
        .whereRef('source.account_id', '=', 'account.id')
        .where('deleted_at', 'is', null)
        .$asScalar()
        .as('sources'),
    )
}
