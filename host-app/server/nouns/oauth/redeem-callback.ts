import type { ReasonOf } from '@bobbin/shared/error-reasons'
import type { Refusal } from '@bobbin/shared/flow'
import type { Logger } from 'pino'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import type { Registry } from '../../../connectors/registry.ts'
import type { NewGrant } from '../credentials/credentials.ts'
import type { Identify } from './identify.ts'
import { clientSettings, type Providers } from './providers.ts'
import { readRefusal, refusalOf } from './refusals.ts'
import type { TokenAnswer } from './request-token.ts'
import type { TransactionRow } from './transaction-store.ts'
import type { Trips } from './trips.ts'

/** What a callback comes to; nothing of it is stored yet. */
export type CallbackAnswer =
  | { kind: 'granted'; trip: TransactionRow; grant: NewGrant }
  | { kind: 'refused'; refusal: Refusal }
  /** Another callback of the same trip came first, and tells how it ended. */
  | { kind: 'taken' }

export interface RedeemParts {
  readonly trips: Pick<Trips, 'take' | 'verifierOf'>
  readonly registry: Pick<Registry, 'findBySlug'>
  readonly providers: Pick<Providers, 'exchange'>
  readonly identify: Identify
  readonly now: () => number
  readonly log: Pick<Logger, 'warn' | 'error'>
}

/**
 * The way back from the provider, up to the grant. What must hold:
 * the trip is spent before anything else, so a replayed callback changes nothing;
 * issuer, token endpoint and redirect URI are those of the row, never of the callback (mix-up).
 */
export async function redeemCallback(
  { trips, registry, providers, identify, now, log }: RedeemParts,
  stateHash: string,
  slug: string,
  query: Readonly<Record<string, string>>,
): Promise<CallbackAnswer> {
  const row = await trips.take(stateHash)
  if (!row || row.slug !== slug) return refused('invalid')
  if (row.taken_at !== null) return { kind: 'taken' }
  if (row.expires_at <= now()) return refused('expired')

  const connector = registry.findBySlug(row.slug)
  const provider = connector?.oauth
  if (!connector || !provider) return refused('invalid')
  if (!isIssuerRight(row, provider, query['iss'])) return refused('invalid')
  if (query['error'] !== undefined) return providerRefused(log, row, provider, query['error'])
  const code = query['code']
  if (!code) return refused('invalid')

  const verifier = trips.verifierOf(row)
  const answer = await providers.exchange(
    { slug, provider, endpoint: row.token_endpoint },
    { code, redirect_uri: row.redirect_uri, ...(verifier === null ? {} : { code_verifier: verifier }) },
  )
  if (answer.kind !== 'granted') return exchangeFailed(log, row, answer)
  const { values } = answer
  const lifetime = answer.lifetime ?? provider.assumedLifetime ?? null
  const expiresAt = lifetime === null ? null : now() + lifetime
  const externalAccount = await identify(connector, {
    accountId: row.account_id,
    sourceId: row.source_id,
    accessToken: values['access_token'] ?? null,
  })
  return { kind: 'granted', trip: row, grant: { values, expiresAt, lifetime, externalAccount } }
}

/** RFC 9207, for success and error alike. */
function isIssuerRight(row: TransactionRow, provider: OAuthProvider, iss: string | undefined): boolean {
  if (row.issuer === null) return true
  return iss === undefined ? !provider.sendsIssuer : iss === row.issuer
}

function providerRefused(
  log: Pick<Logger, 'warn'>,
  row: TransactionRow,
  provider: OAuthProvider,
  error: string,
): CallbackAnswer {
  const refusal = readRefusal(provider, error)
  if (refusal.reason !== 'denied') {
    const { slug, source_id: sourceId } = row
    log.warn({ slug, sourceId, code: refusal.provider_code }, 'The provider refused the authorization.')
  }
  return { kind: 'refused', refusal }
}

function exchangeFailed(
  log: Pick<Logger, 'warn' | 'error'>,
  { slug, source_id: sourceId }: TransactionRow,
  answer: Exclude<TokenAnswer, { kind: 'granted' }>,
): CallbackAnswer {
  if (answer.kind === 'unreachable') {
    log.warn({ slug, sourceId, cause: answer.cause }, 'The token endpoint could not be reached.')
    return refused('unreachable')
  }
  const { code } = answer
  if (code === 'invalid_client') {
    log.error({ slug, sourceId, code }, `The provider rejects our client: check ${clientSettings(slug)}.`)
  } else {
    log.warn({ slug, sourceId, code }, 'The token endpoint refused the code.')
  }
  return refused('provider_error', code)
}

function refused(reason: ReasonOf<'AuthorizeFailure'>, providerCode: string | null = null): CallbackAnswer {
  return { kind: 'refused', refusal: refusalOf(reason, providerCode) }
}
