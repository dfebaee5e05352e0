import type { Logger } from 'pino'
import type { KeyRing } from '../credentials/credentials.ts'
import type { Database, Transaction } from '../../store/database.ts'
import { hashId, openParked, parkAnswer } from './parked-answer.ts'
import type { Providers } from './providers.ts'
import {
  openTripSecrets,
  startAuthorization,
  type TripRequest,
  type TripSecrets,
} from './start-authorization.ts'
import {
  endTransaction,
  findParkedRow,
  findTransactionRow,
  findTripsUnderWay,
  hashState,
  takeMissed,
  takeTransaction,
  type TransactionRow,
} from './transaction-store.ts'

/** A trip to a provider, without its secrets. */
export interface FoundTrip {
  readonly stateHash: string
  readonly flowId: string
  readonly accountId: number
  readonly sourceId: number
  readonly slug: string
  /** The client that it began with; null: the operator's settings hold it. */
  readonly oauthClientId: string | null
  /** When a callback came for it. */
  readonly takenAt: number | null
  /** What came of it is told. */
  readonly isEnded: boolean
  readonly isExpired: boolean
}

/** Trips to providers, and back to us. */
export interface Trips {
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
  /** Spends a trip. Its row as it was before; null when there is none. */
  take(stateHash: string): Promise<TransactionRow | null>
  secretsOf(row: TransactionRow): TripSecrets
  /** Notes that the end of the trip is told. False when it was before: then nothing may be told again. */
  noteEnded(tx: Transaction, stateHash: string): Promise<boolean>
  /** Tells the operator of trips that nobody came back from; of each once. */
  tellMissed(): Promise<void>
}

export interface TripParts {
  readonly database: Database
  readonly keyRing: KeyRing
  readonly providers: Pick<Providers, 'chooseClient' | 'redirectUri'>
  /** How long a trip may take, in milliseconds. */
  readonly lifetime: number
  readonly now: () => number
  readonly log: Pick<Logger, 'warn'>
}

export function createTrips({ database, keyRing, providers, lifetime, now, log }: TripParts): Trips {
  const tripOf = (row: TransactionRow): FoundTrip => ({
    stateHash: row.state_hash,
    flowId: row.flow_id,
    accountId: row.account_id,
    sourceId: row.source_id,
    slug: row.slug,
    oauthClientId: row.oauth_client_id,
    takenAt: row.taken_at,
    isEnded: row.ended_at !== null,
    isExpired: row.expires_at <= now(),
  })
  const found = (row: TransactionRow | null) => row && tripOf(row)
  return {
    start: (tx, trip) => startAuthorization({ keyRing, providers, lifetime, now }, tx, trip),
    findTrip: async (state) => found(await findTransactionRow(database.read, hashState(state))),
    lookAgain: async ({ stateHash }) => found(await findTransactionRow(database.read, stateHash)),
    async tripsUnderWay(flowIds, slug) {
      const rows = await findTripsUnderWay(database.read, { flowIds, slug, now: now() })
      return rows.map(tripOf)
    },
    park: (tx, trip, answer) => parkAnswer({ keyRing, now }, tx, trip, answer),
    async findParked(id) {
      const row = await findParkedRow(database.read, hashId(id))
      return row && { trip: tripOf(row), answer: openParked({ keyRing, now }, row) }
    },
    take: (stateHash) => takeTransaction(database, stateHash, now()),
    secretsOf: (row) => openTripSecrets(keyRing, row),
    noteEnded: (tx, stateHash) => endTransaction(tx, stateHash, now()),
    async tellMissed() {
      for (const row of await database.write((tx) => takeMissed(tx, now()))) {
        const { slug, source_id: sourceId, redirect_uri: redirectUri } = row
        log.warn(
          { slug, sourceId, since: new Date(row.created_at).toISOString() },
          `Nobody came back from the provider. If that is always so: is ${redirectUri} registered there?`,
        )
      }
    },
  }
}
