import type { Refusal } from '@bobbin/shared/flow'
import type { Logger } from 'pino'
import type { Registry } from '../../../connectors/registry.ts'
import { AppError } from '../../ground/app-error.ts'
import type { Config } from '../../config.ts'
import type { ConnectorRunner } from '../../edges/connector-process/connector-runner.ts'
import type { CredentialStore } from '../credentials/credential-store.ts'
import type { KeyRing } from '../credentials/seal.ts'
import type { FeedWriter } from '../events/account-event.ts'
import type { Outbound } from '../../edges/outbound/outbound.ts'
import type { Metrics } from '../../ground/metrics.ts'
import { findSourceRow } from '../sources/source-row.ts'
import type { Database, Transaction } from '../../store/database.ts'
import { createFreshTokens } from './access-token.ts'
import {
  dropGrantAside,
  findGrantAside,
  setGrantAside,
  takeGrantAside,
  type NewGrant,
} from '../credentials/grant-aside.ts'
import { keepGrant } from './keep-grant.ts'
import { hashId, openParked, parkAnswer } from './parked-answer.ts'
import { redeemCallback, type CallbackAnswer } from './redeem-callback.ts'
import { readStatelessRefusal, refusalOf } from './refusals.ts'
import { startAuthorization, type TripRequest } from './start-authorization.ts'
import {
  endTransaction,
  findParkedRow,
  findTransactionRow,
  findTripsUnderWay,
  hashState,
  type TransactionRow,
} from './transaction-store.ts'

/** Authorization at providers: the trip there and back, and the tokens that come of it. */
export interface OAuth {
  /**
   * Remembers a trip (state, PKCE, issuer, token endpoint) and says where the browser goes. Throws
   * Unavailable when we have no client at the provider.
   */
  start(tx: Transaction, trip: TripRequest): Promise<{ location: string }>
  /** The trip that a callback's state belongs to. Spends nothing. */
  findTrip(state: string): Promise<FoundTrip | null>
  /** As it is now; null when it is forgotten. */
  lookAgain(trip: FoundTrip): Promise<FoundTrip | null>
  /** The trips of these flows to this provider that may still be answered, newest first. */
  tripsUnderWay(flowIds: readonly string[], slug: string): Promise<FoundTrip[]>
  /** Keeps an answer that came by POST for a minute. Returns the id to fetch it by; null when the trip is spent. */
  park(tx: Transaction, trip: FoundTrip, answer: Readonly<Record<string, string>>): Promise<string | null>
  /** `answer` is null when it was used before, or is too old. Spends nothing. */
  findParked(id: string): Promise<{ trip: FoundTrip; answer: Record<string, string> | null } | null>
  /**
   * Spends the trip, exchanges the code and asks whose the grant is; stores nothing of it. Never throws for
   * what the provider or the callback did.
   */
  redeem(stateHash: string, slug: string, query: Readonly<Record<string, string>>): Promise<CallbackAnswer>
  /**
   * Stores what was granted, in the caller's write: in place of the old grant, or aside (`other_account`) when
   * it is for another account than the connected one. A refusal says why neither could be.
   */
  keep(
    tx: Transaction,
    answer: Extract<CallbackAnswer, { kind: 'granted' }>,
  ): Promise<'granted' | 'other_account' | Refusal>
  /** Puts a grant in place of the source's old one. @throws {AppError} SourceNotFound */
  keepGrant(tx: Transaction, place: { accountId: number; sourceId: number }, grant: NewGrant): Promise<void>
  /** Whose grant waits for the person's answer in this flow. */
  findAside(flow: FlowKey, tx?: Transaction): Promise<{ externalAccount: string | null } | null>
  /** The grant itself, for the write that stores it: it is aside no more. */
  takeAside(tx: Transaction, flow: FlowKey): Promise<NewGrant | null>
  dropAside(tx: Transaction, flow: FlowKey): Promise<void>
  /** Notes that the end of the trip is told. False when it was before: then nothing may be told again. */
  endTrip(tx: Transaction, stateHash: string): Promise<boolean>
  /** What a callback without a state says. */
  refusalWithoutState(slug: string, query: Readonly<Record<string, string>>): Refusal
  /**
   * A token that is valid for 60 s at least, refreshed if need be; one that lives shorter comes fresh.
   * null without OAuth. Throws `ConnectorError` AuthorizationExpired or VendorUnavailable, and SourceNotFound.
   */
  accessToken(accountId: number, sourceId: number): Promise<string | null>
}

interface FlowKey {
  readonly accountId: number
  readonly flowId: string
}

/** A trip to a provider, without its secrets. */
export interface FoundTrip {
  readonly stateHash: string
  readonly flowId: string
  readonly accountId: number
  readonly sourceId: number
  readonly slug: string
  /** When a callback came for it. */
  readonly takenAt: number | null
  /** What came of it is told. */
  readonly isEnded: boolean
  readonly isExpired: boolean
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
  const { database, registry, now } = parts
  const tripOf = (row: TransactionRow): FoundTrip => ({
    stateHash: row.state_hash,
    flowId: row.flow_id,
    accountId: row.account_id,
    sourceId: row.source_id,
    slug: row.slug,
    takenAt: row.taken_at,
    isEnded: row.ended_at !== null,
    isExpired: row.expires_at <= now(),
  })
  const found = (row: TransactionRow | null) => row && tripOf(row)
  return {
    start: (tx, trip) => startAuthorization(parts, tx, trip),
    findTrip: async (state) => found(await findTransactionRow(database.read, hashState(state))),
    lookAgain: async ({ stateHash }) => found(await findTransactionRow(database.read, stateHash)),
    async tripsUnderWay(flowIds, slug) {
      const rows = await findTripsUnderWay(database.read, { flowIds, slug, now: now() })
      return rows.map(tripOf)
    },
    park: (tx, trip, answer) => parkAnswer(parts, tx, trip, answer),
    async findParked(id) {
      const row = await findParkedRow(database.read, hashId(id))
      return row && { trip: tripOf(row), answer: openParked(parts, row) }
    },
    redeem: (stateHash, slug, query) => redeemCallback(parts, stateHash, slug, query),
    async keep(tx, { trip, grant }) {
      const place = { accountId: trip.account_id, sourceId: trip.source_id }
      const flow = { accountId: trip.account_id, flowId: trip.flow_id }
      const source = await findSourceRow(tx.db, place.accountId, place.sourceId)
      if (!source || source.deleted_at !== null) return refusalOf('interrupted')
      const canTell = registry.find(source.type)?.identify !== undefined
      const connected = source.external_account
      if (canTell && connected !== null && connected !== grant.externalAccount) {
        await setGrantAside(parts, tx, { ...flow, sourceId: source.id }, grant)
        return 'other_account'
      }
      await dropGrantAside(tx, flow)
      // Deleted while the person was at the provider.
      return (await keepGrant(parts, tx, place, grant)) ? 'granted' : refusalOf('interrupted')
    },
    async keepGrant(tx, place, grant) {
      if (!(await keepGrant(parts, tx, place, grant)))
        throw new AppError('SourceNotFound', { data: { id: place.sourceId } })
    },
    findAside: (flow, tx) => findGrantAside(tx?.db ?? database.read, flow),
    takeAside: (tx, flow) => takeGrantAside(parts, tx, flow),
    dropAside: (tx, flow) => dropGrantAside(tx, flow),
    endTrip: (tx, stateHash) => endTransaction(tx, stateHash, now()),
    refusalWithoutState(slug, query) {
      const provider = registry.findBySlug(slug)?.oauth
      return provider ? readStatelessRefusal(provider, query) : refusalOf('invalid')
    },
    accessToken: createFreshTokens(parts),
  }
}
