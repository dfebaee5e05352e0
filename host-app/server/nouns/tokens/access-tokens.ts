import { randomBytes } from 'node:crypto'
import type { Selectable } from 'kysely'
import { AppError } from '../../ground/app-error.ts'
import { secretHash } from '../../ground/secret-hash.ts'
import { shownId } from '../../ground/shown-id.ts'
import { compileOnce } from '../../store/compile-once.ts'
import type { Database, Reader, Transaction } from '../../store/database.ts'
import type { Tables } from '../../store/tables.ts'
import type { TokenUses } from './token-uses.ts'

export type AccessTokenRow = Selectable<Tables['access_token']>

/** Whom an access token speaks for, and which one it is. */
interface TokenHolder {
  readonly accountId: number
  readonly tokenId: string
  /** Names the token without being it. */
  readonly tokenHash: string
}

/** The tokens by which an account's back end calls. Shown once, stored as hashes, good until revoked. */
export interface AccessTokens {
  /** @throws {AppError} Conflict when the account has too many. */
  create(
    tx: Transaction,
    accountId: number,
    name?: string,
  ): Promise<{ accessToken: string; row: AccessTokenRow }>
  /** Whose token it is; null when there is none or it was revoked. Its use is noted. */
  authenticate(accessToken: string): Promise<TokenHolder | null>
  /** Whether it is still good. With `tx`, no revocation comes between the answer and what is written. */
  isLive(holder: TokenHolder, tx?: Transaction): Promise<boolean>
  /** Oldest first, revoked ones too. */
  list(accountId: number): Promise<AccessTokenRow[]>
  /**
   * Revokes a token, and deletes the ephemeral tokens that it made and nobody has claimed with. Revoking
   * it again changes nothing. The last live one is revoked with `force` only.
   * @throws {AppError} NotFound, Conflict
   */
  revoke(
    tx: Transaction,
    accountId: number,
    id: string,
    options?: { force?: boolean },
  ): Promise<AccessTokenRow>
  /** Deletes tokens that were revoked 90 days ago. */
  deleteOld(): Promise<void>
}

const tokenPrefix = 'bob_acc_'
const mostLive = 100
const keptRevoked = 90 * 86_400_000

export function createAccessTokens({
  database,
  uses,
  now,
}: {
  database: Database
  uses: Pick<TokenUses, 'note'>
  now: () => number
}): AccessTokens {
  async function create(tx: Transaction, accountId: number, name?: string) {
    if ((await countLive(tx, accountId)) >= mostLive) {
      throw new AppError('Conflict', {
        message: `An account has at most ${mostLive} access tokens. Revoke one first.`,
        data: { reason: 'too_many_tokens' },
      })
    }
    const accessToken = tokenPrefix + randomBytes(32).toString('base64url')
    const row = await tx.db
      .insertInto('access_token')
      .values({
        token_hash: secretHash(accessToken),
        id: shownId(),
        account_id: accountId,
        name: name ?? null,
        prefix: accessToken.slice(0, tokenPrefix.length + 4),
        created_at: now(),
        last_used_at: null,
        revoked_at: null,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    return { accessToken, row }
  }

  async function authenticate(accessToken: string) {
    if (!accessToken.startsWith(tokenPrefix)) return null
    const tokenHash = secretHash(accessToken)
    const row = (await liveToken(database.read, { hash: tokenHash })).rows[0]
    if (!row) return null
    uses.note(row)
    return { accountId: row.account_id, tokenId: row.id, tokenHash }
  }

  async function isLive({ tokenHash }: TokenHolder, tx?: Transaction) {
    return (await liveToken(tx?.db ?? database.read, { hash: tokenHash })).rows.length > 0
  }

  async function list(accountId: number) {
    return database.read
      .selectFrom('access_token')
      .selectAll()
      .where('account_id', '=', accountId)
      .orderBy('created_at')
      .orderBy('id')
      .execute()
  }

  async function revoke(tx: Transaction, accountId: number, id: string, { force = false } = {}) {
    const row = await tx.db
      .selectFrom('access_token')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('id', '=', id)
      .executeTakeFirst()
    if (!row) throw new AppError('NotFound')
    if (row.revoked_at !== null) return row
    if (!force && (await countLive(tx, accountId)) === 1) {
      throw new AppError('Conflict', {
        message: "This is the account's last access token. Make another one first, or say force=true.",
        data: { reason: 'last_token' },
      })
    }
    await tx.db
      .deleteFrom('ephemeral_token')
      .where('account_id', '=', accountId)
      .where('made_by', '=', id)
      .where('used_at', 'is', null)
      .execute()
    return tx.db
      .updateTable('access_token')
      .set({ revoked_at: now() })
      .where('account_id', '=', accountId)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
  }

  async function deleteOld() {
    await database.write((tx) =>
      tx.db
        .deleteFrom('access_token')
        .where('revoked_at', '<=', now() - keptRevoked)
        .execute(),
    )
  }

  return { create, authenticate, isLive, list, revoke, deleteOld }
}

/** Every call of the API asks this. */
const liveToken = compileOnce((db: Reader, { hash }: { hash: string }) =>
  db
    .selectFrom('access_token')
    .select(['id', 'account_id', 'token_hash', 'last_used_at'])
    .where('token_hash', '=', hash)
    .where('revoked_at', 'is', null),
)

async function countLive(tx: Transaction, accountId: number): Promise<number> {
  const { count } = await tx.db
    .selectFrom('access_token')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}
