import type { ConnectorInfo, PropertyInfo } from '@bobbin/shared/connector-info'
import type { SettingFault, SettingFaults } from '@bobbin/shared/setting-faults'
import {
  askedIn,
  isNeeded,
  isOfForm,
  isOurs,
  missingSettings,
  shownProperties,
  valuesInForce,
  type Values,
} from '@bobbin/shared/setting-rules'
import { isHostName } from '../../../connectors/host-properties.ts'
import { findBoundSecrets } from './bound-secrets.ts'
import { givenInForm, splitSecrets } from './given-settings.ts'
import { inOurSpelling } from './other-spellings.ts'
import { givenFault } from './setting-fault.ts'

/**
 * merge (API): what is given is set, null removes, the rest stays.
 * replace (wizard): what is absent is removed, but secrets and what the person cannot set are kept.
 */
export type UpdateMode = 'merge' | 'replace'

export interface SettingsChange {
  /** All settings to store that are no secret. */
  plain: Record<string, string>
  /** All secrets to seal; only of meaning with `hasNewSecrets`. */
  secret: Record<string, string>
  hasNewSecrets: boolean
  /** Names of the settings that now act otherwise; the host's own aside. */
  changed: string[]
  /** Settings of the host's own differ, such as when it is run. What was proven of the others still holds. */
  changesOurs: boolean
  touchesAuthorization: boolean
  /** The stored plain settings stay as they are, to the letter. */
  isStoredSame: boolean
  faults: SettingFaults
  /** Of the faults, secrets that were entered for other settings. */
  neededAgain: readonly string[]
  /** Stored secrets are dropped: they were entered for other settings, and do not show in these. */
  forgets: boolean
}

/** What a change of settings comes to. Pure. What is `ruled` holds in a form whether that asks for it or not. `secrets.values` is null where the change touches no secret. */
export function planSettings(
  info: ConnectorInfo,
  stored: Values,
  secrets: { names: readonly string[]; values: Values | null },
  asked: Readonly<Record<string, string | null>>,
  mode: UpdateMode,
  ruled: Values = {},
): SettingsChange {
  const said = mode === 'merge' ? inOurSpelling(info, asked) : givenInForm(info, asked, stored)
  const given = { ...said, ...ruled }
  const wanted = mode === 'merge' ? merged(stored, given) : replaced(info, stored, given)
  const { plain, secret: newSecrets } = splitSecrets(info, wanted)
  const removed = secrets.names.filter(
    (name) => mode === 'merge' && Object.hasOwn(given, name) && !Object.hasOwn(newSecrets, name),
  )
  const changedSecrets = [
    ...removed,
    ...Object.keys(newSecrets).filter((name) => newSecrets[name] !== secrets.values?.[name]),
  ]
  const untouched = secrets.names.filter(
    (name) => !removed.includes(name) && !Object.hasOwn(newSecrets, name),
  )
  const bound = findBoundSecrets(
    info,
    { before: stored, after: plain },
    { stored: untouched, changedSecrets },
  )
  const secret = { ...secrets.values, ...newSecrets }
  for (const name of [...removed, ...bound.forgotten]) delete secret[name]

  const before = valuesInForce(info.properties, stored)
  const after = valuesInForce(info.properties, plain)
  const different = info.properties
    .filter(({ name, is_credential: isSecret }) =>
      isSecret
        ? changedSecrets.includes(name) || bound.forgotten.includes(name)
        : before[name] !== after[name],
    )
    .map(({ name }) => name)
  const changed = different.filter((name) => !isHostName(name))

  const keptNames = new Set([
    ...untouched.filter((name) => !bound.forgotten.includes(name)),
    ...Object.keys(newSecrets),
  ])
  const touched = info.properties.filter(({ name }) => changed.includes(name))
  return {
    plain,
    secret,
    hasNewSecrets: touched.some((property) => property.is_credential),
    changed,
    changesOurs: changed.length < different.length,
    touchesAuthorization:
      bound.voidsGrant ||
      (info.steps.includes('oauth') && touched.some((property) => property.affects_authorization)),
    isStoredSame: isSame(stored, plain),
    faults: { ...bound.neededAgain, ...faultsOf(info, stored, secrets, given, { plain, keptNames }, mode) },
    neededAgain: Object.keys(bound.neededAgain),
    forgets: bound.forgotten.length > 0,
  }
}

function merged(stored: Values, given: Readonly<Record<string, string | null>>): Record<string, string> {
  const entries = new Map(Object.entries(stored))
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === '') entries.delete(name)
    else entries.set(name, value)
  }
  return Object.fromEntries(entries)
}

function replaced(
  info: ConnectorInfo,
  stored: Values,
  given: Readonly<Record<string, string | null>>,
): Record<string, string> {
  const kept = info.properties.filter((property) => {
    const { name, property_type: type } = property
    const isAsked = !isOurs(property) && isOfForm(property) && type !== 'user_provided_immutable'
    return Object.hasOwn(stored, name) && !isAsked && !given[name]
  })
  const values = merged(Object.fromEntries(kept.map(({ name }) => [name, stored[name] ?? ''])), given)
  const shown = new Set(shownProperties(info.properties, values).map(({ name }) => name))
  const known = new Set(info.properties.map(({ name }) => name))
  // The form does not show it, so the person did not mean it. What nobody knows is a fault, named below.
  return Object.fromEntries(Object.entries(values).filter(([name]) => shown.has(name) || !known.has(name)))
}

function faultsOf(
  info: ConnectorInfo,
  stored: Values,
  secrets: { names: readonly string[]; values: Values | null },
  given: Readonly<Record<string, string | null>>,
  next: { plain: Values; keptNames: ReadonlySet<string> },
  mode: UpdateMode,
): SettingFaults {
  const byName = new Map(info.properties.map((property) => [property.name, property]))
  const shown = new Set(shownProperties(info.properties, next.plain).map(({ name }) => name))
  // A Map, because a program may name any, such as `__proto__`.
  const faults = new Map<string, SettingFault>()
  for (const [name, value] of Object.entries(given)) {
    const property = byName.get(name)
    const isHidden = property !== undefined && !shown.has(name)
    if (mode === 'replace' && (isHidden || !value)) continue
    const before = property?.is_credential ? secrets.values?.[name] : stored[name]
    const fault = value
      ? before === value
        ? null
        : givenFault(info, name, value)
      : removalFault(property, isHidden, value)
    if (fault) faults.set(name, fault)
    else if (property && isFixed(property, before) && before !== (value ?? undefined)) {
      faults.set(name, { rule: 'fixed', parameters: {} })
    }
  }
  const told = Object.fromEntries(faults)
  return mode === 'merge' ? told : { ...missingInForm(info, next), ...told }
}

function missingInForm(
  { properties }: ConnectorInfo,
  { plain, keptNames }: { plain: Values; keptNames: ReadonlySet<string> },
): SettingFaults {
  const later = new Set(askedIn(properties, 'oauth').map(({ name }) => name))
  const missing = Object.entries(missingSettings(properties, plain, keptNames))
  return Object.fromEntries(missing.filter(([name]) => !later.has(name)))
}

/** Removing is fine for what nobody needs. */
function removalFault(
  property: PropertyInfo | undefined,
  isHidden: boolean,
  value: string | null,
): SettingFault | null {
  if (!property) return { rule: 'not_known', parameters: {} }
  if (property.property_type === 'read_only') return { rule: 'not_settable', parameters: {} }
  const isMissed = isNeeded(property) && !isHidden && (property.default === undefined || value === '')
  return isMissed ? { rule: 'missing', parameters: {} } : null
}

function isFixed(property: PropertyInfo, before: string | undefined): boolean {
  return property.property_type === 'user_provided_immutable' && before !== undefined
}

function isSame(left: Values, right: Values): boolean {
  const names = Object.keys(left)
  return names.length === Object.keys(right).length && names.every((name) => left[name] === right[name])
}
