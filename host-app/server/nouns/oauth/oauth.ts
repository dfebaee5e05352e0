import type { Refusal } from '@bobbin/shared/flow'
import type { FreshGrant } from './fresh-grant.ts'
import type { Grants } from './grants.ts'
import { redeemCallback, type CallbackAnswer, type RedeemParts } from './redeem-callback.ts'
import { readStatelessRefusal, refusalOf } from './refusals.ts'
import { scrubSaid } from './refusal-words.ts'
import { distrustSignature } from './trust-callback.ts'
import type { FoundTrip, Trips } from './trips.ts'

export { createFreshGrants } from './fresh-grant.ts'
export { createOfGrant } from './of-grant.ts'
export { createGrants } from './grants.ts'
export { mayRenew } from './may-renew.ts'
export { sealedAnswers } from './parked-answer.ts'
export { type ProviderPlace, endpointSettingsOf, placeOf } from './provider-place.ts'
export { type Providers, clientAdvice, clientSettings, createProviders, redirectUri } from './providers.ts'
export type { CallbackAnswer } from './redeem-callback.ts'
export { scrubSaid } from './refusal-words.ts'
export { refusalOf } from './refusals.ts'
export { createRenewDue } from './renew-due.ts'
export { createRenewableGrants } from './renewable-grants.ts'
export { type RenewalWorker, createRenewalWorker } from './renewal-worker.ts'
export type { GivenUpTokens } from './revoke-token.ts'
export { refusedSettings, requestSettingsToken } from './settings-token.ts'
export { sealedTrips } from './start-authorization.ts'
export { type FoundTrip, createTrips } from './trips.ts'

/** Authorization at providers: the trip there and back, and the tokens that come of it. */
export interface OAuth extends Omit<Trips, 'take' | 'secretsOf'>, Grants {
  /**
   * Spends the trip, exchanges the code and asks whose the grant is; stores nothing of it. Never throws for
   * what the provider or the callback did.
   */
  redeem(stateHash: string, slug: string, query: Readonly<Record<string, string>>): Promise<CallbackAnswer>
  /** What a callback without a state says, if it is of this trip. */
  refusalWithoutState(trip: FoundTrip, query: Readonly<Record<string, string>>): Promise<Refusal>
  /**
   * With a token that is valid for 60 s at least, refreshed if need be; one that lives shorter comes fresh. One that
   * the vendor refused before its time is named, so that another is fetched.
   * null where the source signs in without a token. Throws `ConnectorError` AuthorizationExpired or VendorUnavailable; of what
   * its settings are exchanged for, what a check of them fails with; and SourceNotFound.
   */
  readonly freshGrant: FreshGrant
  /** Its token alone. */
  accessToken(...asked: Parameters<FreshGrant>): Promise<string | null>
}

export interface OAuthParts extends RedeemParts {
  readonly trips: Trips
  readonly grants: Grants
  readonly freshGrant: FreshGrant
}

export function createOAuth(parts: OAuthParts): OAuth {
  const { trips, grants, registry, providers, freshGrant, log } = parts
  return {
    ...trips,
    ...grants,
    redeem: (stateHash, slug, query) => redeemCallback(parts, stateHash, slug, query),
    async refusalWithoutState({ slug, accountId, oauthClientId }, query) {
      const provider = registry.findBySlug(slug)?.oauth
      const issuer = { accountId, oauthClientId }
      const distrust = provider
        ? await distrustSignature({ providers, log }, { slug, provider, issuer }, query)
        : 'invalid'
      const refusal =
        provider && distrust === null
          ? readStatelessRefusal(provider, query)
          : refusalOf(distrust ?? 'invalid')
      const said = scrubSaid(query['error_description'], [query['code'] ?? null])
      log.warn(
        { slug, reason: refusal.reason, code: refusal.provider_code, said },
        'A callback came without a state.',
      )
      return refusal
    },
    freshGrant,
    accessToken: async (...asked) => (await freshGrant(...asked))?.values.access_token ?? null,
  }
}
