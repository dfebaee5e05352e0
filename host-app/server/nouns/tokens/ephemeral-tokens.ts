import { randomBytes } from 'node:crypto'
import type { CreateEphemeralToken } from '@bobbin/shared/session'
import type { Registry } from '../../../connectors/registry.ts'
import { AppError } from '../../ground/app-error.ts'
import { secretHash } from '../../ground/secret-hash.ts'
import type { Sources } from '../sources/sources.ts'
import type { Database, Transaction } from '../../store/database.ts'

/** Single-use permissions to start a flow. A claim spends them (`flows/claim-flow.ts`). */
export interface EphemeralTokens {
  /**
   * Makes a token for the account, narrowed to the scope where one is given. `madeBy` is the id of the
   * access token that asks for it: when that is revoked, this one goes with it.
   * @throws {AppError} SourceNotFound, UnknownSourceType when the scope names what the account does not have.
   */
  create(tx: Transaction, accountId: number, scope?: CreateEphemeralToken, madeBy?: string): Promise<string>
  /** Whether it was made here and is remembered, whatever it is still good for. */
  isKnown(token: string): Promise<boolean>
  /** Deletes tokens that ended more than a day ago: until then a late claim is told `expired`, not `invalid`. */
  deleteOld(): Promise<void>
}

const day = 86_400_000

export function createEphemeralTokens({
  database,
  lifetime: longest,
  now,
  sources,
  registry,
}: {
  database: Database
  /** How long a token lives at most, in milliseconds. */
  lifetime: number
  now: () => number
  sources: Pick<Sources, 'get'>
  registry: Pick<Registry, 'find'>
}): EphemeralTokens {
  async function create(
    tx: Transaction,
    accountId: number,
    scope: CreateEphemeralToken = {},
    madeBy?: string,
  ) {
    if (scope.source_id !== undefined) await sources.get(accountId, scope.source_id, tx)
    const unknown = scope.types?.find((type) => registry.find(type) === null)
    if (unknown !== undefined) throw new AppError('UnknownSourceType', { data: { type: unknown } })

    const token = `bob_eph_${randomBytes(32).toString('base64url')}`
    const lifetime = Math.min((scope.expires_in ?? Infinity) * 1_000, longest)
    const time = now()
    await tx.db
      .insertInto('ephemeral_token')
      .values({
        token_hash: secretHash(token),
        account_id: accountId,
        allowed_origins: jsonOrNull(scope.allowed_origins),
        types: jsonOrNull(scope.types),
        source_id: scope.source_id ?? null,
        functions: jsonOrNull(scope.functions),
        made_by: madeBy ?? null,
        created_at: time,
        expires_at: time + lifetime,
        used_at: null,
        used_by_flow: null,
      })
      .execute()
    return token
  }

  async function deleteOld() {
    await database.write((tx) =>
      tx.db
        .deleteFrom('ephemeral_token')
        .where('expires_at', '<', now() - day)
        .execute(),
    )
  }

  async function isKnown(token: string) {
    const row = await database.read
      .selectFrom('ephemeral_token')
      .select('account_id')
      .where('token_hash', '=', secretHash(token))
      .executeTakeFirst()
    return row !== undefined
  }

  return { create, isKnown, deleteOld }
}

function jsonOrNull(value: readonly string[] | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value)
}
