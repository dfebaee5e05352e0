import type { ConnectorInfo, PropertyInfo } from '@bobbin/shared/connector-info'
import type { Preset, TokenProperties } from '@bobbin/shared/session'
import type { SettingFault } from '@bobbin/shared/setting-faults'
import { isNeeded, isOfForm, isOurs, tidied, type Values } from '@bobbin/shared/setting-rules'
import type { Connector } from '../../../connectors/connector.ts'
import { endpointFaults } from './endpoint-faults.ts'
import { InvalidSettings } from './invalid-settings.ts'
import { inOurSpelling } from './other-spellings.ts'
import { requireCronExpression } from './schedule.ts'
import { givenFault } from './setting-fault.ts'

/** Settings that the app gives in a flow, by the names that are ours. Some are secrets: never answer or log them. */
export type Presets = Readonly<Record<string, Preset>>

/** What a source has: its settings that are no secrets, and the names of those that are. */
export interface StoredSettings {
  readonly properties: Values
  readonly kept_secrets: readonly string[]
}

/** The person does not set it in this flow. */
export function isRuled({ locked, hidden }: Preset = {}): boolean {
  return locked === true || hidden === true
}

/** The presets that are no secrets, as values. */
export function plainPresets({ properties }: Pick<ConnectorInfo, 'properties'>, presets: Presets): Values {
  const values = properties.flatMap(({ name, is_credential: isSecret }): [string, string][] => {
    const value = isSecret ? undefined : presets[name]?.value
    return value === undefined ? [] : [[name, value]]
  })
  return Object.fromEntries(values)
}

/**
 * Reads what a token gives by the rules of its source type. `stored`: what the source has that is worked on; null where none
 * is known yet, and it may have what is not given.
 * @throws {AppError} InvalidProperties, InvalidCronExpression
 */
export function readPresets(
  connector: Connector,
  given: TokenProperties,
  stored: StoredSettings | null,
  now: number,
): Presets {
  const { info } = connector
  const presets = withPlaces(info, inOurNames(info, given))
  const faults = new Map<string, SettingFault>(
    Object.entries(endpointFaults(connector, { ...stored?.properties, ...plainPresets(info, presets) })),
  )
  for (const [name, preset] of Object.entries(presets)) {
    const property = info.properties.find((one) => one.name === name)
    const fault = property
      ? (valueFault(info, property, preset) ?? restFault(info, property, presets, stored))
      : givenFault(info, name, '')
    if (fault) faults.set(name, fault)
  }
  if (faults.size > 0) throw new InvalidSettings(info, Object.fromEntries(faults), { card: null })
  const cron = presets['cron_expression']?.value
  if (cron !== undefined) requireCronExpression(cron, now)
  return presets
}

const withoutValue = ({ value: _, ...rest }: Preset): Preset => rest

function inOurNames(info: ConnectorInfo, given: TokenProperties): Map<string, Preset> {
  const ours = (name: string) =>
    info.properties.find(({ also_named: others }) => others?.includes(name))?.name ?? name
  const presets = new Map(Object.entries(given).map(([name, preset]) => [ours(name), preset]))
  const values = inOurSpelling(
    info,
    Object.fromEntries([...presets].map(([name, { value }]) => [name, value ?? null])),
  )
  const filled = Object.entries(values).filter((one): one is [string, string] => one[1] !== null)
  const meant = tidied(info.properties, Object.fromEntries(filled))
  return new Map(
    Object.keys(values).map((name) => {
      const rest = withoutValue(presets.get(name) ?? {})
      const value = Object.hasOwn(meant, name) ? meant[name] : undefined
      return [name, value === undefined ? rest : { ...rest, value }]
    }),
  )
}

/**
 * A secret that the app gives, and the person does not see, goes nowhere but where the app says: what says so is set by the
 * app as well, and where that gives no value of it there is none.
 */
function withPlaces(info: ConnectorInfo, presets: ReadonlyMap<string, Preset>): Presets {
  const all = new Map(presets)
  for (const property of info.properties) {
    const { name } = property
    const preset = presets.get(name)
    if (!isPlaceOfGiven(property, presets) || isRuled(preset) || !isOfForm(property) || isOurs(property))
      continue
    all.set(name, preset?.value === undefined ? { hidden: true } : { ...preset, locked: true })
  }
  return Object.fromEntries(all)
}

function isPlaceOfGiven({ binds = [] }: PropertyInfo, presets: ReadonlyMap<string, Preset>): boolean {
  return binds.some((name) => presets.get(name)?.value !== undefined && isRuled(presets.get(name)))
}

function valueFault(info: ConnectorInfo, { name, property_type: type }: PropertyInfo, { value }: Preset) {
  return value === undefined && type !== 'read_only' ? null : givenFault(info, name, value ?? '')
}

/** What is wrong with it beside its value. */
function restFault(
  info: ConnectorInfo,
  property: PropertyInfo,
  presets: Presets,
  stored: StoredSettings | null,
): SettingFault | null {
  const { name, default: usual, property_type: type } = property
  const { value } = presets[name] ?? {}
  if (!isRuled(presets[name])) return null
  const before = stored?.properties[name]
  if (value !== undefined) {
    const isFixed = type === 'user_provided_immutable' && before !== undefined && before !== value
    return isFixed ? { rule: 'fixed', parameters: {} } : null
  }
  // Where it went before, the person may have said.
  const isElsewhere =
    before !== undefined && before !== usual && isPlaceOfGiven(property, new Map(Object.entries(presets)))
  const isThere = stored === null || before !== undefined || stored.kept_secrets.includes(name)
  const isLacking = isNeeded(property) && usual === undefined && !isThere
  const isMissing = isElsewhere || (isLacking && mayShow(info, property, presets, stored))
  return isMissing ? { rule: 'missing', parameters: {} } : null
}

/** Not where the app has set what hides it. */
function mayShow(
  info: ConnectorInfo,
  property: PropertyInfo,
  presets: Presets,
  stored: StoredSettings | null,
  seen: readonly string[] = [],
): boolean {
  const rule = property.show_when
  const other = rule && info.properties.find(({ name }) => name === rule.property)
  if (!other || !isRuled(presets[other.name]) || seen.includes(other.name)) return true
  const value = presets[other.name]?.value ?? stored?.properties[other.name] ?? other.default
  if (value === undefined || !rule.in.includes(value)) return false
  return mayShow(info, other, presets, stored, [...seen, other.name])
}
