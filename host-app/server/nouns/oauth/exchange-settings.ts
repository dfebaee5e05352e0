import type { Logger } from 'pino'
import { ConnectorError } from '../../../connectors/connector.ts'
import type { Outbound } from '../../edges/outbound/outbound.ts'
import { type GrantVersion, type GrantedValues, granted, unsaidLife } from '../credentials/credentials.ts'
import type { RenewableGrants } from './renewable-grants.ts'
import { refusedSettings, requestSettingsToken } from './settings-token.ts'
import type { SettingsToken } from './stored-token.ts'
import { timeoutWithin } from './token-timeout.ts'
import type { UnsavedReplies } from './unsaved-replies.ts'

interface ExchangeParts {
  readonly grants: Pick<RenewableGrants, 'save' | 'pause' | 'releaseLease'>
  readonly outbound: Pick<Outbound, 'fetch'>
  /** How long the exchange may be in one process's hands, in milliseconds. */
  readonly lease: number
  readonly now: () => number
  readonly log: Pick<Logger, 'info' | 'warn'>
  readonly unsaved: UnsavedReplies
}

/**
 * So long nobody asks again with settings that were refused: each caller would, and vendors lock accounts for it. Short
 * enough for somebody who has mended it at the vendor.
 */
const refusedFor = 15_000

/** No client of ours has a part in it. */
const unissued = { oauthClientId: null, life: unsaidLife }

/** What the settings were exchanged for; null when the row changed meanwhile and must be looked at again. */
export async function exchangeUnderLease(
  { grants, outbound, lease, now, log, unsaved }: ExchangeParts,
  token: SettingsToken,
  { version, values: held }: { version: GrantVersion; values: Readonly<Record<string, string>> },
  leaseId: string,
): Promise<GrantedValues | null> {
  const { slug, sourceId, digest, bySettings } = token
  const about = { slug, sourceId }
  const refuse = async (code: string | null) => {
    const values = { settings_digest: digest, settings_refused: code ?? '' }
    return await grants.save(version, { values, expiresAt: now() + refusedFor, ...unissued, lifetime: null })
  }
  const answer = await requestSettingsToken(
    { fetch: outbound.fetch, timeout: timeoutWithin(lease), now },
    token,
    held,
  ).catch(async (error: unknown) => {
    await grants.releaseLease(version, leaseId)
    throw error
  })
  if (answer.kind === 'granted') {
    const lifetime = answer.lifetime ?? bySettings.assumedLifetime ?? null
    const expiresAt = lifetime === null ? null : now() + lifetime
    const scopes = bySettings.scopes?.join(' ')
    // A vendor that says nothing of scopes granted what it was asked for (RFC 6749, 5.1).
    const values = granted({
      ...(scopes !== undefined && { scope: scopes }),
      ...answer.values,
      settings_digest: digest,
    })
    const save = () => grants.save(version, { values, expiresAt, lifetime, ...unissued })
    return (await unsaved.save(token.key, { values, expiresAt, save })) ? values : null
  }
  if (answer.kind === 'unreachable') {
    const { cause, retryAfter } = answer
    await grants.pause(version, 'unreachable', retryAfter)
    log.warn({ ...about, cause }, 'Settings could not be exchanged for a token. It is tried again later.')
    throw new ConnectorError('VendorUnavailable')
  }
  const { code, said } = answer
  log.info({ ...about, code, said }, 'The vendor gives no token for the settings of a source.')
  if (!(await refuse(code))) return null
  throw refusedSettings(bySettings, code)
}
