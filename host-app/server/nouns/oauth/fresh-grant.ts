import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { randomId } from '@bobbin/shared/random-id'
import { ConnectorError } from '../../../connectors/connector.ts'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import { traitsOf } from '../../../connectors/refresh-traits.ts'
import { isOperatorsFault, whereToLook } from './blame.ts'
import {
  type GrantVersion,
  type OpenedCredentials,
  type RenewalFailure,
  mustWait,
} from '../credentials/credentials.ts'
import { type GrantedValues, type SourceGrants, granted } from '../credentials/credentials.ts'
import { lifeOfRenewal, withTokenEnd } from './grant-lives.ts'
import { plainCode } from './refusal-words.ts'
import { whereClientIs, type Providers } from './providers.ts'
import type { ConsentedGrant, RenewableGrant, RenewableGrants } from './renewable-grants.ts'
import type { Outbound } from '../../edges/outbound/outbound.ts'
import { exchangeUnderLease } from './exchange-settings.ts'
import { isTooYoung, mayRenew } from './may-renew.ts'
import { probeLifetime } from './probe-lifetime.ts'
import { SettingsChanged } from './stored-token.ts'
import { createUnsavedReplies, type UnsavedReplies } from './unsaved-replies.ts'

/** A token that is handed out lives at least this long, so that the work it is for can be done; less where the provider renews none so early. */
const usualMargin = 60_000
const betweenLooks = 100

export interface FreshGrantParts {
  readonly grants: RenewableGrants
  readonly providers: Pick<Providers, 'refresh' | 'lifetimeOf' | 'redirectUri'>
  /** How long a refresh may be in one process's hands, in milliseconds. */
  readonly lease: number
  /** For token endpoints where no client of ours takes part. */
  readonly outbound: Pick<Outbound, 'fetch'>
  readonly now: () => number
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>
}

interface RefreshParts extends FreshGrantParts {
  readonly unsaved: UnsavedReplies
}

/**
 * What was granted, with access tokens that are valid for a while; null where the source signs in without one. Never answer
 * or log it.
 */
export type FreshGrant = (
  accountId: number,
  sourceId: number,
  /** A token that the vendor has refused, whatever its time: another is fetched if it is still the stored one. */
  wish?: { readonly otherThan: string | null },
) => Promise<SourceGrants | null>

/**
 * Grants with access tokens that are good for a while, refreshed when need be. What must hold:
 * a refresh token is used once, because many providers end the grant when it is used twice; so callers of
 * one process share one refresh, and processes take turns by a lease in the row;
 * the new tokens replace the old in one write, which is tried until it lands;
 * a grant is declared dead only if its row still holds what the provider refused;
 * a provider that fails, or refuses without a reason, is not asked again by each caller, and what it refuses without a
 * reason is believed only in the long run.
 */
export function createFreshGrants(parts: FreshGrantParts): FreshGrant {
  const { grants, now, log } = parts
  type Wish = Parameters<FreshGrant>[2]
  const running = new Map<string, Promise<GrantedValues>>()
  const unsaved = createUnsavedReplies(log)

  async function freshOne(grant: RenewableGrant, { otherThan }: Wish = { otherThan: null }) {
    const { key, refreshMargin = usualMargin } = grant
    const kept = unsaved.find(key)
    const isKept = kept && kept.values.access_token !== otherThan
    if (isKept && isFresh(kept, refreshMargin, now())) return kept.values
    const opened = await grants.open(grant)
    const refused = opened.values['access_token'] === otherThan ? opened.version : null
    if (isUsable(grant, opened, refused, now())) return granted(opened.values)

    let refresh = running.get(key)
    if (!refresh) {
      refresh = refreshInTurn({ ...parts, unsaved }, grant, refused).finally(() => running.delete(key))
      running.set(key, refresh)
    }
    try {
      return await refresh
    } catch (error) {
      // Renewed long before its end, it is good for as long as nobody says that it has ended.
      const isGood = opened.version !== refused && isFresh(opened, usualMargin, now())
      if (isGood && error instanceof ConnectorError && error.code !== 'AuthorizationExpired') {
        return granted(opened.values)
      }
      throw error
    }
  }

  /** Null where the source does without it. */
  async function freshOther(grant: RenewableGrant, wish: Wish): Promise<GrantedValues | null> {
    try {
      return await freshOne(grant, wish)
    } catch (error) {
      const isEnded = error instanceof ConnectorError && error.code === 'AuthorizationExpired'
      if (isEnded && !grant.isFatal) return null
      throw error
    }
  }

  async function freshAll(accountId: number, sourceId: number, wish: Wish): Promise<SourceGrants | null> {
    const [main, ...rest] = await grants.find(accountId, sourceId)
    if (!main) return null
    const values = await freshOne(main, wish)
    const others: Record<string, GrantedValues> = {}
    const fresh = await Promise.all(
      rest.map(async (grant) => ({ role: grant.role, values: await freshOther(grant, wish) })),
    )
    for (const other of fresh) if (other.role !== null && other.values) others[other.role] = other.values
    return { values, others }
  }

  return async function freshGrant(accountId, sourceId, wish) {
    for (;;) {
      try {
        return await freshAll(accountId, sourceId, wish)
      } catch (error) {
        if (!(error instanceof SettingsChanged)) throw error
      }
    }
  }
}

function isFresh({ expiresAt }: Pick<OpenedCredentials, 'expiresAt'>, margin: number, now: number): boolean {
  return expiresAt === null || expiresAt - now >= margin
}

/** `refused`: the version whose token the vendor does not take any more. */
function isUsable(
  grant: RenewableGrant,
  opened: OpenedCredentials,
  refused: number | null,
  now: number,
): boolean {
  return opened.version !== refused && isFresh(opened, marginOf(grant, opened, now), now)
}

/** What its provider does not renew yet is good for as long as it lives. */
function marginOf(grant: RenewableGrant, opened: OpenedCredentials, now: number): number {
  const { refreshMargin = usualMargin, role } = grant
  const isYoung = grant.kind !== 'token' && isTooYoung(grant.place.provider, role, opened, now)
  return isYoung ? 1 : refreshMargin
}

function isRenewable(grant: RenewableGrant, opened: OpenedCredentials, now: number): boolean {
  return grant.kind === 'token' || mayRenew(grant.place.provider, grant.role, opened, now)
}

/** Refreshes, or waits for whoever does. */
async function refreshInTurn(
  parts: RefreshParts,
  grant: RenewableGrant,
  refused: number | null,
): Promise<GrantedValues> {
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
    if (isUsable(grant, opened, refused, now())) return granted(opened.values)
    // By its time it still lives: whether it is dead after all, whoever was refused has to say.
    const isAlive = isFresh(opened, marginOf(grant, opened, now()), now())
    if (isAlive && !isRenewable(grant, opened, now()) && grant.isFatal) {
      throw new ConnectorError('AuthorizationExpired')
    }
    if (mustWait(opened, now())) throw failed(opened.failure)
    const version = { ...grant, version: opened.version }
    const id = randomId()
    // A lease is never renewed, so one that stays the same this long is over, whatever the clocks say.
    const dead = performance.now() - watched.since >= lease ? watched.holder : null
    const until = now() + lease
    const repeatAt = isRepeated(grant, opened, now()) ? until : null
    const answer = await grants.takeLease(version, { id, until, dead, repeatAt })
    if (answer.isTaken) {
      const values =
        grant.kind === 'token'
          ? await exchangeUnderLease(parts, grant, { version, values: opened.values }, id)
          : await refreshUnderLease(parts, grant, version, opened, id)
      if (values !== null) return values
    } else {
      if (answer.holder !== watched.holder) watched = { holder: answer.holder, since: performance.now() }
      await delay(betweenLooks)
    }
  }
  throw new ConnectorError('VendorUnavailable')
}

/** What was renewed; null when the row changed meanwhile and must be looked at again. */
async function refreshUnderLease(
  parts: RefreshParts,
  grant: ConsentedGrant,
  version: GrantVersion,
  opened: OpenedCredentials,
  leaseId: string,
): Promise<GrantedValues | null> {
  const { grants, providers, now, log, unsaved } = parts
  const { sourceId, role, place } = grant
  const { slug, provider } = place
  if (!mayRenew(provider, role, opened, now())) return await grants.end(grant, version)
  const { accountId } = grant
  const { oauthClientId } = opened
  const issuer = { accountId, oauthClientId }
  const answer = await providers.refresh(place, issuer, { ...grant.settings, ...opened.values }, role)
  if (answer.kind === 'granted') {
    // What the reply leaves out stays: a provider that does not rotate sends no new refresh token.
    const values = granted({ ...opened.values, ...answer.values })
    // What a reply does not say is as it was: a token does not become eternal by being renewed.
    const lifetime = answer.lifetime ?? opened.lifetime ?? provider.assumedLifetime ?? null
    const expiresAt = lifetime === null ? null : now() + lifetime
    const renewed = { values: answer.values, refreshLifetime: answer.refreshLifetime, before: opened.life }
    const ofReply = lifeOfRenewal(traitsOf(provider, role), renewed, now())
    const life = withTokenEnd(provider, role, { life: ofReply, expiresAt })
    const save = () => grants.save(version, { values, expiresAt, lifetime, life, oauthClientId })
    if (!(await unsaved.save(grant.key, { values, expiresAt, save }))) return null
    if (provider.lifetimeProbe && answer.lifetime === null && role === null) {
      // After the save, since the token before may have been spent.
      const saved = { ...version, version: version.version + 1 }
      await probeLifetime(parts, grant, { saved, oauthClientId, values })
    }
    return values
  }
  if (answer.kind === 'unregistered') {
    // No other client may renew it: it can only be granted anew.
    if (oauthClientId !== null) return await grants.end(grant, version)
    await grants.releaseLease(version, leaseId)
    throw failed('misconfigured')
  }
  if (answer.kind === 'unreachable') {
    const { cause, retryAfter } = answer
    await grants.pause(version, 'unreachable', retryAfter)
    log.warn({ slug, sourceId, role, cause }, 'A token could not be refreshed. It is asked for again later.')
  } else if (isGrantEnded(provider, answer.code)) {
    return await grants.end(grant, version)
  } else if (isOperatorsFault(provider, answer.code) && !isVague(answer.code)) {
    await grants.pause(version, 'misconfigured', answer.retryAfter)
    const look = { settings: whereClientIs(slug, issuer), redirectUri: providers.redirectUri(slug), provider }
    const { code, said } = answer
    log.error(
      { slug, sourceId, role, code, said },
      `The provider rejects our client. ${whereToLook(code, look)}`,
    )
    throw failed('misconfigured')
  } else if ((await grants.noteRefusal(grant, version, answer)) === null) {
    return null
  }
  throw failed('unreachable')
}

/**
 * Whether a renewal whose answer got lost is asked for again by itself: a provider that takes the spent token once more does
 * so for a while, and by the time that somebody needs the token that may be over.
 */
function isRepeated(
  grant: RenewableGrant,
  { failure, failingSince }: OpenedCredentials,
  now: number,
): boolean {
  if (grant.kind === 'token' || failure === 'misconfigured') return false
  const { rotates, reuseGrace } = traitsOf(grant.place.provider, grant.role)
  if (rotates !== true || reuseGrace === undefined) return false
  return failingSince === null || now - failingSince < reuseGrace
}

/** What whoever needs the token is told. */
function failed(failure: RenewalFailure | null): ConnectorError {
  return new ConnectorError(failure === 'misconfigured' ? 'AppMisconfigured' : 'VendorUnavailable')
}

/** By which some providers end a grant, and others refuse what we ask: the long run tells. */
function isVague(code: string | null): boolean {
  return code !== null && plainCode(code).startsWith('invalid_request')
}

function isGrantEnded({ quirks }: OAuthProvider, code: string | null): boolean {
  return code === 'invalid_grant' || (code !== null && quirks?.endedGrantCodes?.includes(code) === true)
}
