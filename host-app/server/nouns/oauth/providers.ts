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
import {
  type Issuer,
  type OAuthClient,
  type OAuthClients,
  type ToAuthorize,
  isUsable,
} from '../oauth-clients/oauth-clients.ts'
import type { Transaction } from '../../store/database.ts'
import type { TokenStep } from '../../../connectors/token-step.ts'
import { askSteps, type StepAnswer } from './ask-step.ts'
import { whereToLook } from './blame.ts'
import { sharedSecret } from './client-authentication.ts'
import { keptValues } from '../credentials/credentials.ts'
import type { ProviderPlace } from './provider-place.ts'
import { requestToken, type TokenAnswer, type TokenRequest } from './request-token.ts'
import { tokenOf, withSteps } from './step-tokens.ts'
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
  /**
   * Exchanges a code at this endpoint of the place, made of these values, and what that brings by the steps of the provider's
   * own.
   */
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
  /** How long this access token lives, in milliseconds, as the provider's probe says; null where there is none, or it fails. */
  lifetimeOf(
    place: ProviderPlace,
    issuer: Issuer,
    granted: Readonly<Record<string, string>>,
  ): Promise<number | null>
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
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
}

export function createProviders(parts: ProviderParts): Providers {
  const { url, clients, lease, outbound, metrics, now, log } = parts
  const timeout = timeoutWithin(lease)
  const { fetch } = outbound

  function tellMissing(slug: string): null {
    log.error({ slug }, `No OAuth client for ${slug}: set ${clientSettings(slug)}.`)
    return null
  }

  const findClient: Providers['findClient'] = async (place, issuer) => {
    const { slug } = place
    const client = await clients.find(slug, issuer)
    if (client && isUsable(place.provider, client)) return client
    if (issuer.oauthClientId === null) return tellMissing(slug)
    log.warn({ slug, client: issuer.oauthClientId }, 'The OAuth client that issued a grant is there no more.')
    return null
  }

  const chooseClient: Providers['chooseClient'] = async (place, source, tx) => {
    const chosen = await clients.choose(source, tx)
    return chosen && isUsable(place.provider, chosen.client) ? chosen : tellMissing(place.slug)
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

  async function askOwn(
    { provider, slug, hosts }: ProviderPlace,
    issuer: Issuer,
    values: Readonly<Record<string, string>>,
    { steps, isRenewal }: { steps: readonly TokenStep[]; isRenewal: boolean },
  ): Promise<StepAnswer | { kind: 'unregistered' }> {
    const client = await findClient({ slug, provider }, issuer)
    if (!client) return { kind: 'unregistered' }
    const known = { ...values, client_id: client.id, client_secret: sharedSecret(client) }
    const parts = { fetch, timeout, now, client, hosts, isRenewal }
    return await askSteps({ ...parts, values: known, dialect: provider }, steps)
  }

  async function renew(
    place: ProviderPlace,
    issuer: Issuer,
    granted: Readonly<Record<string, string>>,
    role: string | null,
  ): Promise<ProviderAnswer> {
    const { renewal, refreshEndpoint, tokenEndpoint } = place.provider
    if (renewal && role === null) {
      const answer = await askOwn(place, issuer, granted, { steps: [renewal], isRenewal: true })
      if (answer.kind !== 'answered') return answer
      return tokenOf(answer) ?? { kind: 'refused', code: null, retryAfter: null }
    }
    const parameters = { refresh_token: granted['refresh_token'] ?? '' }
    const at = { endpoint: refreshEndpoint ?? tokenEndpoint, values: keptValues(granted) }
    return await ask(place, issuer, at, { grantType: 'refresh_token', parameters, role })
  }

  const lifetimeOf: Providers['lifetimeOf'] = async (place, issuer, granted) => {
    const { slug, provider } = place
    if (!provider.lifetimeProbe) return null
    const answer = await askOwn(place, issuer, granted, { steps: [provider.lifetimeProbe], isRenewal: true })
    if (answer.kind === 'answered' && answer.lifetime !== null) return answer.lifetime
    const why = answer.kind === 'refused' ? { code: answer.code, said: answer.said } : {}
    const cause = answer.kind === 'unreachable' ? { cause: answer.cause } : {}
    log.info({ slug, ...why, ...cause }, 'The provider does not say how long a token lives.')
    return null
  }

  return {
    findClient,
    chooseClient,
    namesOf: (type, issuer) => clients.sameAs(type, issuer),
    redirectUri: (slug) => redirectUri(url, slug),
    async exchange(place, issuer, at, parameters) {
      const { tokenSteps: steps = [] } = place.provider
      const first = await ask(place, issuer, at, { grantType: 'authorization_code', parameters })
      if (first.kind !== 'granted') return first
      const values = { ...at.values, ...first.values }
      const answer =
        steps.length > 0 ? await askOwn(place, issuer, values, { steps, isRenewal: false }) : null
      if (answer && answer.kind !== 'answered') return answer
      const whole = answer ? withSteps(first, answer) : first
      const lifetime = whole.lifetime ?? (await lifetimeOf(place, issuer, { ...at.values, ...whole.values }))
      return { ...whole, lifetime }
    },
    async refresh(place, issuer, granted, role = null) {
      const answer = await renew(place, issuer, granted, role)
      metrics.tokenRefreshes.inc({ result: answer.kind })
      return answer
    },
    lifetimeOf,
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
