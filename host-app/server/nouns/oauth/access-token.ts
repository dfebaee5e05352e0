import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { ConnectorError, type Connector } from '../../../connectors/connector.ts'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import { AppError } from '../../ground/app-error.ts'
import type { OpenedCredentials } from '../credentials/credential-store.ts'
import { tellAccount } from '../events/account-feed.ts'
import { clientSettings, findClient } from './oauth-client.ts'
import type { OAuthParts } from './oauth.ts'
import { providerTimeout } from './provider-timeout.ts'
import { holdGrant, releaseRefreshLease, takeRefreshLease, type GrantVersion } from './refresh-lease.ts'
import { requestToken, type TokenAnswer } from './request-token.ts'
import { createUnsavedReplies, type UnsavedReplies } from './unsaved-replies.ts'

/** A token that is handed out lives at least this long, so that the work it is for can be done. */
const minimumLife = 60_000
const betweenLooks = 100

interface Grant {
  /** Tells it apart from all others. */
  key: string
  accountId: number
  sourceId: number
  slug: string
  provider: OAuthProvider
}

/**
 * Access tokens, refreshed when need be. What must hold:
 * a refresh token is used once, because many providers end the grant when it is used twice; so callers of
 * one process share one refresh, and processes take turns by a lease in the row;
 * the new tokens replace the old in one write, which is tried until it lands;
 * a grant is declared dead only if its row still holds what the provider refused.
 */
export function createFreshTokens(parts: OAuthParts) {
  const running = new Map<string, Promise<string>>()
  const unsaved = createUnsavedReplies(parts)

  return async function accessToken(accountId: number, sourceId: number): Promise<string | null> {
    const connector = await findConnector(parts, accountId, sourceId)
    if (!connector?.oauth) return null
    const key = `${accountId}/${sourceId}`
    const grant = { key, accountId, sourceId, slug: connector.info.slug, provider: connector.oauth }
    const kept = unsaved.find(key)
    if (kept && isFresh(kept, parts.now())) return kept.token
    const opened = await openGrant(parts, grant)
    if (isFresh(opened, parts.now())) return tokenOf(opened)

    let refresh = running.get(key)
    if (!refresh) {
      refresh = refreshInTurn(parts, unsaved, grant).finally(() => running.delete(key))
      running.set(key, refresh)
    }
    return await refresh
  }
}

async function findConnector(
  { database, registry }: OAuthParts,
  accountId: number,
  sourceId: number,
): Promise<Connector | null> {
  const source = await database.read
    .selectFrom('source')
    .select('type')
    .where('account_id', '=', accountId)
    .where('id', '=', sourceId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (!source) throw new AppError('SourceNotFound', { data: { id: sourceId } })
  return registry.find(source.type)
}

/** Throws AuthorizationExpired when there is nothing, or nothing valid. */
async function openGrant(
  { credentials }: OAuthParts,
  { accountId, sourceId }: Grant,
): Promise<OpenedCredentials> {
  const opened = await credentials.open(accountId, sourceId, 'oauth')
  if (!opened || opened.status === 'rejected') throw new ConnectorError('AuthorizationExpired')
  return opened
}

function isFresh({ expiresAt }: Pick<OpenedCredentials, 'expiresAt'>, now: number): boolean {
  return expiresAt === null || expiresAt - now >= minimumLife
}

function tokenOf({ values }: Pick<OpenedCredentials, 'values'>): string {
  const token = values['access_token']
  if (token === undefined) throw new ConnectorError('AuthorizationExpired')
  return token
}

/** Refreshes, or waits for whoever does. */
async function refreshInTurn(parts: OAuthParts, unsaved: UnsavedReplies, grant: Grant): Promise<string> {
  const { database, now } = parts
  const { lease } = parts.config.timings
  // Long enough for one holder to crash and for another one to do the work.
  const giveUpAt = performance.now() + 3 * lease
  let watched: { holder: string | null; since: number } = { holder: null, since: 0 }
  while (performance.now() < giveUpAt) {
    const kept = unsaved.find(grant.key)
    if (kept) {
      await Promise.race([kept.settled, delay(betweenLooks)])
      continue
    }
    const opened = await openGrant(parts, grant)
    if (isFresh(opened, now())) return tokenOf(opened)
    const version = { ...grant, version: opened.version }
    const id = randomUUID()
    // A lease is never renewed, so one that stays the same this long is over, whatever the clocks say.
    const dead = performance.now() - watched.since >= lease ? watched.holder : null
    const answer = await takeRefreshLease(database, version, { id, now: now(), until: now() + lease, dead })
    if (answer.isTaken) {
      const token = await refreshUnderLease(parts, unsaved, grant, version, opened, id)
      if (token !== null) return token
    } else {
      if (answer.holder !== watched.holder) watched = { holder: answer.holder, since: performance.now() }
      await delay(betweenLooks)
    }
  }
  throw new ConnectorError('VendorUnavailable')
}

/** The new token; null when the row changed meanwhile and must be looked at again. */
async function refreshUnderLease(
  parts: OAuthParts,
  unsaved: UnsavedReplies,
  grant: Grant,
  version: GrantVersion,
  opened: OpenedCredentials,
  leaseId: string,
): Promise<string | null> {
  const refreshToken = opened.values['refresh_token']
  if (refreshToken === undefined) return await endGrant(parts, grant, version)
  const answer = await askProvider(parts, grant, refreshToken)
  parts.metrics.tokenRefreshes.inc({ result: answer.kind })
  if (answer.kind === 'granted') {
    // What the reply leaves out stays: a provider that does not rotate sends no new refresh token.
    const values = { ...opened.values, ...answer.values }
    const token = tokenOf({ values })
    const expiresAt = answer.lifetime === null ? null : parts.now() + answer.lifetime
    const save = () => saveGrant(parts, version, values, expiresAt)
    return (await unsaved.save(grant.key, { token, expiresAt, save })) ? token : null
  }
  if (answer.kind === 'refused' && isGrantEnded(grant.provider, answer.code)) {
    return await endGrant(parts, grant, version)
  }
  await releaseRefreshLease(parts.database, version, leaseId)
  tellOperator(parts, grant, answer)
  throw new ConnectorError('VendorUnavailable')
}

async function askProvider(parts: OAuthParts, grant: Grant, refreshToken: string): Promise<TokenAnswer> {
  const client = findClient(parts, grant.slug)
  if (!client) return { kind: 'unreachable', cause: 'no client' }
  return await requestToken({
    provider: grant.provider,
    endpoint: grant.provider.tokenEndpoint,
    client,
    grantType: 'refresh_token',
    parameters: { refresh_token: refreshToken },
    fetch: parts.outbound.fetch,
    timeout: providerTimeout(parts.config.timings),
  })
}

/** Saves unless the row changed meanwhile: a new authorization is worth more than a refresh of the old one. */
async function saveGrant(
  { database, credentials }: OAuthParts,
  version: GrantVersion,
  values: Record<string, string>,
  expiresAt: number | null,
): Promise<boolean> {
  return await database.write(async (tx) => {
    if (!(await holdGrant(tx, version))) return false
    const { accountId, sourceId } = version
    await credentials.save(tx, { accountId, sourceId, kind: 'oauth', values, expiresAt })
    return true
  })
}

function isGrantEnded({ quirks }: OAuthProvider, code: string | null): boolean {
  return code === 'invalid_grant' || (code !== null && quirks?.endedGrantCodes?.includes(code) === true)
}

/** Declares the grant dead, unless its row changed meanwhile (null): then another process was quicker. */
async function endGrant(parts: OAuthParts, { slug }: Grant, version: GrantVersion): Promise<null> {
  const { database, credentials, events, log } = parts
  const { accountId, sourceId } = version
  const isEnded = await database.write(async (tx) => {
    if (!(await holdGrant(tx, version))) return false
    await credentials.reject(tx, accountId, sourceId, 'oauth')
    await tellAccount(tx, events, accountId, 'credentials.revoked', { source_id: sourceId })
    return true
  })
  if (!isEnded) return null
  log.info({ slug, sourceId }, 'The grant has ended at the provider.')
  throw new ConnectorError('AuthorizationExpired')
}

function tellOperator(
  { log }: OAuthParts,
  { slug, sourceId }: Grant,
  answer: Exclude<TokenAnswer, { kind: 'granted' }>,
): void {
  if (answer.kind === 'unreachable') {
    log.warn({ slug, sourceId, cause: answer.cause }, 'A token could not be refreshed.')
  } else if (answer.code === 'invalid_client') {
    log.error({ slug, sourceId }, `The provider rejects our client: check ${clientSettings(slug)}.`)
  } else {
    log.error(
      { slug, sourceId, code: answer.code },
      'The provider refuses to refresh, but not for the grant.',
    )
  }
}
