import { sql } from 'kysely'
import { generateRandomCodeVerifier, generateRandomNonce, generateRandomState } from 'oauth4webapi'
import { z } from 'zod'
import type { Connector } from '../../../connectors/connector.ts'
import { EndpointRefused, resolveEndpoint } from '../../../connectors/endpoints.ts'
import { AppError } from '../../ground/app-error.ts'
import { type KeyRing, type SealContext, sealedColumn } from '../credentials/credentials.ts'
import { getSourceRow } from '../sources/sources.ts'
import type { Transaction } from '../../store/database.ts'
import { authorizationUrl } from './authorization-url.ts'
import { type ProviderPlace, endpointSettingsOf, placeOf } from './provider-place.ts'
import type { Providers } from './providers.ts'
import { hashState, insertTransaction, type TransactionRow } from './transaction-store.ts'

/** A trip to the provider that a flow asks for. */
export interface TripRequest {
  flowId: string
  accountId: number
  sourceId: number
  /** The client that the flow's token names; null: it names none. */
  oauthClientId: string | null
  connector: Connector
}

interface StartParts {
  readonly keyRing: KeyRing
  readonly providers: Pick<Providers, 'chooseClient' | 'redirectUri'>
  /** How long the trip may take, in milliseconds. */
  readonly lifetime: number
  readonly now: () => number
}

const sealedPart = z.object({
  verifier: z.string().nullable(),
  nonce: z.string().nullable().default(null),
  settings: z.record(z.string(), z.string()).default({}),
})

/**
 * What only we know of a trip: the PKCE verifier and the nonce, null where the provider is sent none; and the settings that
 * its endpoints are made of, as they were when it began.
 */
export type TripSecrets = z.infer<typeof sealedPart>

/**
 * Remembers the trip and says where it goes. Throws Unavailable (`no_client`) when we have none at the provider, and
 * (`no_endpoint`) when the settings make no address of the vendor's.
 */
export async function startAuthorization(
  { keyRing, providers, lifetime, now }: StartParts,
  tx: Transaction,
  { flowId, accountId, sourceId, oauthClientId, connector }: TripRequest,
): Promise<{ location: string }> {
  const place = placeOf(connector)
  if (!place) throw new AppError('Conflict', { data: { reason: 'no_authorization' } })
  const { slug, provider } = place
  const source = await getSourceRow(tx.db, accountId, sourceId)
  const chosen = await providers.chooseClient(place, { ...source, named: oauthClientId }, tx)
  if (!chosen) throw new AppError('Unavailable', { data: { reason: 'no_client' } })
  const { client, issuer } = chosen

  const settings = endpointSettingsOf(connector, source)
  const endpoints = endpointsOf(place, settings)
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
    oauth_client_id: issuer.oauthClientId,
    sealed: keyRing.seal(
      JSON.stringify({ verifier, nonce, settings } satisfies TripSecrets),
      sealContext(accountId, sourceId, stateHash),
    ),
    issuer: provider.issuer,
    token_endpoint: endpoints.token,
    redirect_uri: redirectUri,
    created_at: now(),
    expires_at: now() + lifetime,
  })
  const optional = (connector.info.authorization?.scopes ?? [])
    .filter(({ is_required: isRequired }) => !isRequired)
    .map(({ scope }) => scope)
  const trip = { clientId: client.id, redirectUri, state, verifier, nonce, optional }
  return { location: authorizationUrl(provider, endpoints.authorization, trip) }
}

/** Of a token endpoint that the callback has a part in, nothing is known yet. */
function endpointsOf(
  { provider, hosts }: ProviderPlace,
  settings: Readonly<Record<string, string>>,
): { authorization: string; token: string } {
  try {
    const authorization = resolveEndpoint(provider.authorizationEndpoint, settings, hosts)
    const isKnown = (provider.keptCallbackFields ?? []).length === 0
    return { authorization, token: isKnown ? resolveEndpoint(provider.tokenEndpoint, settings, hosts) : '' }
  } catch (error) {
    if (!(error instanceof EndpointRefused)) throw error
    throw new AppError('Unavailable', { message: error.message, data: { reason: 'no_endpoint' } })
  }
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
