import type { Logger } from 'pino'
import type { Registry } from '../../connectors/registry.ts'
import type { Config } from '../config.ts'
import type { ConnectorRunner } from '../connector-process/connector-runner.ts'
import type { CredentialStore } from '../credentials/credential-store.ts'
import type { KeyRing } from '../credentials/seal.ts'
import type { FeedWriter } from '../events/account-event.ts'
import type { Outbound } from '../outbound/outbound.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Database, Transaction } from '../storage/database.ts'
import { createAccessTokens } from './access-token.ts'
import { finishAuthorization, type TripEnd } from './finish-authorization.ts'
import { startAuthorization, type TripRequest } from './start-authorization.ts'
import { findTransactionRow, hashState } from './transaction-store.ts'

/** Authorization at providers: the trip there and back, and the tokens that come of it. */
export interface OAuth {
  /**
   * Remembers a trip (state, PKCE, issuer, token endpoint) and says where the browser goes. Throws
   * Unavailable when we have no client at the provider.
   */
  start(tx: Transaction, trip: TripRequest): Promise<{ location: string }>
  /** The trip that a callback's state belongs to. Spends nothing. */
  findTransaction(state: string): Promise<FoundTransaction | null>
  /**
   * Spends the trip, exchanges the code and stores the credentials. Never throws for what the provider or
   * the callback did; a second call for the same trip is refused as interrupted.
   */
  finish(stateHash: string, slug: string, query: Record<string, string>): Promise<TripEnd>
  /**
   * A token that is valid for 60 s at least, refreshed if need be; one that lives shorter comes fresh.
   * null without OAuth. Throws `ConnectorError` AuthorizationExpired or VendorUnavailable, and SourceNotFound.
   */
  accessToken(accountId: number, sourceId: number): Promise<string | null>
}

interface FoundTransaction {
  stateHash: string
  flowId: string
  accountId: number
  sourceId: number
  slug: string
  /** A callback came for it already. */
  isTaken: boolean
  isExpired: boolean
}

/** What authorization stands on. */
export interface OAuthParts {
  readonly config: Pick<Config, 'url' | 'oauthClients' | 'timings'>
  readonly database: Database
  readonly events: FeedWriter
  readonly credentials: CredentialStore
  readonly keyRing: KeyRing
  readonly registry: Pick<Registry, 'find' | 'findBySlug'>
  readonly outbound: Outbound
  readonly connectorRunner: Pick<ConnectorRunner, 'run'>
  readonly sources: {
    /** All settings, secrets included. */
    settings(accountId: number, sourceId: number): Promise<Record<string, string>>
  }
  readonly metrics: Pick<Metrics, 'tokenRefreshes'>
  readonly now: () => number
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
}

export function createOAuth(parts: OAuthParts): OAuth {
  return {
    start: (tx, trip) => startAuthorization(parts, tx, trip),
    async findTransaction(state) {
      const row = await findTransactionRow(parts.database.read, hashState(state))
      if (!row) return null
      return {
        stateHash: row.state_hash,
        flowId: row.flow_id,
        accountId: row.account_id,
        sourceId: row.source_id,
        slug: row.slug,
        isTaken: row.taken_at !== null,
        isExpired: row.expires_at <= parts.now(),
      }
    },
    finish: (stateHash, slug, query) => finishAuthorization(parts, stateHash, slug, query),
    accessToken: createAccessTokens(parts),
  }
}
