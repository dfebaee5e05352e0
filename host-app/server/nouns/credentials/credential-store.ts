import { z } from 'zod'
import { AppError } from '../../ground/app-error.ts'
import type { Database, Transaction } from '../../store/database.ts'
import { giveUpGrant } from './given-up-grants.ts'
import { type GrantEnd, earlierOf, endOf } from './grant-end.ts'
import { type TokenKind, grantKind } from './grant-kind.ts'
import { type GrantLife, lifeColumns, lifeIn, unaskedRenewalAt, unsaidLife } from './grant-life.ts'
import type { RenewalFailure } from './paused-renewals.ts'
import type { KeyRing } from './seal.ts'
import { credentialContext } from './seal-contexts.ts'
import { sealedColumn } from './sealed-column.ts'
import { parseNames } from './stored-names.ts'

/**
 * `form`: the secret settings. `oauth`: what the provider granted; `oauth:ROLE`: what it granted beside it. `token`: what the
 * settings were exchanged for.
 */
export type CredentialKind = 'form' | TokenKind

/** Credentials in clear, for the server's own use. Never answer, log or throw them. */
export interface OpenedCredentials {
  values: Record<string, string>
  /** Counts writes; changes with every save. */
  version: number
  /** `rejected`: the vendor refused them, or a setting that they depend on changed. */
  status: 'ok' | 'rejected'
  /** When the access token ends, in milliseconds; null where it does not. */
  expiresAt: number | null
  /** How long an access token lives, as far as anybody said; for the renewal that does not say. */
  lifetime: number | null
  /** Until then its renewal is not to be asked for: it failed, or was refused, before. */
  renewAfter: number | null
  /** The client that issued the grant; null: the operator's settings hold it. */
  oauthClientId: string | null
  /** How it failed, if that was for no fault of the grant's. */
  failure: RenewalFailure | null
  /** Since when it fails so. */
  failingSince: number | null
  life: GrantLife
}

/** What is sealed of a source, without its values. */
export interface DescribedCredentials {
  readonly form: { names: string[]; status: 'ok' | 'rejected' } | null
  readonly oauth: { names: string[]; status: 'ok' | 'rejected' } | null
  /** When what was granted ends, the first of several grants; null: not, as far as anybody said. */
  readonly end: GrantEnd | null
}

/** The secrets of sources, sealed at rest. A row opens only for its own account, source, kind and version. */
export interface CredentialStore {
  /**
   * Replaces all values; the status becomes ok and the version counts up. The lifetime is what `expiresAt`
   * leaves from now on, unless it is given; the client that issued the grant stays, unless it is given. By its life it
   * is renewed though nobody asks; with another consent, accounts are told anew of its end.
   */
  save(
    tx: Transaction,
    credentials: {
      accountId: number
      sourceId: number
      kind: CredentialKind
      values: Record<string, string>
      expiresAt?: number | null
      lifetime?: number | null
      life?: GrantLife | undefined
      oauthClientId?: string | null
    },
  ): Promise<void>
  /**
   * With `tx`, what the transaction wrote counts. Throws `SealError` when the row was tampered with or its key
   * is not configured.
   */
  open(
    accountId: number,
    sourceId: number,
    kind: CredentialKind,
    tx?: Transaction,
  ): Promise<OpenedCredentials | null>
  /** What is there, without opening anything. With `tx`, what the transaction wrote counts. */
  describe(
    accountId: number,
    sourceId: number,
    kind: CredentialKind,
    tx?: Transaction,
  ): Promise<{ names: string[]; status: 'ok' | 'rejected' } | null>
  /** The same of many sources, by id, in one statement. One without credentials is not there. */
  describeAll(
    accountId: number,
    sourceIds: readonly number[],
    tx?: Transaction,
  ): Promise<Map<number, DescribedCredentials>>
  reject(tx: Transaction, accountId: number, sourceId: number, kind: CredentialKind): Promise<void>
  /** All that the provider granted, if anything, for good: it will be told. */
  giveUpGrant(tx: Transaction, accountId: number, sourceId: number): Promise<void>
  /** Forgets what was granted beside the main grant in other roles than these. Of the provider it is to be given up before. */
  keepRoles(tx: Transaction, accountId: number, sourceId: number, roles: readonly string[]): Promise<void>
  /** What the settings were exchanged for, if anything: they are others now. */
  dropToken(tx: Transaction, accountId: number, sourceId: number): Promise<void>
  /** All kinds, for good. What the provider granted is given up: it will be told. */
  erase(tx: Transaction, accountId: number, sourceId: number): Promise<void>
}

const storedValues = z.record(z.string(), z.string())

export function createCredentialStore(
  database: Database,
  keyRing: KeyRing,
  now: () => number,
): CredentialStore {
  const rowOf = (db: Transaction['db'], accountId: number, sourceId: number, kind: CredentialKind) =>
    db
      .selectFrom('credential')
      .select([
        'sealed',
        'version',
        'status',
        'names',
        'oauth_client_id',
        'expires_at',
        'token_lifetime',
        'renew_after',
        'renewal_failure',
        'failing_since',
        'consented_at',
        'idle_death',
        'absolute_death',
        'death_told_at',
      ])
      .where('account_id', '=', accountId)
      .where('source_id', '=', sourceId)
      .where('kind', '=', kind)
      .executeTakeFirst()

  return {
    async save(tx, { expiresAt = null, lifetime, life = unsaidLife, oauthClientId, ...saved }) {
      const { accountId, sourceId, kind, values } = saved
      tx.touch({ accountId, sourceId })
      const before = await rowOf(tx.db, accountId, sourceId, kind)
      const version = (before?.version ?? 0) + 1
      const row = {
        sealed: keyRing.seal(JSON.stringify(values), credentialContext(accountId, sourceId, kind, version)),
        version,
        status: 'ok' as const,
        names: JSON.stringify(Object.keys(values)),
        oauth_client_id: oauthClientId === undefined ? (before?.oauth_client_id ?? null) : oauthClientId,
        expires_at: expiresAt,
        token_lifetime: lifetime === undefined ? lifeUntil(expiresAt, now()) : lifetime,
        ...lifeColumns(life),
        renew_unasked_at: unaskedRenewalAt(life, now()),
        death_told_at: before?.consented_at === life.consentedAt ? before.death_told_at : null,
        refusals: null,
        refused_since: null,
        renew_after: null,
        failing_since: null,
        renewal_failure: null,
        refresh_lease: null,
        refresh_lease_until: null,
        updated_at: now(),
      }
      if (!before) {
        await tx.db
          .insertInto('credential')
          .values({ ...row, account_id: accountId, source_id: sourceId, kind })
          .execute()
        return
      }
      const { numUpdatedRows } = await tx.db
        .updateTable('credential')
        .set(row)
        .where('account_id', '=', accountId)
        .where('source_id', '=', sourceId)
        .where('kind', '=', kind)
        // The version is in the envelope: a write that another process overtook must not land.
        .where('version', '=', before.version)
        .executeTakeFirst()
      if (numUpdatedRows === 0n) throw new AppError('Conflict', { data: { reason: 'overtaken' } })
    },

    async open(accountId, sourceId, kind, tx) {
      const row = await rowOf(tx?.db ?? database.read, accountId, sourceId, kind)
      if (!row) return null
      const secret = keyRing.open(row.sealed, credentialContext(accountId, sourceId, kind, row.version))
      return {
        values: storedValues.parse(JSON.parse(secret)),
        version: row.version,
        status: row.status,
        expiresAt: row.expires_at,
        lifetime: row.token_lifetime,
        renewAfter: row.renew_after,
        oauthClientId: row.oauth_client_id,
        failure: row.renewal_failure,
        failingSince: row.failing_since,
        life: lifeIn(row),
      }
    },

    async describe(accountId, sourceId, kind, tx) {
      const row = await rowOf(tx?.db ?? database.read, accountId, sourceId, kind)
      return row ? { names: parseNames(row.names), status: row.status } : null
    },

    async describeAll(accountId, sourceIds, tx) {
      const found = new Map<number, DescribedCredentials>()
      if (sourceIds.length === 0) return found
      const rows = await (tx?.db ?? database.read)
        .selectFrom('credential')
        .select(['source_id', 'kind', 'status', 'names'])
        .select(['expires_at', 'consented_at', 'idle_death', 'absolute_death'])
        .where('account_id', '=', accountId)
        .where('source_id', 'in', sourceIds)
        .where('kind', '<>', 'token')
        .execute()
      for (const { source_id: id, kind, status, ...row } of rows) {
        const others = found.get(id) ?? { form: null, oauth: null, end: null }
        const end = kind !== 'form' && status === 'ok' ? endOf(row, now()) : null
        found.set(id, {
          ...others,
          ...((kind === 'form' || kind === 'oauth') && { [kind]: { names: parseNames(row.names), status } }),
          end: earlierOf(others.end, end),
        })
      }
      return found
    },

    async reject(tx, accountId, sourceId, kind) {
      tx.touch({ accountId, sourceId })
      await tx.db
        .updateTable('credential')
        .set({ status: 'rejected', refresh_lease: null, refresh_lease_until: null, updated_at: now() })
        .where('account_id', '=', accountId)
        .where('source_id', '=', sourceId)
        .where('kind', '=', kind)
        .execute()
    },

    async giveUpGrant(tx, accountId, sourceId) {
      // To touch a source that has none would have what is derived of it derived for ever.
      if (!(await giveUpGrant(tx, { accountId, sourceId }, 'replaced', now()))) return
      tx.touch({ accountId, sourceId })
      await tx.db
        .deleteFrom('credential')
        .where('account_id', '=', accountId)
        .where('source_id', '=', sourceId)
        .where('kind', 'not in', ['form', 'token'])
        .execute()
    },

    async keepRoles(tx, accountId, sourceId, roles) {
      await tx.db
        .deleteFrom('credential')
        .where('account_id', '=', accountId)
        .where('source_id', '=', sourceId)
        .where('kind', 'not in', ['form', 'token', 'oauth', ...roles.map(grantKind)])
        .execute()
    },

    async dropToken(tx, accountId, sourceId) {
      tx.touch({ accountId, sourceId })
      await tx.db
        .deleteFrom('credential')
        .where('account_id', '=', accountId)
        .where('source_id', '=', sourceId)
        .where('kind', '=', 'token')
        .execute()
    },

    async erase(tx, accountId, sourceId) {
      tx.touch({ accountId, sourceId })
      await giveUpGrant(tx, { accountId, sourceId }, 'deleted', now())
      await tx.db
        .deleteFrom('credential')
        .where('account_id', '=', accountId)
        .where('source_id', '=', sourceId)
        .execute()
    },
  }
}

function lifeUntil(expiresAt: number | null, now: number): number | null {
  return expiresAt !== null && expiresAt > now ? expiresAt - now : null
}

export const sealedCredentials = sealedColumn({
  table: 'credential',
  column: 'sealed',
  columns: ['source_id', 'kind', 'account_id', 'version'],
  contextOf: (row) => credentialContext(row.account_id, row.source_id, row.kind, row.version),
})
