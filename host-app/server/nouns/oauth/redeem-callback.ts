import type { ReasonOf } from '@bobbin/shared/error-reasons'
import type { Refusal } from '@bobbin/shared/flow'
import type { Logger } from 'pino'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import { traitsOf } from '../../../connectors/refresh-traits.ts'
import type { Registry } from '../../../connectors/registry.ts'
import type { NewGrant } from '../credentials/credentials.ts'
import { type SourceGrants, granted } from '../credentials/credentials.ts'
import { placeOf } from './provider-place.ts'
import { clientAdvice, type ProviderAnswer, type Providers } from './providers.ts'
import { lifeOfConsent, withTokenEnd } from './grant-lives.ts'
import type { OfGrant } from './of-grant.ts'
import { hasNonce } from './id-token.ts'
import { mayRenew } from './may-renew.ts'
import { missingScopes } from './missing-scopes.ts'
import { blameFor } from './blame.ts'
import { scrubSaid } from './refusal-words.ts'
import { readRefusal, refusalOf, shownCode } from './refusals.ts'
import type { GrantInReply } from './token-reply.ts'
import type { TransactionRow } from './transaction-store.ts'
import { distrustCallback } from './trust-callback.ts'
import type { Trips } from './trips.ts'

/** What a callback comes to; nothing of it is stored yet. */
export type CallbackAnswer =
  | { kind: 'granted'; trip: TransactionRow; grant: NewGrant }
  | { kind: 'refused'; refusal: Refusal }
  /** Another callback of the same trip came first, and tells how it ended. */
  | { kind: 'taken' }

export interface RedeemParts {
  readonly trips: Pick<Trips, 'take' | 'secretsOf'>
  readonly registry: Pick<Registry, 'findBySlug'>
  readonly providers: Pick<Providers, 'findClient' | 'exchange' | 'refresh' | 'redirectUri'>
  readonly ofGrant: OfGrant
  readonly now: () => number
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
}

/**
 * The way back from the provider, up to the grant. What must hold:
 * the trip is spent before anything else, so a replayed callback changes nothing;
 * issuer, token endpoint, settings and redirect URI are those of the trip, never of the callback (mix-up);
 * nothing of the callback is believed before its issuer, its signature and its place are right, where it has them.
 */
export async function redeemCallback(
  { trips, registry, providers, ofGrant, now, log }: RedeemParts,
  stateHash: string,
  slug: string,
  query: Readonly<Record<string, string>>,
): Promise<CallbackAnswer> {
  const row = await trips.take(stateHash)
  if (!row || row.slug !== slug) {
    log.warn({ slug }, 'A callback came for a trip to another provider, or for none.')
    return refused('invalid')
  }
  if (row.taken_at !== null) return { kind: 'taken' }
  const about = { slug, sourceId: row.source_id }
  if (row.expires_at <= now()) {
    log.warn(about, 'A callback came too late.')
    return refused('expired')
  }

  const connector = registry.findBySlug(row.slug)
  const place = connector && placeOf(connector)
  if (!connector || !place) return refused('invalid')
  const { provider } = place
  const distrust = await distrustCallback({ trips, providers, log }, row, place, query)
  if (distrust !== null) return refused(distrust)
  if (query['error'] !== undefined) return providerRefused({ log, providers }, row, provider, query)
  const pending = Object.entries(provider.quirks?.pendingCallback ?? {})
  if (pending.some(([name, value]) => query[name] === value)) {
    log.warn(about, approvalNeeded)
    return refused('approval_needed')
  }
  const code = query[provider.codeParameter ?? 'code']
  if (!code) {
    log.warn(about, 'A callback came with neither a code nor an error.')
    return refused('invalid')
  }

  const issuer = { accountId: row.account_id, oauthClientId: row.oauth_client_id }
  const { verifier, nonce, settings } = trips.secretsOf(row)
  // The callback has a say in where the code goes only as far as the connector's hosts let it.
  const belongsTo = { ...settings, ...keptOfCallback(provider, query) }
  const at = { endpoint: row.token_endpoint || provider.tokenEndpoint, values: belongsTo }
  const answer = await providers.exchange(place, issuer, at, {
    code,
    redirect_uri: row.redirect_uri,
    ...(verifier !== null && { code_verifier: verifier }),
  })
  if (answer.kind !== 'granted') return exchangeFailed({ log, providers }, row, provider, answer)
  const { idToken } = answer
  const values = { ...belongsTo, ...answer.values }
  if (idToken !== undefined && !hasNonce(idToken, nonce)) {
    log.error(
      about,
      'An ID token was refused for its nonce: it belongs to another trip, or the provider keeps none.',
    )
    return refused('invalid')
  }
  const othersWith = (kept: Readonly<Record<string, string>>) =>
    Object.entries(answer.others ?? {}).map(([role, other]) => ({
      role,
      ...datedGrant({ ...other, values: { ...kept, ...other.values } }, { provider, role }, now()),
    }))
  const theirs = othersWith(belongsTo)
  const missing = missingScopes(connector, values['scope'], ...theirs.map((other) => other.values['scope']))
  if (missing.length > 0) {
    log.warn(
      { ...about, missing, granted: values['scope'] },
      'A grant was refused that lacks required scopes.',
    )
    return refused('scope_missing')
  }
  const fetched = sourceGrants(values, theirs)
  const found = await ofGrant.lookUp(connector, { ...about, accountId: row.account_id, granted: fetched })
  if ('reason' in found) return refused(found.reason)
  const whole = { ...values, ...found.kept }
  // Each is renewed and revoked for itself, at an endpoint that may be made of what was found.
  const others = othersWith({ ...belongsTo, ...found.kept })
  const main = { provider, role: null }
  let grant = datedGrant({ ...answer, values: whole }, main, now())
  const externalAccount = await ofGrant.identify(connector, {
    accountId: row.account_id,
    sourceId: row.source_id,
    granted: sourceGrants(whole, others),
    async renew() {
      const isRenewable = mayRenew(provider, null, grant, now())
      const renewed = isRenewable ? await providers.refresh(place, issuer, whole) : null
      if (renewed?.kind !== 'granted') return null
      // What the renewal leaves out stays, as in every other.
      const values = { ...whole, ...renewed.values }
      const both = { ...answer, ...renewed, values, lifetime: renewed.lifetime ?? answer.lifetime }
      grant = datedGrant(both, main, now())
      return granted(both.values)
    },
  })
  return {
    kind: 'granted',
    trip: row,
    grant: { ...grant, externalAccount, oauthClientId: row.oauth_client_id, others },
  }
}

function sourceGrants(
  values: Readonly<Record<string, string>>,
  others: NonNullable<NewGrant['others']>,
): SourceGrants {
  return {
    values: granted(values),
    others: Object.fromEntries(others.map((other) => [other.role, granted(other.values)])),
  }
}

/** No provider's own identifiers are longer. */
const longestKept = 1_000

function keptOfCallback(
  { keptCallbackFields = [] }: OAuthProvider,
  query: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    keptCallbackFields.flatMap((name): [string, string][] => {
      const value = query[name]
      return value === undefined || value === '' || value.length > longestKept ? [] : [[name, value]]
    }),
  )
}

function datedGrant(
  { values, lifetime: said, refreshLifetime }: GrantInReply,
  { provider, role }: { provider: OAuthProvider; role: string | null },
  now: number,
): Omit<NewGrant, 'externalAccount' | 'oauthClientId' | 'others'> {
  const lifetime = said ?? provider.assumedLifetime ?? null
  const expiresAt = lifetime === null ? null : now + lifetime
  const life = lifeOfConsent(traitsOf(provider, role), { values, refreshLifetime }, now)
  return { values, lifetime, expiresAt, life: withTokenEnd(provider, role, { life, expiresAt }) }
}

function providerRefused(
  { log, providers }: Pick<RedeemParts, 'log' | 'providers'>,
  row: TransactionRow,
  provider: OAuthProvider,
  query: Readonly<Record<string, string>>,
): CallbackAnswer {
  const refusal = readRefusal(provider, query)
  const { slug, source_id: sourceId } = row
  const said = scrubSaid(query['error_description'], [query['state'] ?? null, query['code'] ?? null])
  const about = { slug, sourceId, code: refusal.provider_code, said }
  if (refusal.reason === 'denied') log.info(about, 'The person declined the authorization.')
  else if (refusal.reason === 'approval_needed') log.warn(about, approvalNeeded)
  else if (refusal.reason === 'misconfigured') {
    const look = lookAt(providers, row, provider, refusal.provider_code ?? query['error'] ?? null)
    log.error(about, `The provider does not take our request for authorization. ${look}`)
  } else log.warn(about, 'The provider refused the authorization.')
  return { kind: 'refused', refusal }
}

const approvalNeeded = "An administrator at the provider's customer has to allow our app there first."

function exchangeFailed(
  { log, providers }: Pick<RedeemParts, 'log' | 'providers'>,
  row: TransactionRow,
  provider: OAuthProvider,
  answer: Exclude<ProviderAnswer, { kind: 'granted' }>,
): CallbackAnswer {
  const { slug, source_id: sourceId } = row
  if (answer.kind === 'unreachable') {
    log.warn({ slug, sourceId, cause: answer.cause }, 'The token endpoint could not be reached.')
    return refused('unreachable')
  }
  // Its line in the log names the settings.
  if (answer.kind === 'unregistered') return refused('misconfigured')
  const { code, said } = answer
  const shown = shownCode(code, said)
  const about = { slug, sourceId, code: shown, said }
  // A person can decline at the callback only.
  const { rejectedClientCodes = [] } = provider.quirks ?? {}
  const blame = code === null ? 'provider' : blameFor({ quirks: { rejectedClientCodes } }, answer)
  if (blame === 'administrator') {
    log.warn(about, approvalNeeded)
    return refused('approval_needed', shown)
  }
  if (blame !== 'operator') {
    log.warn(about, 'The token endpoint refused the code.')
    return refused('provider_error', shown)
  }
  const look = lookAt(providers, row, provider, code)
  log.error(about, `The token endpoint does not take our client or request. ${look}`)
  return refused('misconfigured', shown)
}

function lookAt(
  providers: Pick<Providers, 'redirectUri'>,
  { slug, oauth_client_id: oauthClientId }: TransactionRow,
  provider: OAuthProvider,
  code: string | null,
): string {
  return clientAdvice(code, { oauthClientId }, { slug, provider, redirectUri: providers.redirectUri(slug) })
}

function refused(reason: ReasonOf<'AuthorizeFailure'>, providerCode: string | null = null): CallbackAnswer {
  return { kind: 'refused', refusal: refusalOf(reason, providerCode) }
}
