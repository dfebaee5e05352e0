import type { AccountEventData } from '@bobbin/shared/account-events'
import type { Logger } from 'pino'
import type { Registry } from '../../../connectors/registry.ts'
import type { Metrics } from '../../ground/metrics.ts'
import { outageOf } from '../../ground/outage.ts'
import { giveUpAfter, retryWait } from '../../ground/retry-delay.ts'
import type { Database } from '../../store/database.ts'
import {
  type KeyRing,
  type LeasedGivenUp,
  SealError,
  forgetGivenUp,
  noteCleanUp,
  openGivenUp,
  putOffGivenUp,
  renewGivenUp,
  roleOfGivenUp,
} from '../credentials/credentials.ts'
import { type FeedWriter, tellAccount } from '../events/events.ts'
import {
  type GivenUpTokens,
  type ProviderPlace,
  type Providers,
  clientAdvice,
  endpointSettingsOf,
  mayRenew,
  placeOf,
} from '../oauth/oauth.ts'
import { findSourceRow } from '../sources/sources.ts'
import { type CleanUpParts, cleanUp } from './clean-up.ts'
import { usedBy } from './grant-in-use.ts'

/** One attempt at a grant that was given up, and what follows from it. Cut short by `stopping` it never happened. */
export type RunRevocation = (grant: LeasedGivenUp, stopping: AbortSignal) => Promise<void>

/** What an attempt is made with. */
export interface AttemptParts {
  readonly database: Database
  readonly registry: Pick<Registry, 'find'>
  readonly keyRing: Pick<KeyRing, 'seal' | 'open'>
  readonly providers: Pick<Providers, 'revoke' | 'refresh' | 'redirectUri' | 'namesOf'>
  readonly connectorRunner: CleanUpParts['connectorRunner']
  readonly now: () => number
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
}

export interface RevocationParts {
  readonly attempt: AttemptRevocation
  readonly database: Database
  readonly events: FeedWriter
  readonly metrics: Pick<Metrics, 'grantRevocations'>
  readonly now: () => number
  readonly log: Pick<Logger, 'error'>
}

type AtProvider = AccountEventData<'credentials.disconnected'>['at_provider']

/** `later`: it is tried again, after as long as the provider asked for at least. */
type Attempt = AtProvider | { readonly later: number | null }

/** Has a grant ended at its provider, as far as that goes. */
export type AttemptRevocation = (grant: LeasedGivenUp, stopping: AbortSignal) => Promise<Attempt>

export const createAttemptRevocation =
  (parts: AttemptParts): AttemptRevocation =>
  (grant, stopping) =>
    attemptRevocation(parts, grant, stopping)

export function createRunRevocation({
  attempt: attemptOnce,
  database,
  events,
  metrics,
  now,
  log,
}: RevocationParts): RunRevocation {
  return async function runRevocation(grant, stopping) {
    const attempt = await attemptOnce(grant, stopping)
    if (typeof attempt !== 'string' && stopping.aborted) {
      await database.write((tx) => putOffGivenUp(tx, grant, now(), false))
      return
    }
    const { account_id: accountId, source_id: sourceId, because } = grant
    const end = grant.created_at + giveUpAfter
    const isTooLate = typeof attempt !== 'string' && now() >= end
    const outcome = isTooLate ? 'failed' : attempt
    metrics.grantRevocations.inc({ result: typeof outcome === 'string' ? outcome : 'later' })
    if (typeof outcome !== 'string') {
      const wait = retryWait(grant.attempts + 1, outcome.later)
      await database.write((tx) => putOffGivenUp(tx, grant, Math.min(end, now() + wait), true))
      return
    }
    await database.write(async (tx) => {
      const forgotten = await forgetGivenUp(tx, grant)
      if (!forgotten) return
      const role = roleOfGivenUp(grant)
      const { clean_up: cleanedUp } = forgotten
      const data = {
        source_id: sourceId,
        ...(role !== null && { role }),
        because,
        at_provider: outcome,
        ...(cleanedUp !== null && { clean_up: cleanedUp }),
      }
      await tellAccount(tx, events, accountId, 'credentials.disconnected', data)
    })
    if (isTooLate) {
      log.error(
        { accountId, sourceId },
        'A grant could not be revoked for a day: it lives on at the provider.',
      )
    }
  }
}

async function attemptRevocation(
  parts: AttemptParts,
  grant: LeasedGivenUp,
  stopping: AbortSignal,
): Promise<Attempt> {
  const { database, registry, providers, keyRing, now, log } = parts
  const { account_id: accountId, source_id: sourceId, oauth_client_id: oauthClientId } = grant
  const issuer = { accountId, oauthClientId }
  const source = await findSourceRow(database.read, accountId, sourceId)
  const connector = source ? registry.find(source.type) : null
  const place = connector && placeOf(connector)
  if (!source || !connector || !place) return 'not_offered'
  const placed = place
  const { slug, provider } = place
  const { revocation } = provider
  // What was never in place has put up nothing; of several grants that came together, the first is asked with.
  const isFirst = roleOfGivenUp(grant) === null
  const mayCleanUp = connector.beforeDisconnect !== undefined && grant.because !== 'dropped' && isFirst
  if (!revocation && !mayCleanUp) return 'not_offered'
  const { type } = connector.info
  const user = await usedBy(database.read, grant, { type, clients: await providers.namesOf(type, issuer) })
  const mayRevoke = revocation && (user === null || revocation.endsNothingElse === true)
  // What is at the vendor for an account that is connected elsewhere, by whatever client, is that one's, too.
  const isToCleanUp =
    mayCleanUp &&
    grant.clean_up === null &&
    (await usedBy(database.read, grant, { type, clients: null })) === null
  // Who else is connected with the vendor's account is nobody's to know: all that is said is that it cannot be ended alone.
  const otherwise = revocation && user === 'this account' ? 'in_use' : 'not_offered'
  if (!mayRevoke && !isToCleanUp) return otherwise

  const about = { slug, sourceId }
  let tokens: GivenUpTokens
  try {
    // A grant from before its endpoints were made of settings does not have them.
    tokens = { ...endpointSettingsOf(connector, source), ...openGivenUp(keyRing, grant) }
  } catch (error) {
    if (!(error instanceof SealError)) throw error
    log.error({ ...about, reason: error.reason }, 'A grant to be revoked cannot be opened.')
    return outageOf(error) ? { later: null } : 'failed'
  }

  if (isToCleanUp) {
    const cleaned = await cleanUp(parts, { connector, source, grant }, tokens, renewed, stopping)
    if (cleaned.end === 'later') return { later: null }
    const { end } = cleaned
    if (!(await database.write((tx) => noteCleanUp(tx, grant, end)))) return { later: null }
    tokens = cleaned.tokens
  }
  if (!mayRevoke) return otherwise

  async function renewed(from: GivenUpTokens): Promise<GivenUpTokens | 'dead' | null> {
    const answer = await renewToken(parts, grant, placed, from)
    if ('tokens' in answer) return answer.tokens
    return answer.attempt === 'revoked' ? 'dead' : null
  }

  const held = { values: tokens, expiresAt: grant.expires_at, lifetime: null }
  const isRenewable =
    revocation.token === 'access_token' && mayRenew(provider, roleOfGivenUp(grant), held, now())
  const isOver = grant.expires_at !== null && grant.expires_at <= now()
  let answer = isRenewable && isOver ? null : await providers.revoke(place, issuer, tokens, stopping)
  if (isRenewable && (answer === null || answer.kind === 'token_expired')) {
    const renewed = await renewToken(parts, grant, place, tokens)
    if ('attempt' in renewed) return renewed.attempt
    answer = await providers.revoke(place, issuer, renewed.tokens, stopping)
  }
  switch (answer?.kind) {
    case 'revoked':
      log.info(about, 'A grant that was given up is revoked at the provider.')
      return 'revoked'
    case 'refused':
      log.error({ ...about, code: answer.code, said: answer.said }, 'The provider refuses to revoke a grant.')
      return 'failed'
    case 'misconfigured': {
      const { code, said } = answer
      const advice = clientAdvice(code, issuer, { slug, provider, redirectUri: providers.redirectUri(slug) })
      log.error({ ...about, code, said }, `The provider rejects our client, and revokes nothing. ${advice}`)
      return { later: null }
    }
    case 'unreachable':
      log.warn({ ...about, cause: answer.cause }, 'A grant could not be revoked. It is tried again later.')
      return { later: answer.retryAfter }
    case 'unregistered':
      // No other client may end what it was granted.
      return oauthClientId === null ? { later: null } : 'failed'
    default:
      // A token that was just renewed is not taken.
      return { later: null }
  }
}

/**
 * An access token whose time is over ends nothing. What it is renewed to is kept before it is sent, since the refresh
 * token may have been spent for it.
 */
async function renewToken(
  { database, providers, keyRing, now }: AttemptParts,
  grant: LeasedGivenUp,
  place: ProviderPlace,
  tokens: GivenUpTokens,
): Promise<{ attempt: Attempt } | { tokens: GivenUpTokens }> {
  const issuer = { accountId: grant.account_id, oauthClientId: grant.oauth_client_id }
  const answer = await providers.refresh(place, issuer, tokens, roleOfGivenUp(grant))
  if (answer.kind === 'granted') {
    const values = { ...tokens, ...answer.values }
    const expiresAt = answer.lifetime === null ? null : now() + answer.lifetime
    const isOurs = await database.write((tx) => renewGivenUp({ keyRing }, tx, grant, { values, expiresAt }))
    return isOurs ? { tokens: values } : { attempt: { later: null } }
  }
  // The refresh token is dead: so is the grant.
  if (answer.kind === 'refused' && answer.code === 'invalid_grant') return { attempt: 'revoked' }
  return { attempt: { later: 'retryAfter' in answer ? answer.retryAfter : null } }
}
