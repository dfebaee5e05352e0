import type { CreateOAuthClient, OAuthClientView, UpdateOAuthClient } from '@bobbin/shared/oauth-client'
import { randomId } from '@bobbin/shared/random-id'
import type { AuthMethod } from '@bobbin/shared/auth-method'
import type { Registry } from '../../../connectors/registry.ts'
import { AppError } from '../../ground/app-error.ts'
import type { Database, Reader, Transaction } from '../../store/database.ts'
import type { CredentialStore, KeyRing } from '../credentials/credentials.ts'
import { type FeedWriter, tellAccount } from '../events/events.ts'
import { type OAuthClientRow, oauthClientOf, openClient, sealSecret } from './client-row.ts'
import { dependentSources, issuedBy } from './dependent-sources.ts'
import type { Issuer, OAuthClient } from './oauth-client.ts'
import { chooseRow, type Owner, type Reach, reachOf, type ToAuthorize } from './reach.ts'

export { sealedClientSecrets } from './client-row.ts'
export { type Issuer, type OAuthClient, isUsable } from './oauth-client.ts'
export type { Reach, ToAuthorize } from './reach.ts'

/** Our registrations at providers. What is another owner's does not exist: everything throws NotFound for it. */
export interface OAuthClients {
  /** Oldest first. */
  list(owner: Owner): Promise<OAuthClientView[]>
  get(owner: Owner, id: string, tx?: Transaction): Promise<OAuthClientView>
  /** Throws InvalidType, InvalidBody for a secret that is missing, Conflict when there are fifty. */
  create(tx: Transaction, owner: Owner, input: CreateOAuthClient): Promise<OAuthClientView>
  update(tx: Transaction, owner: Owner, id: string, change: UpdateOAuthClient): Promise<OAuthClientView>
  /**
   * With its secret. What it issued counts no more. Returns what it was. Throws Conflict (`client_in_use`) when sources
   * depend on it, unless forced.
   */
  remove(tx: Transaction, owner: Owner, id: string, options: { force: boolean }): Promise<OAuthClientView>
  /** Throws NotFound when a client is named that the account does not have for sources of the type. */
  requireFor(tx: Transaction, accountId: number, type: string, id: string | null | undefined): Promise<void>
  /** The type that the client is for, the account's own or the operator's; null: the account has none of that name. */
  typeOf(accountId: number, id: string, tx?: Transaction): Promise<string | null>
  /** The clients that somebody may use; before an account is known, all that there are. */
  reach(who: Owner | 'anybody', tx?: Transaction): Promise<Reach>
  /** The ways to sign in to sources of the type that can be used: OAuth where a client is there for it. Null: there is no such type. */
  methodsFor(
    type: string,
    source: Omit<ToAuthorize, 'type'> | 'anybody',
    tx?: Transaction,
  ): Promise<readonly AuthMethod[] | null>
  /**
   * The client by which the source is to be authorized: the one that is named, and no other; else its own, else its account's
   * default, else the operator's; null: none.
   */
  choose(source: ToAuthorize, tx?: Transaction): Promise<{ issuer: Issuer; client: OAuthClient } | null>
  /** Under which names the same registration is known, the given one among them: what one of them is granted, all are. */
  sameAs(type: string, issuer: Issuer): Promise<(string | null)[]>
  /** The client of that name, at the provider of this connector. Never answer or log it. */
  find(slug: string, issuer: Issuer, tx?: Transaction): Promise<OAuthClient | null>
}

export interface OAuthClientParts {
  readonly database: Database
  readonly registry: Pick<Registry, 'find'>
  readonly keyRing: Pick<KeyRing, 'seal' | 'open'>
  /** The operator's settings, by the slug of the connector. */
  readonly settings: ReadonlyMap<string, OAuthClient>
  readonly credentials: Pick<CredentialStore, 'reject'>
  readonly events: FeedWriter
  readonly now: () => number
}

const mostPerOwner = 50
const mostNamed = 100

export function createOAuthClients(parts: OAuthClientParts): OAuthClients {
  const { database, registry, keyRing, settings, credentials, events, now } = parts
  const reader = (tx?: Transaction) => tx?.db ?? database.read
  const ofOwner = (db: Transaction['db'], owner: Owner) =>
    db
      .selectFrom('oauth_client')
      .selectAll()
      .where('account_id', owner === null ? 'is' : '=', owner)

  async function rowOf(db: Transaction['db'], owner: Owner, id: string): Promise<OAuthClientRow> {
    const row = await ofOwner(db, owner).where('id', '=', id).executeTakeFirst()
    if (!row) throw new AppError('NotFound')
    return row
  }

  /** Of its owner and type no other is the default from here on. */
  async function makeRoom(tx: Transaction, owner: Owner, type: string): Promise<void> {
    await tx.db
      .updateTable('oauth_client')
      .set({ is_default: 0, updated_at: now() })
      .where('account_id', owner === null ? 'is' : '=', owner)
      .where('type', '=', type)
      .where('is_default', '=', 1)
      .execute()
  }

  /** The rows that somebody may use, of one type or all. */
  async function rowsFor(
    who: Owner | 'anybody',
    { type, tx }: { type?: string; tx?: Transaction | undefined },
  ) {
    let query = reader(tx).selectFrom('oauth_client').selectAll()
    if (type !== undefined) query = query.where('type', '=', type)
    if (who !== 'anybody') {
      query = query.where((eb) =>
        who === null
          ? eb('account_id', 'is', null)
          : eb.or([eb('account_id', '=', who), eb('account_id', 'is', null)]),
      )
    }
    return await query.execute()
  }

  return {
    async list(owner) {
      const rows = await ofOwner(database.read, owner).orderBy('created_at').orderBy('id').execute()
      return rows.map(oauthClientOf)
    },

    get: async (owner, id, tx) => oauthClientOf(await rowOf(reader(tx), owner, id)),

    async create(tx, owner, { type, client_id, client_secret = '', name = null, is_default = true }) {
      requireUsable(registry, type, client_secret)
      if ((await ofOwner(tx.db, owner).execute()).length >= mostPerOwner) {
        throw new AppError('Conflict', {
          message: `There are at most ${mostPerOwner} OAuth clients.`,
          data: { reason: 'too_many_clients' },
        })
      }
      if (is_default) await makeRoom(tx, owner, type)
      const key = { id: `oac_${randomId()}`, account_id: owner }
      const row = await tx.db
        .insertInto('oauth_client')
        .values({
          ...key,
          type,
          name,
          client_id,
          sealed: sealSecret(keyRing, key, client_secret),
          is_default: is_default ? 1 : 0,
          created_at: now(),
          updated_at: now(),
        })
        .returningAll()
        .executeTakeFirstOrThrow()
      return oauthClientOf(row)
    },

    async update(tx, owner, id, { client_secret: secret, name, is_default: isDefault }) {
      const before = await rowOf(tx.db, owner, id)
      if (isDefault === true && before.is_default === 0) await makeRoom(tx, owner, before.type)
      const row = await tx.db
        .updateTable('oauth_client')
        .set({
          ...(secret !== undefined && { sealed: sealSecret(keyRing, before, secret) }),
          ...(name !== undefined && { name }),
          ...(isDefault !== undefined && { is_default: isDefault ? 1 : 0 }),
          updated_at: now(),
        })
        .where('id', '=', id)
        .where('account_id', owner === null ? 'is' : '=', owner)
        .returningAll()
        .executeTakeFirstOrThrow()
      return oauthClientOf(row)
    },

    async remove(tx, owner, id, { force }) {
      const row = await rowOf(tx.db, owner, id)
      const needing = force ? [] : await dependentSources(tx.db, id, mostNamed)
      const ids = needing.map(({ sourceId }) => sourceId)
      if (ids.length > 0) {
        throw new AppError('Conflict', {
          message: `Sources depend on the OAuth client: ${ids.join(', ')}.`,
          data: { reason: 'client_in_use', source_ids: ids },
        })
      }
      for (const { accountId, sourceId, kind } of await issuedBy(tx.db, id)) {
        await credentials.reject(tx, accountId, sourceId, kind)
        if (kind !== 'oauth') continue
        await tellAccount(tx, events, accountId, 'credentials.revoked', { source_id: sourceId })
      }
      await tx.db
        .deleteFrom('oauth_client')
        .where('id', '=', id)
        .where('account_id', owner === null ? 'is' : '=', owner)
        .execute()
      return oauthClientOf(row)
    },

    async requireFor(tx, accountId, type, id) {
      if (id === null || id === undefined) return
      const row = await rowOf(tx.db, accountId, id)
      if (row.type !== type) throw new AppError('NotFound')
    },

    typeOf: async (accountId, id, tx) => (await reachable(reader(tx), accountId, id))?.type ?? null,

    reach: async (who, tx) => reachOf(await rowsFor(who, { tx }), who, parts),

    async methodsFor(type, source, tx) {
      const info = registry.find(type)?.info
      if (!info?.auth_methods.some((method) => method.type === 'OAUTH2')) return info?.auth_methods ?? null
      const who = source === 'anybody' ? source : source.account_id
      const reach = reachOf(await rowsFor(who, { type, tx }), who, parts)
      return reach.methodsOf(info, source === 'anybody' ? undefined : source)
    },

    async choose(source, tx) {
      const { account_id: accountId, type, named = null } = source
      const row = chooseRow(await rowsFor(accountId, { type, tx }), accountId, source)
      if (row) return { issuer: { accountId, oauthClientId: row.id }, client: openClient(keyRing, row) }
      const client = named === null ? settings.get(registry.find(type)?.info.slug ?? '') : undefined
      return client ? { issuer: { accountId, oauthClientId: null }, client } : null
    },

    async sameAs(type, { accountId, oauthClientId: id }) {
      const slug = registry.find(type)?.info.slug ?? ''
      const atProvider =
        id === null ? settings.get(slug)?.id : (await reachable(database.read, accountId, id))?.client_id
      if (atProvider === undefined) return [id]
      const rows = await database.read
        .selectFrom('oauth_client')
        .select('id')
        .where('type', '=', type)
        .where('client_id', '=', atProvider)
        .execute()
      const isOfSettings = settings.get(slug)?.id === atProvider
      return [...rows.map((row) => row.id), ...(isOfSettings ? [null] : [])]
    },

    async find(slug, { accountId, oauthClientId: id }, tx) {
      if (id === null) return settings.get(slug) ?? null
      const row = await reachable(reader(tx), accountId, id)
      return row ? openClient(keyRing, row) : null
    },
  }
}

/** An account's own or the operator's. */
async function reachable(db: Reader, accountId: number, id: string): Promise<OAuthClientRow | undefined> {
  return await db
    .selectFrom('oauth_client')
    .selectAll()
    .where('id', '=', id)
    .where((eb) => eb.or([eb('account_id', '=', accountId), eb('account_id', 'is', null)]))
    .executeTakeFirst()
}

/** Throws InvalidType where nothing is authorized, InvalidBody where the provider asks for a secret. */
function requireUsable(registry: Pick<Registry, 'find'>, type: string, secret: string): void {
  const provider = registry.find(type)?.oauth
  if (!provider) {
    throw new AppError('InvalidType', {
      message: `There is no source type ${type} that is authorized by OAuth.`,
      data: { type },
    })
  }
  if (secret === '' && provider.clientAuthentication !== 'none') {
    const fault = 'The provider asks for the secret of a client.'
    throw new AppError('InvalidBody', { message: fault, data: { paths: { client_secret: fault } } })
  }
}
