import type { Logger } from 'pino'
import { ConnectorError } from '../../../connectors/connector.ts'
import type { Registry } from '../../../connectors/registry.ts'
import {
  type CredentialStore,
  type GrantKind,
  type GrantVersion,
  type KeyRing,
  type LeaseAnswer,
  type OpenedCredentials,
  type RenewalFailure,
  giveUpRenewed,
  grantKind,
  holdGrant,
  noteLifetime,
  noteRefusedRenewal,
  pauseRenewal,
  releaseRefreshLease,
  takeRefreshLease,
} from '../credentials/credentials.ts'
import { type FeedWriter, tellAccount } from '../events/events.ts'
import type { Database, Transaction } from '../../store/database.ts'
import { type ProviderPlace, endpointSettingsOf, placeOf } from './provider-place.ts'
import type { RefusalWords } from './refusal-words.ts'
import { type SettingsToken, type SourceToken, findSettingsToken, openSettingsToken } from './stored-token.ts'
import { getSourceRow, signsInByOAuth } from '../sources/sources.ts'

/** Whose tokens are renewed, and where: by a refresh token, or by what the settings hold. */
export type RenewableGrant = ConsentedGrant | SettingsToken

export interface ConsentedGrant extends SourceToken {
  readonly kind: GrantKind
  readonly place: ProviderPlace
  /** The settings that endpoints are made of, for a grant from before they were. */
  readonly settings: Readonly<Record<string, string>>
}

/** The right to renew a grant for a while. `dead` is a holder of whom nothing more is to come. */
interface LeaseWish {
  readonly id: string
  readonly until: number
  readonly dead: string | null
  /** When it is renewed though nobody asks, if nothing comes of this: its answer may get lost. null: not before its time. */
  readonly repeatAt: number | null
}

/** Grants as they stand in the store. What renews one writes to the version that it has read, or not at all. */
export interface RenewableGrants {
  /**
   * The main one, and then those that may have come with it; or what its settings are exchanged for. None where the source
   * signs in without a token.
   *
   * @throws {AppError} SourceNotFound
   */
  find(accountId: number, sourceId: number): Promise<readonly RenewableGrant[]>
  /** Throws AuthorizationExpired when there is nothing, or nothing valid. */
  open(grant: RenewableGrant): Promise<OpenedCredentials>
  takeLease(version: GrantVersion, wish: LeaseWish): Promise<LeaseAnswer>
  /** Nothing was asked. */
  releaseLease(version: GrantVersion, id: string): Promise<void>
  /** Gives the right back, and lets nobody have it for a while: it failed, and not for the grant's fault. */
  pause(version: GrantVersion, failure: RenewalFailure, asked: number | null): Promise<void>
  /**
   * Saves unless the row changed meanwhile: a new authorization is worth more than a refresh of the old one. What was
   * renewed of a grant that has been given up is given up with it.
   */
  save(
    version: GrantVersion,
    renewed: Pick<OpenedCredentials, 'values' | 'expiresAt' | 'lifetime' | 'life' | 'oauthClientId'>,
  ): Promise<boolean>
  /** Notes how long its access token lives from now on, in milliseconds, unless the row changed meanwhile. */
  noteLifetime(version: GrantVersion, lifetime: number): Promise<void>
  /**
   * Counts a refusal whose reason is not to be understood: some providers end a grant so. Whoever asks has to wait
   * before the next; after several over a while the grant is dead. null when its row changed meanwhile.
   */
  noteRefusal(
    grant: ConsentedGrant,
    version: GrantVersion,
    refusal: RefusalWords & { readonly retryAfter: number | null },
  ): Promise<'noted' | null>
  /**
   * Declares the grant dead, and its source with it where that is so, unless its row changed meanwhile (null): then another
   * process was quicker.
   */
  end(grant: ConsentedGrant, version: GrantVersion): Promise<null>
}

export interface RenewableGrantParts {
  readonly database: Database
  readonly registry: Pick<Registry, 'find'>
  readonly credentials: Pick<CredentialStore, 'open' | 'save' | 'reject'>
  readonly keyRing: Pick<KeyRing, 'seal'>
  readonly events: FeedWriter
  readonly now: () => number
  readonly log: Pick<Logger, 'info' | 'warn'>
}

/** So often, and for so long, is a provider asked that refuses without a reason before it is believed. */
const mostRefusals = 5
const patience = 3_600_000

export function createRenewableGrants(parts: RenewableGrantParts): RenewableGrants {
  const { database, registry, credentials, keyRing, events, now, log } = parts

  async function declareDead(
    tx: Transaction,
    { accountId, sourceId, kind, role, isFatal }: ConsentedGrant,
  ): Promise<void> {
    if (role !== null) await credentials.reject(tx, accountId, sourceId, kind)
    if (role !== null && !isFatal) {
      await tellAccount(tx, events, accountId, 'credentials.partly_revoked', { source_id: sourceId, role })
      return
    }
    await credentials.reject(tx, accountId, sourceId, 'oauth')
    await tellAccount(tx, events, accountId, 'credentials.revoked', { source_id: sourceId })
  }

  async function find(
    accountId: number,
    sourceId: number,
    tx?: Transaction,
  ): Promise<readonly RenewableGrant[]> {
    const source = await getSourceRow(tx?.db ?? database.read, accountId, sourceId)
    const connector = registry.find(source.type)
    if (!connector) return []
    const place = signsInByOAuth(connector, source) ? placeOf(connector) : null
    if (!place) {
      const token = await findSettingsToken({ credentials }, connector, source, tx)
      return token ? [token] : []
    }
    const settings = endpointSettingsOf(connector, source)
    const { refreshMargin, otherGrants = [] } = place.provider
    const key = `${accountId}/${sourceId}`
    const ofSource = { accountId, sourceId, refreshMargin, place, settings }
    return [
      { kind: grantKind(null), key, role: null, isFatal: true, ...ofSource },
      ...otherGrants.map(({ role, fatal }) => ({
        kind: grantKind(role),
        key: `${key}/${role}`,
        role,
        isFatal: fatal,
        ...ofSource,
      })),
    ]
  }

  return {
    find: (accountId, sourceId) => find(accountId, sourceId),

    async open(grant) {
      const { accountId, sourceId } = grant
      if (grant.kind === 'token') {
        const findNow = async (tx: Transaction) => {
          const [now] = await find(accountId, sourceId, tx)
          return now?.kind === 'token' ? now : null
        }
        return await openSettingsToken({ database, credentials, findNow, now }, grant)
      }
      const opened = await credentials.open(accountId, sourceId, grant.kind)
      if (!opened || opened.status === 'rejected') throw new ConnectorError('AuthorizationExpired')
      return opened
    },

    takeLease: (version, wish) => takeRefreshLease(database, version, { ...wish, now: now() }),
    releaseLease: (version, id) => releaseRefreshLease(database, version, { id, now: now() }),
    pause: (version, failure, asked) =>
      database.write((tx) => pauseRenewal(tx, version, { failure, asked, now: now() })),

    async save(version, renewed) {
      return await database.write(async (tx) => {
        if (!(await holdGrant(tx, version))) {
          // What settings were exchanged for is nobody's consent, and over by itself.
          if (version.kind !== 'token') await giveUpRenewed({ keyRing, now }, tx, version, renewed)
          return false
        }
        const { accountId, sourceId, kind } = version
        await credentials.save(tx, { accountId, sourceId, kind, ...renewed })
        return true
      })
    },

    noteLifetime: (version, lifetime) =>
      database.write((tx) => noteLifetime(tx, version, { lifetime, now: now() })),

    async noteRefusal(grant, version, { code, said, retryAfter }) {
      const { sourceId, role } = grant
      const { slug } = grant.place
      const noted = await database.write(async (tx) => {
        const refused = await noteRefusedRenewal(tx, version, now(), retryAfter)
        if (!refused) return null
        const isDead = refused.count >= mostRefusals && now() - refused.since >= patience
        if (isDead) await declareDead(tx, grant)
        return { ...refused, isDead }
      })
      if (!noted) return null
      const since = new Date(noted.since).toISOString()
      const about = { slug, sourceId, role, code, said, refusals: noted.count, since }
      if (!noted.isDead) {
        log.warn(
          about,
          'The provider refuses to renew a token, for no reason that we know. It is asked later.',
        )
        return 'noted'
      }
      log.warn(about, 'The provider goes on refusing to renew a token: the grant counts as ended.')
      throw new ConnectorError('AuthorizationExpired')
    },

    async end(grant, version) {
      const { sourceId, role } = grant
      const isEnded = await database.write(async (tx) => {
        if (!(await holdGrant(tx, version))) return false
        await declareDead(tx, grant)
        return true
      })
      if (!isEnded) return null
      log.info({ slug: grant.place.slug, sourceId, role }, 'The grant has ended at the provider.')
      throw new ConnectorError('AuthorizationExpired')
    },
  }
}
