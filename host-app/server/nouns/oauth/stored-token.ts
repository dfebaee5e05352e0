import { createHash } from 'node:crypto'
import { ConnectorError, type Connector } from '../../../connectors/connector.ts'
import { settingsGrantOf } from '../../../connectors/auth-methods.ts'
import {
  type CredentialStore,
  type GrantVersion,
  type GrantedValues,
  type OpenedCredentials,
  granted,
} from '../credentials/credentials.ts'
import { type SourceRow, openSettings, plainProperties } from '../sources/sources.ts'
import type { Database, Transaction } from '../../store/database.ts'
import { timeoutWithin } from './token-timeout.ts'
import type { RefreshParts } from './fresh-grant.ts'
import { type SettingsPlace, refusedSettings, requestSettingsToken } from './settings-token.ts'

/** A token of a source, and how it is told from all others. */
export interface SourceToken {
  readonly key: string
  readonly accountId: number
  readonly sourceId: number
  /** Of a grant beside the main one. */
  readonly role: string | null
  /** Whether the source ends with it. */
  readonly isFatal: boolean
  readonly refreshMargin: number | undefined
}

/** What settings are exchanged for. It counts for these settings alone: with others its key is another. */
export interface SettingsToken extends SourceToken, SettingsPlace {
  readonly kind: 'token'
  readonly digest: string
}

/** The settings are others than those that a token was asked for with: it has to be asked for anew. */
export class SettingsChanged extends Error {
  override readonly name = 'SettingsChanged'
}

/**
 * So long nobody asks again with settings that were refused: each caller would, and vendors lock accounts for it. Short
 * enough for somebody who has mended it at the vendor.
 */
const refusedFor = 15_000

/** No client of ours has a part in it. */
const unissued = { oauthClientId: null }

/** Null where the source does not sign in so. */
export async function findSettingsToken(
  { credentials }: { credentials: Pick<CredentialStore, 'open'> },
  connector: Connector,
  source: SourceRow,
  tx?: Transaction,
): Promise<SettingsToken | null> {
  const bySettings = settingsGrantOf(connector, plainProperties(source))
  if (!bySettings) return null
  const { account_id: accountId, id: sourceId } = source
  const { info, hosts } = connector
  const { values: settings } = await openSettings({ credentials }, info, source, tx)
  const digest = digestOf(settings)
  const { refreshMargin } = bySettings
  const key = `${accountId}/${sourceId}/${digest}`
  const place = { slug: info.slug, bySettings, hosts, settings }
  const token = { key, digest, accountId, sourceId, refreshMargin, role: null, isFatal: true }
  return { kind: 'token', ...token, ...place }
}

/**
 * What is stored of it: a token, or nothing that is of any use yet.
 * @throws {ConnectorError} what the vendor refused these settings with a moment ago
 * @throws {SettingsChanged}
 */
export async function openSettingsToken(
  {
    database,
    credentials,
    findNow,
    now,
  }: {
    database: Pick<Database, 'write'>
    credentials: Pick<CredentialStore, 'open' | 'save'>
    /** As the settings are now; null where they are exchanged for nothing any more. */
    findNow: (tx: Transaction) => Promise<Pick<SettingsToken, 'digest'> | null>
    now: () => number
  },
  { accountId, sourceId, digest, bySettings }: SettingsToken,
): Promise<OpenedCredentials> {
  const isOurs = (row: OpenedCredentials | null) => row?.values['settings_digest'] === digest
  let opened = await credentials.open(accountId, sourceId, 'token')
  if (!isOurs(opened)) {
    await database.write(async (tx) => {
      if ((await findNow(tx))?.digest !== digest) throw new SettingsChanged()
      if (isOurs(await credentials.open(accountId, sourceId, 'token', tx))) return
      // Nothing yet, but something to take turns by.
      const values = { settings_digest: digest }
      await credentials.save(tx, { accountId, sourceId, kind: 'token', values, expiresAt: 0 })
    })
    opened = await credentials.open(accountId, sourceId, 'token')
  }
  if (!opened || !isOurs(opened)) throw new SettingsChanged()
  const { settings_refused: refused } = opened.values
  const isRefused = refused !== undefined && opened.expiresAt !== null && opened.expiresAt > now()
  if (isRefused) throw refusedSettings(bySettings, refused || null)
  return opened
}

/** What the settings were exchanged for; null when the row changed meanwhile and must be looked at again. */
export async function exchangeUnderLease(
  { grants, outbound, lease, now, log, unsaved }: RefreshParts,
  token: SettingsToken,
  version: GrantVersion,
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

function digestOf(settings: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(settings).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('base64url')
}
