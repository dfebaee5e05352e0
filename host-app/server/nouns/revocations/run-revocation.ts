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
  placeOf,
} from '../oauth/oauth.ts'
import { findSourceRow } from '../sources/sources.ts'
import { usedBy } from './grant-in-use.ts'

/** One attempt at a grant that was given up, and what follows from it. Cut short by `stopping` it never happened. */
export type RunRevocation = (grant: LeasedGivenUp, stopping: AbortSignal) => Promise<void>

export interface RevocationParts {
  readonly database: Database
  readonly registry: Pick<Registry, 'find'>
  readonly keyRing: Pick<KeyRing, 'seal' | 'open'>
  readonly providers: Pick<Providers, 'revoke' | 'refresh' | 'redirectUri'>
  readonly events: FeedWriter
  readonly metrics: Pick<Metrics, 'grantRevocations'>
  readonly now: () => number
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
}

type AtProvider = AccountEventData<'credentials.disconnected'>['at_provider']

/** `later`: it is tried again, after as long as the provider asked for at least. */
type Attempt = AtProvider | { readonly later: number | null }

export function createRunRevocation(parts: RevocationParts): RunRevocation {
  const { database, events, metrics, now, log } = parts

  return async function runRevocation(grant, stopping) {
    const attempt = await attemptRevocation(parts, grant, stopping)
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
      if (!(await forgetGivenUp(tx, grant))) return
      const role = roleOfGivenUp(grant)
      const data = { source_id: sourceId, ...(role !== null && { role }), because, at_provider: outcome }
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
  parts: RevocationParts,
  grant: LeasedGivenUp,
  stopping: AbortSignal,
): Promise<Attempt> {
  const { database, registry, providers, keyRing, now, log } = parts
  const { account_id: accountId, source_id: sourceId } = grant
  const source = await findSourceRow(database.read, accountId, sourceId)
  const connector = source ? registry.find(source.type) : null
  const place = connector && placeOf(connector)
  if (!connector || !place?.provider.revocation) return 'not_offered'
  const { slug, provider } = place
  const { revocation } = place.provider
  if (!revocation.endsNothingElse) {
    const user = await usedBy(database.read, grant, connector.info.type)
    // Who else is connected with the vendor's account is nobody's to know: all that is said is that it cannot be ended alone.
    if (user !== null) return user === 'this account' ? 'in_use' : 'not_offered'
  }

  const about = { slug, sourceId }
  let tokens: GivenUpTokens
  try {
    // A grant from before its endpoints were made of settings does not have them.
    const settings = source ? endpointSettingsOf(connector, source) : {}
    tokens = { ...settings, ...openGivenUp(keyRing, grant) }
  } catch (error) {
    if (!(error instanceof SealError)) throw error
    log.error({ ...about, reason: error.reason }, 'A grant to be revoked cannot be opened.')
    return outageOf(error) ? { later: null } : 'failed'
  }

  const mayRenew = revocation.token === 'access_token' && tokens['refresh_token'] !== undefined
  const isOver = grant.expires_at !== null && grant.expires_at <= now()
  let answer = mayRenew && isOver ? null : await providers.revoke(place, tokens, stopping)
  if (mayRenew && (answer === null || answer.kind === 'token_expired')) {
    const renewed = await renewToken(parts, grant, place, tokens)
    if ('attempt' in renewed) return renewed.attempt
    answer = await providers.revoke(place, renewed.tokens, stopping)
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
      const advice = clientAdvice(code, { slug, provider, redirectUri: providers.redirectUri(slug) })
      log.error({ ...about, code, said }, `The provider rejects our client, and revokes nothing. ${advice}`)
      return { later: null }
    }
    case 'unreachable':
      log.warn({ ...about, cause: answer.cause }, 'A grant could not be revoked. It is tried again later.')
      return { later: answer.retryAfter }
    default:
      // We have no client there, of which the log has told; or a token that was just renewed is not taken.
      return { later: null }
  }
}

/**
 * An access token whose time is over ends nothing. What it is renewed to is kept before it is sent, since the refresh
 * token may have been spent for it.
 */
async function renewToken(
  { database, providers, keyRing, now }: RevocationParts,
  grant: LeasedGivenUp,
  place: ProviderPlace,
  tokens: GivenUpTokens,
): Promise<{ attempt: Attempt } | { tokens: GivenUpTokens }> {
  const answer = await providers.refresh(place, tokens, roleOfGivenUp(grant))
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
