import { randomBytes } from 'node:crypto'
import type { CreateCustomerToken } from '@bobbin/shared/customer-token'
import { AppError } from '../../ground/app-error.ts'
import { secretHash } from '../../ground/secret-hash.ts'
import { compileOnce } from '../../store/compile-once.ts'
import type { Database, Reader, Transaction } from '../../store/database.ts'

/** A page's token that is good now. */
export interface CustomerToken {
  readonly accountId: number
  readonly hash: string
  /** Where pages that use it may be; the account's own, where it names none. */
  readonly allowedOrigins: readonly string[]
  readonly expiresAt: number
  /** The id of the access token that asked for it, or for the one that it was made by; null: the partner did. */
  readonly madeBy: string | null
  /** The session that it was made in; null: in none. */
  readonly sessionHash: string | null
}

/** The tokens by which pages see what their account may connect: short, for some origins, no key to anything else. */
export interface CustomerTokens {
  /**
   * `madeBy` is the id of the access token that asks for it, null for the partner: when that is revoked, this one ends.
   * @throws {AppError} NotFound when there is no such account
   */
  create(
    tx: Transaction,
    accountId: number,
    options: CreateCustomerToken,
    madeBy: string | null,
  ): Promise<{ token: string; expiresAt: number }>
  /**
   * Another one with the rights of the first, and its end. It is made in a session where one is named: when the
   * person logs out of that, it ends, too.
   * @throws {AppError} Unauthorized when the first has ended
   */
  renew(tx: Transaction, first: Pick<CustomerToken, 'accountId' | 'hash' | 'sessionHash'>): Promise<string>
  /** Null when there is none, its time is over, or what made it was revoked. */
  find(token: string, reader?: Reader): Promise<CustomerToken | null>
  /** Deletes those whose time is over. */
  deleteOld(): Promise<void>
}

const prefix = 'bob_cus_'
const newToken = () => prefix + randomBytes(32).toString('base64url')

export function createCustomerTokens({
  database,
  now,
}: {
  database: Database
  now: () => number
}): CustomerTokens {
  return {
    async create(tx, accountId, { validity_in_seconds: validity, allowed_origins: origins }, madeBy) {
      const account = await tx.db
        .selectFrom('account')
        .select('id')
        .where('id', '=', accountId)
        .executeTakeFirst()
      if (!account) throw new AppError('NotFound')
      const token = newToken()
      const time = now()
      const expiresAt = time + validity * 1_000
      await tx.db
        .insertInto('customer_token')
        .values({
          token_hash: secretHash(token),
          account_id: accountId,
          allowed_origins: origins === undefined ? null : JSON.stringify(origins),
          made_by: madeBy,
          created_at: time,
          expires_at: expiresAt,
          session_hash: null,
        })
        .execute()
      return { token, expiresAt }
    },

    async renew(tx, { accountId, hash, sessionHash }) {
      const row = await tx.db
        .selectFrom('customer_token')
        .selectAll()
        .where('account_id', '=', accountId)
        .where('token_hash', '=', hash)
        .where('expires_at', '>', now())
        .executeTakeFirst()
      if (!row) throw new AppError('Unauthorized')
      const token = newToken()
      await tx.db
        .insertInto('customer_token')
        .values({
          ...row,
          token_hash: secretHash(token),
          created_at: now(),
          session_hash: sessionHash,
        })
        .execute()
      return token
    },

    async find(token, reader = database.read) {
      if (!token.startsWith(prefix)) return null
      const { rows } = await tokenOfHash(reader, { hash: secretHash(token), time: now() })
      const [row] = rows
      return row ? liveToken(row) : null
    },

    async deleteOld() {
      await database.write((tx) =>
        tx.db.deleteFrom('customer_token').where('expires_at', '<', now()).execute(),
      )
    },
  }
}

const tokenOfHash = compileOnce((db, { hash, time }: { hash: string; time: number }) =>
  withMaker(db).where('customer_token.token_hash', '=', hash).where('customer_token.expires_at', '>', time),
)

/** Customer tokens with what they rest on: their account, and what made them while that is good. */
export const withMaker = (db: Reader) =>
  db
    .selectFrom('customer_token')
    .innerJoin('account', 'account.id', 'customer_token.account_id')
    .leftJoin('access_token', (join) =>
      join
        .onRef('access_token.account_id', '=', 'customer_token.account_id')
        .onRef('access_token.id', '=', 'customer_token.made_by')
        .on('access_token.revoked_at', 'is', null),
    )
    .selectAll('customer_token')
    .select(['account.allowed_origins as account_origins', 'access_token.id as has_live_maker'])

type TokenWithMaker = Awaited<ReturnType<ReturnType<typeof withMaker>['executeTakeFirstOrThrow']>>

/** Null where what made it was revoked. */
export function liveToken(row: TokenWithMaker): CustomerToken | null {
  if (row.made_by !== null && !row.has_live_maker) return null
  return {
    accountId: row.account_id,
    hash: row.token_hash,
    allowedOrigins: JSON.parse(row.allowed_origins ?? row.account_origins) as string[],
    expiresAt: row.expires_at,
    madeBy: row.made_by,
    sessionHash: row.session_hash,
  }
}
