import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { generateRandomCodeVerifier, generateRandomNonce, generateRandomState } from 'oauth4webapi'
import { z } from 'zod'
import type { Connector } from '../../../connectors/connector.ts'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import { AppError } from '../../ground/app-error.ts'
import { type KeyRing, type SealContext, sealedColumn } from '../credentials/credentials.ts'
import type { Transaction } from '../../store/database.ts'
import type { Providers } from './providers.ts'
import { hashState, insertTransaction, type TransactionRow } from './transaction-store.ts'

/** A trip to the provider that a flow asks for. */
export interface TripRequest {
  flowId: string
  accountId: number
  sourceId: number
  connector: Connector
}

interface StartParts {
  readonly keyRing: KeyRing
  readonly providers: Pick<Providers, 'findClient' | 'redirectUri'>
  /** How long the trip may take, in milliseconds. */
  readonly lifetime: number
  readonly now: () => number
}

const sealedPart = z.object({ verifier: z.string().nullable(), nonce: z.string().nullable().default(null) })

/** What only we know of a trip: the PKCE verifier and the nonce; null where the provider is sent none. */
export type TripSecrets = z.infer<typeof sealedPart>

/** Remembers the trip and says where it goes. Throws Unavailable (`no_client`) when we have none at the provider. */
export async function startAuthorization(
  { keyRing, providers, lifetime, now }: StartParts,
  tx: Transaction,
  { flowId, accountId, sourceId, connector }: TripRequest,
): Promise<{ location: string }> {
  const { slug } = connector.info
  const provider = connector.oauth
  if (!provider) throw new AppError('Conflict', { data: { reason: 'no_authorization' } })
  const client = providers.findClient(slug)
  if (!client) throw new AppError('Unavailable', { data: { reason: 'no_client' } })

  const state = generateRandomState()
  const stateHash = hashState(state)
  const verifier = provider.quirks?.noPkce ? null : generateRandomCodeVerifier()
  const nonce = provider.sendsNonce ? generateRandomNonce() : null
  const redirectUri = providers.redirectUri(slug)
  await insertTransaction(tx, {
    state_hash: stateHash,
    flow_id: flowId,
    account_id: accountId,
    source_id: sourceId,
    slug,
    sealed: keyRing.seal(
      JSON.stringify({ verifier, nonce } satisfies TripSecrets),
      sealContext(accountId, sourceId, stateHash),
    ),
    issuer: provider.issuer,
    token_endpoint: provider.tokenEndpoint,
    redirect_uri: redirectUri,
    created_at: now(),
    expires_at: now() + lifetime,
  })
  const optional = (connector.info.authorization?.scopes ?? [])
    .filter(({ is_required: isRequired }) => !isRequired)
    .map(({ scope }) => scope)
  const trip = { clientId: client.id, redirectUri, state, verifier, nonce, optional }
  return { location: authorizationUrl(provider, trip) }
}

export function openTripSecrets(keyRing: KeyRing, row: TransactionRow): TripSecrets {
  const secret = keyRing.open(row.sealed, sealContext(row.account_id, row.source_id, row.state_hash))
  return sealedPart.parse(JSON.parse(secret))
}

function sealContext(accountId: number, sourceId: number, stateHash: string): SealContext {
  return ['oauth_transaction', accountId, sourceId, stateHash]
}

export const sealedTrips = sealedColumn({
  table: 'oauth_transaction',
  column: 'sealed',
  columns: ['state_hash', 'account_id', 'source_id'],
  contextOf: (row) => sealContext(row.account_id, row.source_id, row.state_hash),
  isAlive: (now) => sql`taken_at is null and expires_at > ${now}`,
})

function authorizationUrl(
  provider: OAuthProvider,
  trip: TripSecrets & {
    clientId: string
    redirectUri: string
    state: string
    optional: readonly string[]
  },
): string {
  const url = new URL(provider.authorizationEndpoint)
  const { searchParams } = url
  // The provider's own parameters come first, so that none of them can replace one of ours.
  for (const [name, value] of Object.entries(provider.authorizationParameters ?? {}))
    searchParams.set(name, value)
  searchParams.set('response_type', 'code')
  searchParams.set('client_id', trip.clientId)
  searchParams.set('redirect_uri', trip.redirectUri)
  const { optionalScopeParameter: apart, scopes } = provider
  const isApart = (scope: string) => apart !== undefined && trip.optional.includes(scope)
  const ask = (parameter: string, asked: readonly string[]) => {
    if (asked.length > 0) searchParams.set(parameter, asked.join(provider.scopeSeparator ?? ' '))
  }
  if (apart !== undefined) ask(apart, scopes.filter(isApart))
  ask(
    'scope',
    scopes.filter((scope) => !isApart(scope)),
  )
  searchParams.set('state', trip.state)
  if (trip.nonce !== null) searchParams.set('nonce', trip.nonce)
  if (trip.verifier !== null) {
    searchParams.set('code_challenge', createHash('sha256').update(trip.verifier).digest('base64url'))
    searchParams.set('code_challenge_method', 'S256')
  }
  // Some providers take `+` literally; `%20` means a blank to all of them.
  url.search = searchParams.toString().replaceAll('+', '%20')
  return url.href
}
