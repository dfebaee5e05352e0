import { createHash, randomBytes } from 'node:crypto'
import type { Person } from '@bobbin/shared/account'
import type { AccessTokens } from './access-tokens.ts'
import { AppError } from '../../ground/app-error.ts'
import { secretHash } from '../../ground/secret-hash.ts'
import type { Database, Transaction } from '../../store/database.ts'

/** What a code is bound to: who may exchange it, where it was sent, and PKCE's challenge (S256). */
export interface CodeRequest {
  readonly clientId: string
  readonly redirectUri: string
  readonly codeChallenge: string
}

/** Whose account a code stands for: one that is there, or one that its exchange creates. */
export type CodeSubject =
  { readonly accountId: number; readonly signedInWith: string } | { readonly person: Person }

/** What the partner brings to exchange a code. */
interface Redemption {
  readonly clientId: string
  readonly code: string
  readonly redirectUri: string
  readonly codeVerifier: string
}

/** The codes that a partner exchanges for access tokens: once, within five minutes, stored as hashes. */
export interface PartnerCodes {
  issue(tx: Transaction, request: CodeRequest, subject: CodeSubject): Promise<string>
  /**
   * The access token, or why there is none. A code that is exchanged again was stolen, before or now: the
   * token that it gave is revoked.
   */
  redeem(redemption: Redemption): Promise<{ accessToken: string; accountId: number } | { refused: string }>
  /** Deletes codes of the day before. */
  deleteOld(): Promise<void>
}

const lifetime = 5 * 60_000
const day = 86_400_000

export function createPartnerCodes({
  database,
  accounts,
  accessTokens,
  tokenName,
  now,
}: {
  database: Database
  accounts: { open(tx: Transaction, person: Person): Promise<number> }
  accessTokens: Pick<AccessTokens, 'create' | 'revoke'>
  /** What the partner's tokens are called. */
  tokenName: string
  now: () => number
}): PartnerCodes {
  async function issue(tx: Transaction, request: CodeRequest, subject: CodeSubject) {
    const code = `bob_code_${randomBytes(32).toString('base64url')}`
    const isThere = 'accountId' in subject
    await tx.db
      .insertInto('partner_code')
      .values({
        code_hash: secretHash(code),
        account_id: isThere ? subject.accountId : 0,
        person: isThere ? null : JSON.stringify(subject.person),
        made_by: isThere ? subject.signedInWith : null,
        client_id: request.clientId,
        redirect_uri: request.redirectUri,
        code_challenge: request.codeChallenge,
        created_at: now(),
        expires_at: now() + lifetime,
        used_at: null,
        access_token_id: null,
      })
      .execute()
    return code
  }

  async function redeem(redemption: Redemption) {
    try {
      return await database.write((tx) => exchange(tx, redemption))
    } catch (error) {
      // The address was taken meanwhile, or the account has too many tokens: the code stays as it was.
      if (error instanceof AppError) return { refused: error.message }
      throw error
    }
  }

  async function exchange(
    tx: Transaction,
    { clientId, code, redirectUri, codeVerifier }: Redemption,
  ): Promise<{ accessToken: string; accountId: number } | { refused: string }> {
    const hash = secretHash(code)
    const row = await tx.db
      .selectFrom('partner_code')
      .selectAll()
      .where('code_hash', '=', hash)
      .executeTakeFirst()
    if (!row) return { refused: 'The code is not known.' }
    const isBound =
      row.client_id === clientId &&
      row.redirect_uri === redirectUri &&
      row.code_challenge === createHash('sha256').update(codeVerifier).digest('base64url')
    // Before all else: somebody who has only the code must not get another's token revoked either.
    if (!isBound) return { refused: 'The code was made for another client, redirect_uri or code_verifier.' }
    if (row.used_at !== null) {
      if (row.access_token_id) {
        await accessTokens.revoke(tx, row.account_id, row.access_token_id, { force: true })
      }
      return { refused: 'The code was used before. The access token that it gave is revoked.' }
    }
    if (row.expires_at <= now()) return { refused: 'The code has expired.' }
    if (row.made_by !== null && !(await isGood(tx, row.account_id, row.made_by))) {
      return { refused: 'The access token with which this was allowed is revoked.' }
    }

    const accountId = row.person ? await accounts.open(tx, JSON.parse(row.person) as Person) : row.account_id
    const made = await accessTokens.create(tx, accountId, tokenName)
    await tx.db
      .updateTable('partner_code')
      .set({ used_at: now(), account_id: accountId, person: null, access_token_id: made.row.id })
      .where('code_hash', '=', hash)
      .where('account_id', '=', row.account_id)
      .execute()
    return { accessToken: made.accessToken, accountId }
  }

  async function deleteOld() {
    await database.write((tx) =>
      tx.db
        .deleteFrom('partner_code')
        .where('expires_at', '<=', now() - day)
        .execute(),
    )
  }

  return { issue, redeem, deleteOld }
}

async function isGood(tx: Transaction, accountId: number, tokenId: string): Promise<boolean> {
  const row = await tx.db
    .selectFrom('access_token')
    .select('id')
    .where('account_id', '=', accountId)
    .where('id', '=', tokenId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}
