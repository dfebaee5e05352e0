import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { randomId } from '@bobbin/shared/random-id'
import { ConnectorError } from '../../../connectors/connector.ts'
import { isOperatorsFault, whereToLook } from './blame.ts'
import {
  type GrantVersion,
  type OpenedCredentials,
  type RenewalFailure,
  mustWait,
} from '../credentials/credentials.ts'
import { plainCode } from './refusal-words.ts'
import { clientSettings, type Providers } from './providers.ts'
import type { RenewableGrant, RenewableGrants } from './renewable-grants.ts'
import { createUnsavedReplies, type UnsavedReplies } from './unsaved-replies.ts'

/** A token that is handed out lives at least this long, so that the work it is for can be done. */
const minimumLife = 60_000
const betweenLooks = 100

export interface AccessTokenParts {
  readonly grants: RenewableGrants
  readonly providers: Pick<Providers, 'refresh' | 'redirectUri'>
  /** How long a refresh may be in one process's hands, in milliseconds. */
  readonly lease: number
  readonly now: () => number
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
}

interface RefreshParts extends AccessTokenParts {
  readonly unsaved: UnsavedReplies
}

/** A token that is valid for a while; null without OAuth. */
export type FreshToken = (
  accountId: number,
  sourceId: number,
  /** One that the vendor has refused, whatever its time: another is fetched if it is still the stored one. */
  wish?: { readonly otherThan: string | null },
) => Promise<string | null>

/**
 * Access tokens, refreshed when need be. What must hold:
 * a refresh token is used once, because many providers end the grant when it is used twice; so callers of
 * one process share one refresh, and processes take turns by a lease in the row;
 * the new tokens replace the old in one write, which is tried until it lands;
 * a grant is declared dead only if its row still holds what the provider refused;
 * a provider that fails, or refuses without a reason, is not asked again by each caller, and what it refuses without a
 * reason is believed only in the long run.
 */
export function createFreshTokens(parts: AccessTokenParts): FreshToken {
  const { grants, now, log } = parts
  const running = new Map<string, Promise<string>>()
  const unsaved = createUnsavedReplies(log)

  return async function accessToken(accountId, sourceId, { otherThan } = { otherThan: null }) {
    const grant = await grants.find(accountId, sourceId)
    if (!grant) return null
    const { key } = grant
    const kept = unsaved.find(key)
    if (kept && kept.token !== otherThan && isFresh(kept, now())) return kept.token
    const opened = await grants.open(grant)
    const refused = opened.values['access_token'] === otherThan ? opened.version : null
    if (isUsable(opened, refused, now())) return tokenOf(opened)

    let refresh = running.get(key)
    if (!refresh) {
      refresh = refreshInTurn({ ...parts, unsaved }, grant, refused).finally(() => running.delete(key))
      running.set(key, refresh)
    }
    return await refresh
  }
}

function isFresh({ expiresAt }: Pick<OpenedCredentials, 'expiresAt'>, now: number): boolean {
  return expiresAt === null || expiresAt - now >= minimumLife
}

/** `refused`: the version whose token the vendor does not take any more. */
function isUsable(opened: OpenedCredentials, refused: number | null, now: number): boolean {
  return opened.version !== refused && isFresh(opened, now)
}

function tokenOf({ values }: Pick<OpenedCredentials, 'values'>): string {
  const token = values['access_token']
  if (token === undefined) throw new ConnectorError('AuthorizationExpired')
  return token
}

/** Refreshes, or waits for whoever does. */
async function refreshInTurn(
  parts: RefreshParts,
  grant: RenewableGrant,
  refused: number | null,
): Promise<string> {
  const { grants, lease, now, unsaved } = parts
  // Long enough for one holder to crash and for another one to do the work.
  const giveUpAt = performance.now() + 3 * lease
  let watched: { holder: string | null; since: number } = { holder: null, since: 0 }
  while (performance.now() < giveUpAt) {
    const kept = unsaved.find(grant.key)
    if (kept) {
      await Promise.race([kept.settled, delay(betweenLooks)])
      continue
    }
    const opened = await grants.open(grant)
    if (isUsable(opened, refused, now())) return tokenOf(opened)
    // By its time it still lives: whether it is dead after all, whoever was refused has to say.
    if (isFresh(opened, now()) && opened.values['refresh_token'] === undefined) {
      throw new ConnectorError('AuthorizationExpired')
    }
    if (mustWait(opened, now())) throw failed(opened.failure)
    const version = { ...grant, version: opened.version }
    const id = randomId()
    // A lease is never renewed, so one that stays the same this long is over, whatever the clocks say.
    const dead = performance.now() - watched.since >= lease ? watched.holder : null
    const answer = await grants.takeLease(version, { id, until: now() + lease, dead })
    if (answer.isTaken) {
      const token = await refreshUnderLease(parts, grant, version, opened, id)
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
  { grants, providers, now, log, unsaved }: RefreshParts,
  grant: RenewableGrant,
  version: GrantVersion,
  opened: OpenedCredentials,
  leaseId: string,
): Promise<string | null> {
  const { slug, sourceId, provider } = grant
  const refreshToken = opened.values['refresh_token']
  if (refreshToken === undefined) return await grants.end(grant, version)
  const answer = await providers.refresh(grant, refreshToken)
  if (answer.kind === 'granted') {
    // What the reply leaves out stays: a provider that does not rotate sends no new refresh token.
    const values = { ...opened.values, ...answer.values }
    const token = tokenOf({ values })
    // What a reply does not say is as it was: a token does not become eternal by being renewed.
    const lifetime = answer.lifetime ?? opened.lifetime ?? provider.assumedLifetime ?? null
    const expiresAt = lifetime === null ? null : now() + lifetime
    const save = () => grants.save(version, { values, expiresAt, lifetime })
    return (await unsaved.save(grant.key, { token, expiresAt, save })) ? token : null
  }
  if (answer.kind === 'unregistered') {
    await grants.releaseLease(version, leaseId)
    throw failed('misconfigured')
  }
  if (answer.kind === 'unreachable') {
    const { cause, retryAfter } = answer
    await grants.pause(version, 'unreachable', retryAfter)
    log.warn({ slug, sourceId, cause }, 'A token could not be refreshed. It is asked for again later.')
  } else if (isGrantEnded(provider, answer.code)) {
    return await grants.end(grant, version)
  } else if (isOperatorsFault(answer.code) && !isVague(answer.code)) {
    await grants.pause(version, 'misconfigured', answer.retryAfter)
    const place = { settings: clientSettings(slug), redirectUri: providers.redirectUri(slug), provider }
    const { code, said } = answer
    log.error({ slug, sourceId, code, said }, `The provider rejects our client. ${whereToLook(code, place)}`)
    throw failed('misconfigured')
  } else if ((await grants.noteRefusal(grant, version, answer)) === null) {
    return null
  }
  throw failed('unreachable')
}

/** What whoever needs the token is told. */
function failed(failure: RenewalFailure | null): ConnectorError {
  return new ConnectorError(failure === 'misconfigured' ? 'AppMisconfigured' : 'VendorUnavailable')
}

/** By which some providers end a grant, and others refuse what we ask: the long run tells. */
function isVague(code: string | null): boolean {
  return code !== null && plainCode(code).startsWith('invalid_request')
}

function isGrantEnded({ quirks }: RenewableGrant['provider'], code: string | null): boolean {
  return code === 'invalid_grant' || (code !== null && quirks?.endedGrantCodes?.includes(code) === true)
}
