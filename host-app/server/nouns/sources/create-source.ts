import type { AuthMethod } from '@bobbin/shared/auth-method'
import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import type { SettingFault } from '@bobbin/shared/setting-faults'
import { askedIn, missingSettings, shownProperties, type Values } from '@bobbin/shared/setting-rules'
import { infoFor } from '../../../connectors/auth-methods.ts'
import { AppError } from '../../ground/app-error.ts'
import { tellAccount } from '../events/events.ts'
import type { Transaction } from '../../store/database.ts'
import type { SourceParts } from './source-parts.ts'
import { endpointFaults, tokenAddressFaults } from './endpoint-faults.ts'
import { givenInForm, splitSecrets } from './given-settings.ts'
import { InvalidSettings } from './invalid-settings.ts'
import { inOurSpelling } from './other-spellings.ts'
import { givenFault } from './setting-fault.ts'
import { isOffered, reportCard } from './report-card.ts'
import { requireCronExpression } from './schedule.ts'
import { methodFaults, noClient, withMethod } from './sign-in-method.ts'
import { freeName, requireFreeName, requireName, suitName } from './source-name.ts'
import type { SourceRow } from './source-row.ts'

export interface NewSource {
  type: string
  display_name: string
  properties?: Record<string, string> | undefined
  /** What the app has said in the flow of a form, whether that asks for it or not. */
  ruled?: Readonly<Record<string, string>>
  /** The client of its account by which it alone is to be authorized; the caller has found it. */
  oauth_client_id?: string | null | undefined
  /** The ways to sign in that can be used; the caller has found them. Absent: all. */
  methods?: readonly AuthMethod[]
}

export interface CreateOptions {
  /** The wizard: every needed setting must be there. The API may send the rest later. */
  mustBeComplete: boolean
  /** The wizard: a name that is taken gets a number. The API is told. */
  uniqueName: boolean
}

/**
 * Throws InvalidType, AccessDenied, Unavailable (`no_client`), InvalidDisplayName, InvalidName, InvalidProperties,
 * InvalidCronExpression.
 */
export async function createSource(
  parts: Pick<SourceParts, 'registry' | 'credentials' | 'events' | 'now'>,
  tx: Transaction,
  accountId: number,
  input: NewSource,
  options: CreateOptions,
): Promise<SourceRow> {
  const info = requireType(parts, input.type)
  const { methods = info.auth_methods } = input
  if (methods.length === 0) throw noClient(info)
  const displayName = requireDisplayName(input.display_name)
  const isForm = options.mustBeComplete
  const properties = input.properties ?? {}
  const asked = isForm ? properties : inOurSpelling(info, properties)
  const said = { ...(isForm ? givenInForm(info, asked) : asked), ...input.ruled }
  const values = withMethod(info, said, methods)
  const given = givenValues(info, values, isForm)
  requireMethod(info, given, methods, isForm)
  requireEndpoints(parts, info, given, isForm)
  const { cron_expression: cron } = given
  if (cron) requireCronExpression(cron, parts.now())
  const name = options.uniqueName
    ? await freeName(tx.db, accountId, suitName(displayName, info.slug))
    : requireName(displayName)
  if (!options.uniqueName) await requireFreeName(tx.db, accountId, name, displayName)

  const settings = splitSecrets(info, given)
  return insertSource(parts, tx, accountId, {
    type: info.type,
    displayName,
    name,
    ...settings,
    oauthClientId: input.oauth_client_id ?? null,
    isPaused: false,
  })
}

interface SourceValues {
  type: string
  displayName: string
  name: string
  plain: Record<string, string>
  secret: Record<string, string>
  oauthClientId: string | null
  isPaused: boolean
}

/** Stores a source whose values are known to be good, seals its secrets and tells the account. */
export async function insertSource(
  parts: Pick<SourceParts, 'registry' | 'credentials' | 'events' | 'now'>,
  tx: Transaction,
  accountId: number,
  { type, displayName, name, plain, secret, oauthClientId, isPaused }: SourceValues,
): Promise<SourceRow> {
  const at = parts.now()
  const row = await tx.db
    .insertInto('source')
    .values({
      account_id: accountId,
      type,
      display_name: displayName,
      name,
      properties: JSON.stringify(plain),
      settings_version: 1,
      external_account: null,
      oauth_client_id: oauthClientId,
      check_job_name: null,
      recheck_at: null,
      paused_at: isPaused ? at : null,
      system_paused_at: null,
      deleted_at: null,
      created_at: at,
      updated_at: at,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  tx.touch({ accountId, sourceId: row.id })
  if (Object.keys(secret).length > 0) {
    await parts.credentials.save(tx, { accountId, sourceId: row.id, kind: 'form', values: secret })
  }
  await tellAccount(tx, parts.events, accountId, 'source.created', {
    source_id: row.id,
    type,
    display_name: displayName,
  })
  return row
}

/** Trimmed. Throws InvalidDisplayName when nothing to read remains. */
export function requireDisplayName(text: string): string {
  const name = text.trim()
  if (name === '' || /\p{Cc}/u.test(name)) {
    throw new AppError('InvalidDisplayName', { message: `invalid display_name (${text})` })
  }
  return name
}

/** What is known of a type of which a source may be made. Throws InvalidType, AccessDenied. */
export function requireType({ registry }: Pick<SourceParts, 'registry'>, type: string): ConnectorInfo {
  const info = registry.find(type)?.info
  if (!info) {
    throw new AppError('InvalidType', { message: `invalid source type (${type})`, data: { type } })
  }
  if (!isOffered(info)) {
    throw new AppError('AccessDenied', { message: `you do not have access to source type (${type})` })
  }
  return info
}

function requireMethod(
  info: ConnectorInfo,
  given: Values,
  methods: readonly AuthMethod[],
  isForm: boolean,
): void {
  const faults = methodFaults(info, given, methods)
  if (Object.keys(faults).length === 0) return
  const card = isForm ? null : reportCard(infoFor(info, given), new Set(Object.keys(given)), new Set())
  throw new InvalidSettings(info, faults, { card, reason: 'no_client' })
}

function requireEndpoints(
  { registry }: Pick<SourceParts, 'registry'>,
  info: ConnectorInfo,
  given: Values,
  isForm: boolean,
): void {
  const connector = registry.find(info.type)
  const faults = connector
    ? { ...endpointFaults(connector, given), ...tokenAddressFaults(connector, given) }
    : {}
  if (Object.keys(faults).length === 0) return
  const card = isForm ? null : reportCard(infoFor(info, given), new Set(Object.keys(given)), new Set())
  throw new InvalidSettings(info, faults, { card })
}

/** The values to store. A form drops what it does not show; a program's mistakes are all named. */
function givenValues(info: ConnectorInfo, properties: Values, isForm: boolean): Record<string, string> {
  const filled = Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== ''))
  const shown = new Set(shownProperties(info.properties, filled).map(({ name }) => name))
  const known = new Set(info.properties.map(({ name }) => name))
  const faults = new Map<string, SettingFault>()
  const kept: [string, string][] = []
  for (const [name, value] of Object.entries(filled)) {
    if (isForm && known.has(name) && !shown.has(name)) continue
    const fault = givenFault(info, name, value)
    if (fault) faults.set(name, fault)
    else kept.push([name, value])
  }
  const later = new Set(askedIn(info.properties, 'oauth').map(({ name }) => name))
  const missing = missingSettings(info.properties, filled, new Set())
  for (const [name, fault] of Object.entries(missing)) {
    const isEmpty = Object.hasOwn(properties, name)
    const isDue = isForm && !later.has(name)
    if ((isDue || isEmpty) && !faults.has(name)) faults.set(name, fault)
  }
  const values = Object.fromEntries(kept)
  if (faults.size > 0) {
    const card = isForm ? null : reportCard(infoFor(info, values), new Set(Object.keys(values)), new Set())
    throw new InvalidSettings(info, Object.fromEntries(faults), { card })
  }
  return values
}
