import type { Refusal } from '@bobbin/shared/flow'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import { identifyAccount } from './external-account.ts'
import type { NewGrant } from '../credentials/grant-aside.ts'
import { clientSettings, findClient } from './oauth-client.ts'
import type { OAuthParts } from './oauth.ts'
import { providerTimeout } from './provider-timeout.ts'
import { readRefusal, refusalOf } from './refusals.ts'
import { openVerifier } from './start-authorization.ts'
import { requestToken, type TokenAnswer } from './request-token.ts'
import { takeTransaction, type TransactionRow } from './transaction-store.ts'

/** What a callback comes to; nothing of it is stored yet. */
export type CallbackAnswer =
  | { kind: 'granted'; trip: TransactionRow; grant: NewGrant }
  | { kind: 'refused'; refusal: Refusal }
  /** Another callback of the same trip came first, and tells how it ended. */
  | { kind: 'taken' }

/**
 * The way back from the provider, up to the grant. What must hold:
 * the trip is spent before anything else, so a replayed callback changes nothing;
 * issuer, token endpoint and redirect URI are those of the row, never of the callback (mix-up).
 */
export async function redeemCallback(
  parts: OAuthParts,
  stateHash: string,
  slug: string,
  query: Readonly<Record<string, string>>,
): Promise<CallbackAnswer> {
  const { database, registry, now } = parts
  const row = await takeTransaction(database, stateHash, now())
  if (!row || row.slug !== slug) return refused('invalid')
  if (row.taken_at !== null) return { kind: 'taken' }
  if (row.expires_at <= now()) return refused('expired')

  const connector = registry.findBySlug(row.slug)
  const provider = connector?.oauth
  if (!connector || !provider) return refused('invalid')
  if (!isIssuerRight(row, provider, query['iss'])) return refused('invalid')
  if (query['error'] !== undefined) return providerRefused(parts, row, provider, query['error'])
  const code = query['code']
  if (!code) return refused('invalid')

  const answer = await exchangeCode(parts, row, provider, code)
  if (answer.kind !== 'granted') return exchangeFailed(parts, row, answer)
  const { values, lifetime } = answer
  const expiresAt = lifetime === null ? null : now() + lifetime
  const externalAccount = await identifyAccount(parts, connector, {
    accountId: row.account_id,
    sourceId: row.source_id,
    accessToken: values['access_token'] ?? null,
  })
  return { kind: 'granted', trip: row, grant: { values, expiresAt, externalAccount } }
}

/** RFC 9207, for success and error alike. */
function isIssuerRight(row: TransactionRow, provider: OAuthProvider, iss: string | undefined): boolean {
  if (row.issuer === null) return true
  return iss === undefined ? !provider.sendsIssuer : iss === row.issuer
}

function providerRefused(
  { log }: OAuthParts,
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

async function exchangeCode(
  parts: OAuthParts,
  row: TransactionRow,
  provider: OAuthProvider,
  code: string,
): Promise<TokenAnswer> {
  const client = findClient(parts, row.slug)
  if (!client) return { kind: 'refused', code: null }
  const verifier = openVerifier(parts.keyRing, row)
  return await requestToken({
    provider,
    endpoint: row.token_endpoint,
    client,
    grantType: 'authorization_code',
    parameters: {
      code,
      redirect_uri: row.redirect_uri,
      ...(verifier === null ? {} : { code_verifier: verifier }),
    },
    fetch: parts.outbound.fetch,
    timeout: providerTimeout(parts.config.timings),
  })
}

function exchangeFailed(
  { log }: OAuthParts,
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

function refused(reason: Refusal['reason'], providerCode: string | null = null): CallbackAnswer {
  return { kind: 'refused', refusal: refusalOf(reason, providerCode) }
}
