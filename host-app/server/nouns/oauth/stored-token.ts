import { createHash } from 'node:crypto'
import type { Connector } from '../../../connectors/connector.ts'
import { settingsGrantOf } from '../../../connectors/auth-methods.ts'
import type { CredentialStore, OpenedCredentials } from '../credentials/credentials.ts'
import { type SourceRow, openSettings, plainProperties } from '../sources/sources.ts'
import type { Database, Transaction } from '../../store/database.ts'
import { type SettingsPlace, refusedSettings } from './settings-token.ts'

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

function digestOf(settings: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(settings).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('base64url')
}
