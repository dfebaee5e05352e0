import type { z } from 'zod'
import type { AccountChange, createAccount, Person } from '@bobbin/shared/account'
import { AppError } from '../../ground/app-error.ts'
import type { Database, Transaction } from '../../store/database.ts'
import type { AccessTokens } from '../tokens/tokens.ts'
import { logoPath, readLogo } from './app-logo.ts'
import { requirePartner, type Partner } from './partner.ts'

export { logoPath, typeOfLogo } from './app-logo.ts'
export { type Partner, isPartner, requirePartner } from './partner.ts'

type NewAccount = z.infer<typeof createAccount>

/** An account as the rest of the server sees it. */
export interface Account {
  readonly id: number
  readonly company: string
  readonly allowedOrigins: readonly string[]
  /** The app that asks in its name. The logo is the name of its file. */
  readonly app: {
    readonly name: string | null
    readonly logo: string | null
    readonly support: string | null
  }
}

/** Who asks, as people are shown it. */
interface Asker {
  /** The account's own app, or else the partner. `logo`: where it is served. `support`: where the account helps, or else the operator. */
  readonly app: { readonly name: string; readonly logo: string | null; readonly support: string | null }
  readonly company: string
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
  /** @throws {AppError} NotFound */
  askerOf(accountId: number, tx?: Transaction): Promise<Asker>
  /** @throws {AppError} InvalidBody for a logo that is none, NotFound */
  update(tx: Transaction, accountId: number, change: AccountChange): Promise<Account>
  /** A logo by the name of its file, whosever it is: what the wizard shows to everybody is no secret. */
  findLogo(file: string): Promise<Buffer | null>
}

export function createAccounts({
  database,
  accessTokens,
  partner,
  partnerName,
  supportUrl,
  now,
}: {
  database: Database
  accessTokens: Pick<AccessTokens, 'create'>
  /** null: nobody may create accounts. */
  partner: Partner | null
  /** Who asks where an account gives its app no name of its own. */
  partnerName: string
  /** Where the operator helps, where an account does not say; null: nowhere but in the app. */
  supportUrl: string | null
  now: () => number
}): Accounts {
  async function create(tx: Transaction, account: NewAccount) {
    requirePartner(partner, account.partner_id, account.partner_secret)
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
        app_name: null,
        app_support: null,
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
      .leftJoin('app_logo', 'app_logo.account_id', 'account.id')
      .select([
        'account.id',
        'company',
        'allowed_origins',
        'app_name',
        'app_support',
        'app_logo.file as logo',
      ])
      .where('account.id', '=', accountId)
      .executeTakeFirst()
    if (!row) throw new AppError('NotFound')
    const { id, company, app_name: name, app_support: support, logo } = row
    const allowedOrigins: string[] = JSON.parse(row.allowed_origins)
    return { id, company, allowedOrigins, app: { name, logo, support } }
  }

  async function askerOf(accountId: number, tx?: Transaction): Promise<Asker> {
    const { app, company } = await get(accountId, tx)
    return {
      app: {
        name: app.name ?? partnerName,
        logo: app.logo === null ? null : logoPath(app.logo),
        support: app.support ?? supportUrl,
      },
      company,
    }
  }

  async function update(tx: Transaction, accountId: number, change: AccountChange) {
    const { allowed_origins: origins, app_name: name, app_logo: logo, app_support: support } = change
    const columns = {
      ...(origins && { allowed_origins: JSON.stringify([...new Set(origins)]) }),
      ...(name !== undefined && { app_name: name }),
      ...(support !== undefined && { app_support: support }),
    }
    if (Object.keys(columns).length > 0) {
      await tx.db.updateTable('account').set(columns).where('id', '=', accountId).execute()
    }
    if (logo !== undefined) await keepLogo(tx, accountId, logo)
    return get(accountId, tx)
  }

  async function keepLogo(tx: Transaction, accountId: number, logo: string | null): Promise<void> {
    await tx.db.deleteFrom('app_logo').where('account_id', '=', accountId).execute()
    if (logo === null) return
    await tx.db
      .insertInto('app_logo')
      .values({ account_id: accountId, ...readLogo(logo) })
      .execute()
  }

  async function findLogo(file: string) {
    const row = await database.read
      .selectFrom('app_logo')
      .select('picture')
      .where('file', '=', file)
      .executeTakeFirst()
    return row ? Buffer.from(row.picture, 'base64') : null
  }

  return { create, open, isTaken, get, askerOf, update, findLogo }
}

/** Addresses that differ in case only belong to one person. */
function emailKey(email: string): string {
  return email.toLowerCase()
}
