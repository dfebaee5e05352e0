import type { Refusal } from '@bobbin/shared/flow'
import type { Connector } from '../../connectors/connector.ts'
import type { OAuthProvider } from '../../connectors/oauth-provider.ts'
import { tellAccount } from '../events/account-feed.ts'
import { noteConfigured } from '../sources/configured.ts'
import { nameExternalAccount } from './external-account.ts'
import { clientSettings, findClient } from './oauth-client.ts'
import type { OAuthParts } from './oauth.ts'
import { providerTimeout } from './provider-timeout.ts'
import { readProviderCode, refusalOf } from './refusals.ts'
import { openVerifier } from './start-authorization.ts'
import { requestToken, type TokenAnswer } from './token-endpoint.ts'
import { takeTransaction, type TransactionRow } from './transaction-store.ts'

export type TripEnd = { kind: 'granted' } | { kind: 'refused'; refusal: Refusal }

/**
 * The way back from the provider. What must hold:
 * the transaction is spent before anything else, so a replayed callback changes nothing;
 * issuer, token endpoint and redirect URI are those of the row, never of the callback (mix-up);
 * credentials, the source's new version and the event are one write, or none of them happened.
 */
export async function finishAuthorization(
  parts: OAuthParts,
  stateHash: string,
  slug: string,
  query: Readonly<Record<string, string>>,
): Promise<TripEnd> {
  const { database, registry, now } = parts
  const row = await takeTransaction(database, stateHash, now())
  if (!row || row.slug !== slug) return refused('invalid')
  // Taken, and yet here again: the callback that took it did not live to tell.
  if (row.taken_at !== null) return refused('interrupted')
  if (row.expires_at <= now()) return refused('expired')

  const connector = registry.findBySlug(row.slug)
  const provider = connector?.oauth
  if (!connector || !provider) return refused('invalid')
  if (!isIssuerRight(row, provider, query['iss'])) return refused('invalid')
  if (query['error'] !== undefined) return providerRefused(parts, row, provider, query['error'])
  const code = query['code']
  if (!code) return refused('invalid')

  const client = findClient(parts, row.slug)
  if (!client) return refused('provider_error')
  const verifier = openVerifier(parts.keyRing, row)
  const answer = await requestToken({
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
  if (answer.kind !== 'granted') return exchangeFailed(parts, row, answer)
  return await keepGrant(parts, row, connector, answer)
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
): TripEnd {
  const code = readProviderCode(error)
  const isDenied = error === 'access_denied' || provider.quirks?.deniedCodes?.includes(error)
  if (isDenied) return refused('denied', code)
  log.warn({ slug: row.slug, sourceId: row.source_id, code }, 'The provider refused the authorization.')
  return refused('provider_error', code)
}

function exchangeFailed(
  { log }: OAuthParts,
  { slug, source_id: sourceId }: TransactionRow,
  answer: Exclude<TokenAnswer, { kind: 'granted' }>,
): TripEnd {
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

async function keepGrant(
  parts: OAuthParts,
  { account_id: accountId, source_id: sourceId }: TransactionRow,
  connector: Connector,
  { values, lifetime }: Extract<TokenAnswer, { kind: 'granted' }>,
): Promise<TripEnd> {
  const { database, credentials, events, now } = parts
  const version = await database.write(async (tx) => {
    const source = await tx.db
      .updateTable('source')
      .set((eb) => ({
        settings_version: eb('settings_version', '+', 1),
        // The new authorization may be for another account than the old one.
        external_account: null,
        updated_at: now(),
      }))
      .where('account_id', '=', accountId)
      .where('id', '=', sourceId)
      .where('type', '=', connector.info.type)
      .where('deleted_at', 'is', null)
      .returning('settings_version')
      .executeTakeFirst()
    if (!source) return null
    const expiresAt = lifetime === null ? null : now() + lifetime
    await credentials.save(tx, { accountId, sourceId, kind: 'oauth', values, expiresAt })
    await tellAccount(tx, events, accountId, 'source.authorized', { source_id: sourceId })
    await noteConfigured(parts, tx, accountId, sourceId)
    return source.settings_version
  })
  // Deleted while the person was at the provider.
  if (version === null) return refused('interrupted')
  const accessToken = values['access_token'] ?? null
  await nameExternalAccount(parts, connector, { accountId, sourceId, version, accessToken })
  return { kind: 'granted' }
}

function refused(reason: Refusal['reason'], providerCode: string | null = null): TripEnd {
  return { kind: 'refused', refusal: refusalOf(reason, providerCode) }
}
