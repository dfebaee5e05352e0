import type { AuthMethod } from '@bobbin/shared/auth-method'
import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import type { EditExtent } from '@bobbin/shared/steps'
import { authMethodName, infoFor } from '../../../connectors/auth-methods.ts'
import { AppError } from '../../ground/app-error.ts'
import { tellAccount } from '../events/events.ts'
import type { Transaction } from '../../store/database.ts'
import { requireDisplayName } from './create-source.ts'
import { endpointFaults, tokenAddressFaults } from './endpoint-faults.ts'
import type { SourceParts } from './source-parts.ts'
import { splitSecrets } from './given-settings.ts'
import { requireCronExpression } from './schedule.ts'
import { methodFaults } from './sign-in-method.ts'
import { planSettings, type SettingsChange, type UpdateMode } from './settings-change.ts'
import { changeSource, plainProperties, getSourceRow, type SourceRow } from './source-row.ts'
import { viewSource } from './source-view.ts'
import { InvalidSettings } from './invalid-settings.ts'

export interface SourceChange {
  display_name?: string | undefined
  properties?: Record<string, string | null> | undefined
  /** What the app has said in the flow of a form, whether that asks for it or not. */
  ruled?: Readonly<Record<string, string>>
  /** Any date-time of ISO 8601 pauses at once; null ends the pause. */
  paused_at?: string | null | undefined
  /** The client of its account by which it alone is to be authorized; the caller has found it. */
  oauth_client_id?: string | null | undefined
  /** The ways to sign in that can be used; the caller has found them. Absent: all. */
  methods?: readonly AuthMethod[]
}

type Parts = Pick<SourceParts, 'registry' | 'credentials' | 'facts' | 'events' | 'now'>

/** Throws SourceNotFound, InvalidDisplayName, InvalidProperties, InvalidCronExpression; then nothing has changed. */
export async function updateSource(
  parts: Parts,
  tx: Transaction,
  accountId: number,
  id: number,
  change: SourceChange,
  mode: UpdateMode,
): Promise<{ row: SourceRow; extent: EditExtent }> {
  const row = await getSourceRow(tx.db, accountId, id)
  const displayName =
    change.display_name === undefined ? row.display_name : requireDisplayName(change.display_name)
  const pausedAt = change.paused_at === undefined ? row.paused_at : millisOf(change.paused_at)
  const changed: string[] = []
  if (displayName !== row.display_name) changed.push('display_name')
  if (pausedAt !== row.paused_at) changed.push('paused_at')
  const oauthClientId = change.oauth_client_id === undefined ? row.oauth_client_id : change.oauth_client_id
  if (oauthClientId !== row.oauth_client_id) changed.push('oauth_client_id')

  const settings = change.properties ? await applySettings(parts, tx, row, change, mode) : null
  if (settings && (settings.changed.length > 0 || settings.changesOurs)) changed.push('properties')
  const isRenamed = displayName !== row.display_name
  const extent = (await needsGrant(parts, tx, row, settings)) ? 'auth' : extentOf(settings, isRenamed)
  if (settings?.touchesAuthorization) await parts.credentials.reject(tx, accountId, id, 'oauth')
  if (settings && settings.changed.length > 0) await parts.credentials.dropToken(tx, accountId, id)
  if (changed.length === 0 && settings?.isStoredSame !== false) return { row, extent }

  const updated = await changeSource(tx, accountId, id)
    .set({
      display_name: displayName,
      paused_at: pausedAt,
      oauth_client_id: oauthClientId,
      properties: settings ? JSON.stringify(settings.plain) : row.properties,
      settings_version: row.settings_version + (settings && settings.changed.length > 0 ? 1 : 0),
      updated_at: parts.now(),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  if (changed.length > 0) {
    await tellAccount(tx, parts.events, accountId, 'source.updated', { source_id: id, changed })
  }
  return { row: updated, extent }
}

async function applySettings(
  parts: Parts,
  tx: Transaction,
  row: SourceRow,
  { properties: given = {}, ruled = {}, methods }: SourceChange,
  mode: UpdateMode,
): Promise<SettingsChange> {
  const connector = parts.registry.find(row.type)
  if (!connector) {
    throw new AppError('Conflict', {
      message: `The source type ${row.type} is no longer there.`,
      data: { reason: 'unknown_type', type: row.type },
    })
  }
  const { info } = connector
  const stored = plainProperties(row)
  const plan = async (opens: boolean) =>
    planSettings(info, stored, await openSecrets(parts, tx, row, opens), given, mode, ruled)
  let settings = await plan(touchesSecret(info, { ...given, ...ruled }))
  // Dropping one seals the others again.
  if (settings.forgets) settings = await plan(true)
  const unusable = methods ? methodFaults(info, settings.plain, methods, stored) : {}
  const faults = {
    ...unusable,
    ...(settings.touchesAuthorization && endpointFaults(connector, settings.plain)),
    ...(settings.changed.length > 0 && tokenAddressFaults(connector, settings.plain)),
    ...settings.faults,
  }
  if (Object.keys(faults).length > 0) {
    const card = mode === 'merge' ? (await viewSource(parts, row, tx)).report_card : null
    const isNeededAgain = settings.neededAgain.length > 0
    const hasNoClient = Object.keys(unusable).length > 0
    throw new InvalidSettings(info, faults, {
      card,
      reason: isNeededAgain ? 'secret_needed_again' : hasNoClient ? 'no_client' : undefined,
    })
  }
  const { cron_expression: cron } = settings.plain
  if (cron && cron !== stored['cron_expression']) requireCronExpression(cron, parts.now())
  if (settings.hasNewSecrets) {
    await parts.credentials.save(tx, {
      accountId: row.account_id,
      sourceId: row.id,
      kind: 'form',
      values: settings.secret,
    })
  }
  return settings
}

function touchesSecret(info: ConnectorInfo, given: Record<string, string | null>): boolean {
  const asText = Object.fromEntries(Object.keys(given).map((name) => [name, given[name] ?? '']))
  return Object.keys(splitSecrets(info, asText).secret).length > 0
}

/** The secrets in clear where the change touches one; elsewhere only their names, and nothing is opened. */
async function openSecrets(
  { credentials }: Parts,
  tx: Transaction,
  row: SourceRow,
  opens: boolean,
): Promise<{ names: readonly string[]; values: Record<string, string> | null }> {
  const kept = await credentials.describe(row.account_id, row.id, 'form', tx)
  if (!kept || !opens) return { names: kept?.names ?? [], values: kept ? null : {} }
  const opened = await credentials.open(row.account_id, row.id, 'form', tx)
  return { names: kept.names, values: opened?.values ?? {} }
}

/** The source comes to sign in by OAuth, and has no grant from an earlier time when it did. */
async function needsGrant(
  { registry, credentials }: Pick<Parts, 'registry' | 'credentials'>,
  tx: Transaction,
  { account_id: accountId, id, type }: SourceRow,
  settings: SettingsChange | null,
): Promise<boolean> {
  const info = registry.find(type)?.info
  if (!info || !settings?.changed.includes(authMethodName)) return false
  if (!infoFor(info, settings.plain).steps.includes('oauth')) return false
  return (await credentials.describe(accountId, id, 'oauth', tx))?.status !== 'ok'
}

function extentOf(settings: SettingsChange | null, isRenamed: boolean): EditExtent {
  if (settings?.touchesAuthorization) return 'auth'
  if (settings && settings.changed.length > 0) return 'property'
  return isRenamed ? 'name' : 'nothing'
}

function millisOf(time: string | null): number | null {
  return time === null ? null : Date.parse(time)
}
