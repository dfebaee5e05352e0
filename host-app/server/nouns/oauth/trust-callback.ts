import type { ReasonOf } from '@bobbin/shared/error-reasons'
import type { Logger } from 'pino'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import { filledBy } from '../../../connectors/endpoints.ts'
import { isSigned } from './callback-signature.ts'
import type { ProviderPlace } from './provider-place.ts'
import type { Issuer } from '../oauth-clients/oauth-clients.ts'
import { whereClientIs, type Providers } from './providers.ts'
import { scrubSaid } from './refusal-words.ts'
import type { TransactionRow } from './transaction-store.ts'
import type { Trips } from './trips.ts'

export interface TrustParts {
  readonly trips: Pick<Trips, 'secretsOf'>
  readonly providers: Pick<Providers, 'findClient'>
  readonly log: Pick<Logger, 'error'>
}

type Query = Readonly<Record<string, string>>

/**
 * Why nothing of a callback may be believed, with a line for the operator; null when it is the provider's own, and of the
 * place that the trip went to.
 */
export async function distrustCallback(
  { trips, providers, log }: TrustParts,
  row: TransactionRow,
  place: ProviderPlace,
  query: Query,
): Promise<ReasonOf<'AuthorizeFailure'> | null> {
  const { provider } = place
  const about = { slug: row.slug, sourceId: row.source_id }
  if (!isIssuerRight(row, provider, query['iss'])) {
    const { issuer } = row
    log.error(
      { ...about, issuer, iss: scrubSaid(query['iss'], []) ?? null },
      "A callback was refused for its issuer: another server answered, or the connector's `issuer` is wrong.",
    )
    return 'invalid'
  }
  const issuer = { accountId: row.account_id, oauthClientId: row.oauth_client_id }
  const unsigned = await distrustSignature({ providers, log }, { ...place, issuer }, query, about)
  if (unsigned !== null) return unsigned
  const { callbackEchoes } = provider
  if (callbackEchoes === undefined) return null
  const { settings } = trips.secretsOf(row)
  for (const [name, expected] of Object.entries(callbackEchoes)) {
    if (query[name]?.toLowerCase() === filledBy(expected, settings).toLowerCase()) continue
    log.error(
      { ...about, [name]: scrubSaid(query[name], []) ?? null },
      `A callback was refused for its \`${name}\`: it is of another place than the trip went to.`,
    )
    return 'invalid'
  }
  return null
}

/** As above, of a signature alone. A provider that signs nothing is believed. */
export async function distrustSignature(
  { providers, log }: Pick<TrustParts, 'providers' | 'log'>,
  place: Pick<ProviderPlace, 'slug' | 'provider'> & { readonly issuer: Issuer },
  query: Query,
  about: object = { slug: place.slug },
): Promise<ReasonOf<'AuthorizeFailure'> | null> {
  const { callbackSignature: signature } = place.provider
  if (!signature) return null
  const client = await providers.findClient(place, place.issuer)
  // Its line in the log names the settings.
  if (!client) return 'misconfigured'
  if (isSigned(signature, client.secret, query)) return null
  log.error(
    about,
    `A callback was refused for its signature: somebody else wrote it, or ${whereClientIs(place.slug, place.issuer)} is not what signed it.`,
  )
  return 'invalid'
}

/** RFC 9207, for success and error alike. */
function isIssuerRight(row: TransactionRow, provider: OAuthProvider, iss: string | undefined): boolean {
  if (row.issuer === null) return true
  return iss === undefined ? !provider.sendsIssuer : iss === row.issuer
}
