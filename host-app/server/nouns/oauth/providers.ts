import type { Logger } from 'pino'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import type { Metrics } from '../../ground/metrics.ts'
import type { Outbound } from '../../edges/outbound/outbound.ts'
import type { OAuthClient } from './client-authentication.ts'
import { whereToLook } from './blame.ts'
import { requestToken, type TokenAnswer, type TokenRequest } from './request-token.ts'
import { revokeToken, type GivenUpTokens, type RevocationAnswer } from './revoke-token.ts'

/** `unregistered`: we have no client there. */
export type ProviderAnswer = TokenAnswer | { kind: 'unregistered' }

/** The providers as we meet them: who we are there, where they send people back to, and their token endpoints. */
export interface Providers {
  /** Our client at the provider of a connector; null, with a line for the operator, when it is not configured. */
  findClient(slug: string): OAuthClient | null
  /** Where a trip ends: each connector has an address of its own. */
  redirectUri(slug: string): string
  /** Exchanges a code at the endpoint that its trip began with. */
  exchange(
    at: { readonly slug: string; readonly provider: OAuthProvider; readonly endpoint: string },
    parameters: Readonly<Record<string, string>>,
  ): Promise<ProviderAnswer>
  /** Renews a grant, and counts what comes of it. */
  refresh(
    at: { readonly slug: string; readonly provider: OAuthProvider },
    refreshToken: string,
  ): Promise<ProviderAnswer>
  /** Tells the provider that a grant is over; its record must say how. */
  revoke(
    at: { readonly slug: string; readonly provider: OAuthProvider },
    tokens: GivenUpTokens,
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

  function findClient(slug: string): OAuthClient | null {
    const client = clients.get(slug)
    if (!client) log.error({ slug }, `No OAuth client for ${slug}: set ${clientSettings(slug)}.`)
    return client ?? null
  }

  async function ask(
    slug: string,
    request: Omit<TokenRequest, 'client' | 'fetch' | 'timeout' | 'now'>,
  ): Promise<ProviderAnswer> {
    const client = findClient(slug)
    return client ? await requestToken({ ...request, client, fetch, timeout, now }) : { kind: 'unregistered' }
  }

  return {
    findClient,
    redirectUri: (slug) => `${url}/oauth/callback/${slug}`,
    exchange: ({ slug, provider, endpoint }, parameters) =>
      ask(slug, { provider, endpoint, grantType: 'authorization_code', parameters }),
    async refresh({ slug, provider }, refreshToken) {
      const endpoint = provider.tokenEndpoint
      const parameters = { refresh_token: refreshToken }
      const answer = await ask(slug, { provider, endpoint, grantType: 'refresh_token', parameters })
      metrics.tokenRefreshes.inc({ result: answer.kind })
      return answer
    },
    async revoke({ slug, provider }, tokens, stopping) {
      const client = findClient(slug)
      if (!client) return { kind: 'unregistered' }
      const signal = AbortSignal.any([stopping, AbortSignal.timeout(timeout)])
      return await revokeToken({ provider, client, tokens, fetch, signal, now })
    },
  }
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
