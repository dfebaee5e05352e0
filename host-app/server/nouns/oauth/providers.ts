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
import type { OAuthClient } from './oauth-client.ts'
import { whereToLook } from './blame.ts'
import { keptValues } from '../credentials/credentials.ts'
import type { ProviderPlace } from './provider-place.ts'
import { requestToken, type TokenAnswer, type TokenRequest } from './request-token.ts'
import { revokeToken, type GivenUpTokens, type RevocationAnswer } from './revoke-token.ts'

/** `unregistered`: we have no client there. */
export type ProviderAnswer = TokenAnswer | { kind: 'unregistered' }

/** The providers as we meet them: who we are there, where they send people back to, and their token endpoints. */
export interface Providers {
  /**
   * Our client at the provider of a connector; null, with a line for the operator, when it is not configured, or has no
   * secret where one is needed.
   */
  findClient(place: Pick<ProviderPlace, 'slug' | 'provider'>): OAuthClient | null
  /** Where a trip ends: each connector has an address of its own. */
  redirectUri(slug: string): string
  /** Exchanges a code at this endpoint of the place, made of these values. */
  exchange(
    place: ProviderPlace,
    at: { readonly endpoint: Endpoint; readonly values: EndpointValues },
    parameters: Readonly<Partial<Record<StandardParameter, string>>>,
  ): Promise<ProviderAnswer>
  /** Renews a grant where it was issued, and counts what comes of it. `role`: of one beside the main one. */
  refresh(
    place: ProviderPlace,
    granted: Readonly<Record<string, string>>,
    role?: string | null,
  ): Promise<ProviderAnswer>
  /** Tells the provider that a grant is over; its record must say how. */
  revoke(
    place: ProviderPlace,
    granted: GivenUpTokens,
    signal: AbortSignal,
  ): Promise<RevocationAnswer | { kind: 'unregistered' }>
}

export interface ProviderParts {
  /** The origin of this host app. */
  readonly url: string
  readonly clients: ReadonlyMap<string, OAuthClient>
  /** How long a refresh may be in one process's hands, in milliseconds. */
  readonly lease: number
  readonly outbound: Pick<Outbound, 'fetch'>
  readonly metrics: Pick<Metrics, 'tokenRefreshes'>
  readonly now: () => number
  readonly log: Pick<Logger, 'error'>
}

export function createProviders(parts: ProviderParts): Providers {
  const { url, clients, lease, outbound, metrics, now, log } = parts
  // Always less than the lease under which a refresh is made.
  const timeout = Math.min(10_000, Math.floor((lease * 2) / 3))
  const { fetch } = outbound

  const findClient: Providers['findClient'] = ({ slug, provider }) => {
    const client = clients.get(slug)
    if (client && (client.secret !== '' || provider.clientAuthentication === 'none')) return client
    log.error({ slug }, `No OAuth client for ${slug}: set ${clientSettings(slug)}.`)
    return null
  }

  async function ask(
    place: ProviderPlace,
    endpoint: Endpoint,
    values: EndpointValues,
    request: Pick<TokenRequest, 'grantType' | 'parameters' | 'role'>,
  ): Promise<ProviderAnswer> {
    const { slug, provider, hosts } = place
    const client = findClient(place)
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
    redirectUri: (slug) => redirectUri(url, slug),
    exchange: (place, { endpoint, values }, parameters) =>
      ask(place, endpoint, values, { grantType: 'authorization_code', parameters }),
    async refresh(place, granted, role = null) {
      const { refreshEndpoint, tokenEndpoint } = place.provider
      const parameters = { refresh_token: granted['refresh_token'] ?? '' }
      const endpoint = refreshEndpoint ?? tokenEndpoint
      const answer = await ask(place, endpoint, keptValues(granted), {
        grantType: 'refresh_token',
        parameters,
        role,
      })
      metrics.tokenRefreshes.inc({ result: answer.kind })
      return answer
    },
    async revoke(place, tokens, stopping) {
      const { provider, hosts } = place
      const client = findClient(place)
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

/** What the operator should look at when a provider does not take our client. */
export function clientAdvice(
  code: string | null,
  { slug, provider, redirectUri }: { slug: string; provider: OAuthProvider; redirectUri: string },
): string {
  return whereToLook(code, { settings: clientSettings(slug), redirectUri, provider })
}
