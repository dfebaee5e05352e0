import type { Selectable } from 'kysely'
import type { z } from 'zod'
import type { createAccount, Person } from '@bobbin/shared/account'
import { AppError } from '../app-error.ts'
import type { Config } from '../config.ts'
import type { Database, Transaction } from '../storage/database.ts'
import type { Tables } from '../storage/tables.ts'
import type { AccessTokens } from './access-tokens.ts'
import { requirePartner } from './partner.ts'

type NewAccount = z.infer<typeof createAccount>

/** An account as the rest of the server sees it. */
export interface Account {
  readonly id: number
  readonly company: string
  readonly allowedOrigins: readonly string[]
}

/** One end customer each: a tenant that owns sources, reached by its access tokens. */
export interface Accounts {
  /**
   * Creates an account for the partner whose id and secret it carries.
   * @throws {AppError} AccessDenied without the partner's secret, ExistingUser when the email is taken.
   */
  create(tx: Transaction, account: NewAccount): Promise<{ accountId: number; accessToken: string }>
  /** Creates an account that nobody has a token of yet. @throws {AppError} ExistingUser */
  open(tx: Transaction, person: Person): Promise<number>
  /** Whether an account has this email address. */
  isTaken(email: string): Promise<boolean>
  /** With `tx`, what the transaction wrote counts. @throws {AppError} NotFound */
  get(accountId: number, tx?: Transaction): Promise<Account>
  /** Sets the origins from which the wizard may be opened, as a whole. */
  update(tx: Transaction, accountId: number, change: { allowed_origins: readonly string[] }): Promise<Account>
}

export function createAccounts({
  database,
  accessTokens,
  config,
  now,
}: {
  database: Database
  accessTokens: Pick<AccessTokens, 'create'>
  config: Pick<Config, 'partner'>
  now: () => number
}): Accounts {
  async function create(tx: Transaction, account: NewAccount) {
    requirePartner(config.partner, account.partner_id, account.partner_secret)
    const accountId = await open(tx, account)
    const { accessToken } = await accessTokens.create(tx, accountId)
    return { accountId, accessToken }
  }

  async function open(tx: Transaction, person: Person) {
    const created = await tx.db
      .insertInto('account')
      .values({
        company: person.company,
        email: emailKey(person.email),
        first_name: person.first_name,
        last_name: person.last_name,
        allowed_origins: '[]',
        created_at: now(),
      })
      .onConflict((conflict) => conflict.column('email').doNothing())
      .returning('id')
      .executeTakeFirst()
    if (!created) throw new AppError('ExistingUser')
    return created.id
  }

  async function isTaken(email: string) {
    const row = await database.read
      .selectFrom('account')
      .select('id')
      .where('email', '=', emailKey(email))
      .executeTakeFirst()
    return row !== undefined
  }

  async function get(accountId: number, tx?: Transaction) {
    const row = await (tx?.db ?? database.read)
      .selectFrom('account')
      .selectAll()
      .where('id', '=', accountId)
      .executeTakeFirst()
    if (!row) throw new AppError('NotFound')
    return accountOf(row)
  }

  async function update(
    tx: Transaction,
    accountId: number,
    { allowed_origins }: { allowed_origins: readonly string[] },
  ) {
    const row = await tx.db
      .updateTable('account')
      .set({ allowed_origins: JSON.stringify([...new Set(allowed_origins)]) })
      .where('id', '=', accountId)
      .returningAll()
      .executeTakeFirst()
    if (!row) throw new AppError('NotFound')
    return accountOf(row)
  }

  return { create, open, isTaken, get, update }
}

function accountOf(row: Selectable<Tables['account']>): Account {
  const allowedOrigins: string[] = JSON.parse(row.allowed_origins)
  return { id: row.id, company: row.company, allowedOrigins }
}

/** Addresses that differ in case only belong to one person. */
function emailKey(email: string): string {
  return email.toLowerCase()
}
