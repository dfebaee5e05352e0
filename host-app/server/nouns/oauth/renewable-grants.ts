import type { Logger } from 'pino'
import { ConnectorError } from '../../../connectors/connector.ts'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import type { Registry } from '../../../connectors/registry.ts'
import { AppError } from '../../ground/app-error.ts'
import {
  type CredentialStore,
  type GrantVersion,
  type LeaseAnswer,
  type OpenedCredentials,
  holdGrant,
  releaseRefreshLease,
  takeRefreshLease,
} from '../credentials/credentials.ts'
import { type FeedWriter, tellAccount } from '../events/events.ts'
import type { Database } from '../../store/database.ts'

/** Whose tokens are renewed, and where. */
export interface RenewableGrant {
  /** Tells it apart from all others. */
  readonly key: string
  readonly accountId: number
  readonly sourceId: number
  readonly slug: string
  readonly provider: OAuthProvider
}

/** The right to renew a grant for a while. `dead` is a holder of whom nothing more is to come. */
interface LeaseWish {
  readonly id: string
  readonly until: number
  readonly dead: string | null
}

/** Grants as they stand in the store. What renews one writes to the version that it has read, or not at all. */
export interface RenewableGrants {
  /** Null where the source's type has no OAuth. @throws {AppError} SourceNotFound */
  find(accountId: number, sourceId: number): Promise<RenewableGrant | null>
  /** Throws AuthorizationExpired when there is nothing, or nothing valid. */
  open(grant: RenewableGrant): Promise<OpenedCredentials>
  takeLease(version: GrantVersion, wish: LeaseWish): Promise<LeaseAnswer>
  releaseLease(version: GrantVersion, id: string): Promise<void>
  /** Saves unless the row changed meanwhile: a new authorization is worth more than a refresh of the old one. */
  save(
    version: GrantVersion,
    renewed: Pick<OpenedCredentials, 'values' | 'expiresAt' | 'lifetime'>,
  ): Promise<boolean>
  /** Declares the grant dead, unless its row changed meanwhile (null): then another process was quicker. */
  end(grant: RenewableGrant, version: GrantVersion): Promise<null>
}

export interface RenewableGrantParts {
  readonly database: Database
  readonly registry: Pick<Registry, 'find'>
  readonly credentials: Pick<CredentialStore, 'open' | 'save' | 'reject'>
  readonly events: FeedWriter
  readonly now: () => number
  readonly log: Pick<Logger, 'info'>
}

export function createRenewableGrants(parts: RenewableGrantParts): RenewableGrants {
  const { database, registry, credentials, events, now, log } = parts
  return {
    async find(accountId, sourceId) {
      const source = await database.read
        .selectFrom('source')
        .select('type')
        .where('account_id', '=', accountId)
        .where('id', '=', sourceId)
        .where('deleted_at', 'is', null)
        .executeTakeFirst()
      if (!source) throw new AppError('SourceNotFound', { data: { id: sourceId } })
      const connector = registry.find(source.type)
      if (!connector?.oauth) return null
      const key = `${accountId}/${sourceId}`
      return { key, accountId, sourceId, slug: connector.info.slug, provider: connector.oauth }
    },

    async open({ accountId, sourceId }) {
      const opened = await credentials.open(accountId, sourceId, 'oauth')
      if (!opened || opened.status === 'rejected') throw new ConnectorError('AuthorizationExpired')
      return opened
    },

    takeLease: (version, wish) => takeRefreshLease(database, version, { ...wish, now: now() }),
    releaseLease: (version, id) => releaseRefreshLease(database, version, id),

    async save(version, renewed) {
      return await database.write(async (tx) => {
        if (!(await holdGrant(tx, version))) return false
        const { accountId, sourceId } = version
        await credentials.save(tx, { accountId, sourceId, kind: 'oauth', ...renewed })
        return true
      })
    },

    async end({ slug }, version) {
      const { accountId, sourceId } = version
      const isEnded = await database.write(async (tx) => {
        if (!(await holdGrant(tx, version))) return false
        await credentials.reject(tx, accountId, sourceId, 'oauth')
        await tellAccount(tx, events, accountId, 'credentials.revoked', { source_id: sourceId })
        return true
      })
      if (!isEnded) return null
      log.info({ slug, sourceId }, 'The grant has ended at the provider.')
      throw new ConnectorError('AuthorizationExpired')
    },
  }
}
