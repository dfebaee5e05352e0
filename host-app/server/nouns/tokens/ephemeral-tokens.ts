import { randomBytes } from 'node:crypto'
import { flowFunctions, type FlowFunction } from '@bobbin/shared/flow-function'
import type { CreateEphemeralToken, TokenProperties, TokenStreams } from '@bobbin/shared/session'
import { sql } from 'kysely'
import type { Registry } from '../../../connectors/registry.ts'
import { AppError } from '../../ground/app-error.ts'
import { secretHash } from '../../ground/secret-hash.ts'
import { type KeyRing, type SealContext, sealedColumn } from '../credentials/credentials.ts'
import type { OAuthClients } from '../oauth-clients/oauth-clients.ts'
import { readPresets, type Sources } from '../sources/sources.ts'
import { compileOnce } from '../../store/compile-once.ts'
import type { Database, Transaction } from '../../store/database.ts'

/** A permission to start a flow, and what it is narrowed to; null: to nothing. */
export interface EphemeralToken {
  readonly accountId: number
  readonly hash: string
  /** Where pages that use it may be; the account's own, where it names none. */
  readonly allowedOrigins: readonly string[]
  readonly types: readonly string[] | null
  readonly functions: readonly string[] | null
  readonly sourceId: number | null
  /** The client by which its flow authorizes; null: it names none. */
  readonly oauthClientId: string | null
  /** Which streams its flow needs, allows and hides. */
  readonly streams: TokenStreams | null
  /** Settings that it gives to its flow, in clear: never answer or log them. Null where it gives none, and once it is spent. */
  readonly properties: TokenProperties | null
  readonly isExpired: boolean
  readonly isUsed: boolean
}

/** Single-use permissions to start a flow. A claim spends them (`flows/claim-flow.ts`). */
export interface EphemeralTokens {
  /**
   * Makes a token for the account, narrowed to the scope where one is given. `madeBy` is the id of the
   * access token that asks for it: when that is revoked, this one goes with it.
   * @throws {AppError} SourceNotFound, UnknownSourceType, NotFound (an OAuth client) when the scope names what the account does not have; InvalidProperties,
   * InvalidCronExpression when what it gives are no settings of the types that it names.
   */
  create(tx: Transaction, accountId: number, scope?: CreateEphemeralToken, madeBy?: string): Promise<string>
  /** What was made under this name; null when that is forgotten, or never was. */
  find(tx: Transaction, token: string): Promise<EphemeralToken | null>
  /** Spends it for this flow, and forgets what it gave. False when it was spent before. */
  spend(tx: Transaction, token: EphemeralToken, flowId: string): Promise<boolean>
  /** Whether the token that opened a flow is good for this function too; not when it is forgotten. */
  allows(
    token: { readonly accountId: number; readonly hash: string },
    fn: FlowFunction,
    tx?: Transaction,
  ): Promise<boolean>
  /** Whether it was made here and is remembered, whatever it is still good for. */
  isKnown(token: string): Promise<boolean>
  /** Forgets what tokens gave that have ended, and deletes those that did more than a day ago: until then a late claim is told `expired`, not `invalid`. */
  deleteOld(): Promise<void>
}

const day = 86_400_000

export function createEphemeralTokens({
  database,
  lifetime: longest,
  now,
  keyRing,
  sources,
  registry,
  oauthClients,
}: {
  database: Database
  /** How long a token lives at most, in milliseconds. */
  lifetime: number
  now: () => number
  keyRing: Pick<KeyRing, 'seal' | 'open'>
  sources: Pick<Sources, 'get' | 'viewForWizard'>
  registry: Pick<Registry, 'find'>
  oauthClients: Pick<OAuthClients, 'typeOf'>
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

    await requireClient(tx, accountId, scope)
    await requirePresets(tx, accountId, scope)
    const token = `bob_eph_${randomBytes(32).toString('base64url')}`
    const lifetime = Math.min((scope.expires_in ?? Infinity) * 1_000, longest)
    const time = now()
    const hash = secretHash(token)
    await tx.db
      .insertInto('ephemeral_token')
      .values({
        token_hash: hash,
        account_id: accountId,
        allowed_origins: jsonOrNull(scope.allowed_origins),
        types: jsonOrNull(scope.types),
        source_id: scope.source_id ?? null,
        functions: jsonOrNull(scope.functions),
        streams: jsonOrNull(scope.streams),
        presets: scope.properties
          ? keyRing.seal(JSON.stringify(scope.properties), presetContext(accountId, hash))
          : null,
        oauth_client_id: scope.oauth_client_id ?? null,
        made_by: madeBy ?? null,
        created_at: time,
        expires_at: time + lifetime,
        used_at: null,
        used_by_flow: null,
      })
      .execute()
    return token
  }

  /** The client is the account's or the operator's, and of a type that the flow may be of, as far as that is said. */
  async function requireClient(tx: Transaction, accountId: number, scope: CreateEphemeralToken) {
    const { oauth_client_id: named, source_id: id, types } = scope
    if (named === undefined) return
    const type = await oauthClients.typeOf(accountId, named, tx)
    const wanted = id === undefined ? types : [(await sources.get(accountId, id, tx)).type]
    if (type === null || (wanted && !wanted.includes(type))) throw new AppError('NotFound')
  }

  /** Settings that could be of no flow are refused here already, as far as it is said what the flow is about. */
  async function requirePresets(tx: Transaction, accountId: number, scope: CreateEphemeralToken) {
    const { properties, source_id: id, types = [], functions = [] } = scope
    if (!properties) return
    const source = id === undefined ? null : await sources.get(accountId, id, tx)
    const isForThere = functions.length > 0 && functions.every((fn) => flowFunctions[fn].subject === 'id')
    const known = source ? await sources.viewForWizard(accountId, source.id, tx) : null
    const stored = known ?? (isForThere ? null : { properties: {}, kept_secrets: [] })
    for (const type of source ? [source.type] : types) {
      const connector = registry.find(type)
      if (connector) readPresets(connector, properties, stored, now())
    }
  }

  async function find(tx: Transaction, token: string): Promise<EphemeralToken | null> {
    const { rows } = await tokenOfHash(tx.db, { hash: secretHash(token) })
    const [row] = rows
    if (!row) return null
    return {
      accountId: row.account_id,
      hash: row.token_hash,
      allowedOrigins: JSON.parse(row.allowed_origins ?? row.account_origins) as string[],
      types: listOrNull(row.types),
      functions: listOrNull(row.functions),
      sourceId: row.source_id,
      oauthClientId: row.oauth_client_id,
      streams: row.streams === null ? null : (JSON.parse(row.streams) as TokenStreams),
      properties:
        row.presets === null
          ? null
          : (JSON.parse(
              keyRing.open(row.presets, presetContext(row.account_id, row.token_hash)),
            ) as TokenProperties),
      isExpired: row.expires_at <= now(),
      isUsed: row.used_at !== null,
    }
  }

  async function spend(tx: Transaction, { accountId, hash }: EphemeralToken, flowId: string) {
    const { numAffectedRows } = await spendOnce(tx.db, { time: now(), flowId, hash, accountId })
    return numAffectedRows !== 0n
  }

  async function allows(
    { accountId, hash }: { accountId: number; hash: string },
    fn: FlowFunction,
    tx?: Transaction,
  ) {
    const row = await (tx?.db ?? database.read)
      .selectFrom('ephemeral_token')
      .select('functions')
      .where('token_hash', '=', hash)
      .where('account_id', '=', accountId)
      .executeTakeFirst()
    if (!row) return false
    return listOrNull(row.functions)?.includes(fn) ?? true
  }

  async function deleteOld() {
    await database.write(async (tx) => {
      await tx.db
        .deleteFrom('ephemeral_token')
        .where('expires_at', '<', now() - day)
        .execute()
      // What it gave is of no use any more, and may be secret.
      await tx.db
        .updateTable('ephemeral_token')
        .set({ presets: null })
        .where('presets', 'is not', null)
        .where('expires_at', '<=', now())
        .execute()
    })
  }

  async function isKnown(token: string) {
    const row = await database.read
      .selectFrom('ephemeral_token')
      .select('account_id')
      .where('token_hash', '=', secretHash(token))
      .executeTakeFirst()
    return row !== undefined
  }

  return { create, find, spend, allows, isKnown, deleteOld }
}

const tokenOfHash = compileOnce((db, { hash }: { hash: string }) =>
  db
    .selectFrom('ephemeral_token')
    .innerJoin('account', 'account.id', 'ephemeral_token.account_id')
    .selectAll('ephemeral_token')
    .select('account.allowed_origins as account_origins')
    .where('token_hash', '=', hash),
)

const spendOnce = compileOnce(
  (
    db,
    { time, flowId, hash, accountId }: { time: number; flowId: string; hash: string; accountId: number },
  ) =>
    db
      .updateTable('ephemeral_token')
      .set({ used_at: time, used_by_flow: flowId, presets: null })
      .where('token_hash', '=', hash)
      .where('account_id', '=', accountId)
      .where('used_at', 'is', null),
)

function presetContext(accountId: number, tokenHash: string): SealContext {
  return ['ephemeral_token', accountId, tokenHash]
}

export const sealedTokenPresets = sealedColumn({
  table: 'ephemeral_token',
  column: 'presets',
  columns: ['token_hash', 'account_id'],
  contextOf: (row) => presetContext(row.account_id, row.token_hash),
  isAlive: (now) => sql`presets is not null and expires_at > ${now}`,
})

/** Columns that this server itself wrote. */
function listOrNull(json: string | null): readonly string[] | null {
  return json === null ? null : (JSON.parse(json) as string[])
}

function jsonOrNull(value: readonly string[] | TokenStreams | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value)
}
