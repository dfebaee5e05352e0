import type { Logger } from 'pino'
import {
  type Endpoint,
  type EndpointValues,
  EndpointRefused,
  resolveEndpoint,
} from '../../../connectors/endpoints.ts'
import type { OAuthProvider, StandardParameter } from '../../../connectors/oauth-provider.ts'
import type { Metrics } from '../../ground/metrics.ts'
import type { Outbound } from '../../edges/outbound/outbound.ts'
import type { Issuer, OAuthClient, OAuthClients, ToAuthorize } from '../oauth-clients/oauth-clients.ts'
import type { Transaction } from '../../store/database.ts'
import { whereToLook } from './blame.ts'
import { keptValues } from '../credentials/credentials.ts'
import type { ProviderPlace } from './provider-place.ts'
import { requestToken, type TokenAnswer, type TokenRequest } from './request-token.ts'
import { timeoutWithin } from './token-timeout.ts'
import { revokeToken, type GivenUpTokens, type RevocationAnswer } from './revoke-token.ts'

/** `unregistered`: the client that it would have to come from is not there. */
export type ProviderAnswer = TokenAnswer | { kind: 'unregistered' }

/** An endpoint, and the values that it is made of. */
interface At {
  readonly endpoint: Endpoint
  readonly values: EndpointValues
}

/** The providers as we meet them: who we are there, where they send people back to, and their token endpoints. */
export interface Providers {
  /**
   * The client of that name at the provider of a connector; null, with a line for the operator, when it is not there, or
   * has no secret where one is needed.
   */
  findClient(place: Pick<ProviderPlace, 'slug' | 'provider'>, issuer: Issuer): Promise<OAuthClient | null>
  /** As above, the client by which the source is to be authorized from now on. */
  chooseClient(
    place: Pick<ProviderPlace, 'slug' | 'provider'>,
    source: ToAuthorize,
    tx: Transaction,
  ): Promise<{ issuer: Issuer; client: OAuthClient } | null>
  /** Under which names this client is known, as `OAuthClients.sameAs`. */
  namesOf(type: string, issuer: Issuer): Promise<(string | null)[]>
  /** Where a trip ends: each connector has an address of its own. */
  redirectUri(slug: string): string
  /** Exchanges a code at this endpoint of the place, made of these values. */
  exchange(
    place: ProviderPlace,
    issuer: Issuer,
    at: At,
    parameters: Readonly<Partial<Record<StandardParameter, string>>>,
  ): Promise<ProviderAnswer>
  /** Renews a grant where it was issued, and counts what comes of it. `role`: of one beside the main one. */
  refresh(
    place: ProviderPlace,
    issuer: Issuer,
    granted: Readonly<Record<string, string>>,
    role?: string | null,
  ): Promise<ProviderAnswer>
  /** Tells the provider that a grant is over; its record must say how. */
  revoke(
    place: ProviderPlace,
    issuer: Issuer,
    granted: GivenUpTokens,
    signal: AbortSignal,
  ): Promise<RevocationAnswer | { kind: 'unregistered' }>
}

export interface ProviderParts {
  /** The origin of this host app. */
  readonly url: string
  readonly clients: Pick<OAuthClients, 'choose' | 'find' | 'sameAs'>
  /** How long a refresh may be in one process's hands, in milliseconds. */
  readonly lease: number
  readonly outbound: Pick<Outbound, 'fetch'>
  readonly metrics: Pick<Metrics, 'tokenRefreshes'>
  readonly now: () => number
  readonly log: Pick<Logger, 'warn' | 'error'>
}

export function createProviders(parts: ProviderParts): Providers {
  const { url, clients, lease, outbound, metrics, now, log } = parts
  const timeout = timeoutWithin(lease)
  const { fetch } = outbound

  const isUsable = ({ provider }: Pick<ProviderPlace, 'provider'>, { secret }: OAuthClient) =>
    secret !== '' || provider.clientAuthentication === 'none'

  function tellMissing(slug: string): null {
    log.error({ slug }, `No OAuth client for ${slug}: set ${clientSettings(slug)}.`)
    return null
  }

  const findClient: Providers['findClient'] = async (place, issuer) => {
    const { slug } = place
    const client = await clients.find(slug, issuer)
    if (client && isUsable(place, client)) return client
    if (issuer.oauthClientId === null) return tellMissing(slug)
    log.warn({ slug, client: issuer.oauthClientId }, 'The OAuth client that issued a grant is there no more.')
    return null
  }

  const chooseClient: Providers['chooseClient'] = async (place, source, tx) => {
    const chosen = await clients.choose(source, tx)
    return chosen && isUsable(place, chosen.client) ? chosen : tellMissing(place.slug)
  }

  async function ask(
    place: ProviderPlace,
    issuer: Issuer,
    { endpoint, values }: At,
    request: Pick<TokenRequest, 'grantType' | 'parameters' | 'role'>,
  ): Promise<ProviderAnswer> {
    const { slug, provider, hosts } = place
    const client = await findClient(place, issuer)
    if (!client) return { kind: 'unregistered' }
    try {
      // Each time anew: a host that was the vendor's may be so no more.
      const address = resolveEndpoint(endpoint, values, hosts)
      return await requestToken({ ...request, provider, endpoint: address, client, fetch, timeout, now })
    } catch (error) {
      if (!(error instanceof EndpointRefused)) throw error
      log.error({ slug, cause: error.message }, 'A token endpoint was not dialled.')
      return { kind: 'unreachable', cause: error.message, retryAfter: null }
    }
  }

  return {
    findClient,
    chooseClient,
    namesOf: (type, issuer) => clients.sameAs(type, issuer),
    redirectUri: (slug) => redirectUri(url, slug),
    exchange: (place, issuer, at, parameters) =>
      ask(place, issuer, at, { grantType: 'authorization_code', parameters }),
    async refresh(place, issuer, granted, role = null) {
      const { refreshEndpoint, tokenEndpoint } = place.provider
      const parameters = { refresh_token: granted['refresh_token'] ?? '' }
      const at = { endpoint: refreshEndpoint ?? tokenEndpoint, values: keptValues(granted) }
      const answer = await ask(place, issuer, at, { grantType: 'refresh_token', parameters, role })
      metrics.tokenRefreshes.inc({ result: answer.kind })
      return answer
    },
    async revoke(place, issuer, tokens, stopping) {
      const { provider, hosts } = place
      const client = await findClient(place, issuer)
      if (!client) return { kind: 'unregistered' }
      const signal = AbortSignal.any([stopping, AbortSignal.timeout(timeout)])
      return await revokeToken({ provider, hosts, client, tokens, fetch, signal, now })
    },
  }
}

/** Where providers send people back to, at the host app of this origin: to the letter what is sent, and compared there. */
export function redirectUri(url: string, slug: string): string {
  return `${url}/oauth/callback/${slug}`
}

/** The names of the settings that hold our client. */
export function clientSettings(slug: string): string {
  const stem = `BOBBIN_OAUTH_${slug.toUpperCase().replaceAll('-', '_')}_CLIENT`
  return `${stem}_ID and ${stem}_SECRET`
}

/** Where a client is kept, for who has to look at it. */
export function whereClientIs(slug: string, { oauthClientId: id }: Pick<Issuer, 'oauthClientId'>): string {
  return id === null ? clientSettings(slug) : `the OAuth client ${id}`
}

/** What the operator should look at when a provider does not take our client. */
export function clientAdvice(
  code: string | null,
  issuer: Pick<Issuer, 'oauthClientId'>,
  { slug, provider, redirectUri }: { slug: string; provider: OAuthProvider; redirectUri: string },
): string {
  return whereToLook(code, { settings: whereClientIs(slug, issuer), redirectUri, provider })
}
