import type { PropertyInfo } from './connector-info.ts'
import type { SettingFaults } from './setting-faults.ts'

/*
 * The rules of a source's settings that the form and the server both apply. What one value has to be like is in
 * `value-faults.ts`.
 */

/** Settings by name; every value is a string. One that is absent has its default, one that is empty is empty. */
export type Values = Readonly<Record<string, string>>

/** Values as a person meant them; an emptied field is an absent one. */
export function tidied(properties: readonly PropertyInfo[], values: Values): Record<string, string> {
  const byName = new Map(properties.map((property) => [property.name, property]))
  const entries = Object.entries(values).map(([name, value]) => [name, meantValue(byName.get(name), value)])
  return Object.fromEntries(entries.filter(([, value]) => value !== ''))
}

/** A value as a person meant it: blanks around it are slips, except in a secret, and an address may have it in it. */
export function meantValue(property: PropertyInfo | undefined, typed: string): string {
  if (property && isVerbatim(property)) return typed
  const value = typed.trim()
  for (const pattern of (value.length < longestAddress && property?.found_in) || []) {
    const found = new RegExp(`^(?:${pattern})$`, 'iu').exec(value)?.[1]
    if (found) return found
  }
  return value
}

/** Of one that a value is found in: patterns can be slow. */
const longestAddress = 2_048

/** What is sent as it was typed, and never written down: a secret. */
export function isVerbatim(property: PropertyInfo): boolean {
  return property.is_credential || property.control === 'secret'
}

/**
 * The properties whose `show_when` holds for these values; defaults count. One that depends on a hidden property
 * is hidden too, and so is one that depends on an unknown one or, in a circle, on itself.
 */
export function shownProperties(properties: readonly PropertyInfo[], values: Values): PropertyInfo[] {
  const byName = new Map(properties.map((property) => [property.name, property]))
  const isShown = (property: PropertyInfo, seen: readonly string[]): boolean => {
    const rule = property.show_when
    if (!rule) return true
    const other = byName.get(rule.property)
    if (!other || seen.includes(other.name)) return false
    const value = valueOf(other, values)
    return value !== undefined && rule.in.includes(value) && isShown(other, [...seen, other.name])
  }
  return properties.filter((property) => isShown(property, [property.name]))
}

/** Values with the defaults of what is absent. A hidden setting has none: it does not count. */
export function valuesInForce(properties: readonly PropertyInfo[], values: Values): Record<string, string> {
  const inForce: [string, string][] = []
  for (const property of shownProperties(properties, values)) {
    const value = valueOf(property, values)
    if (value !== undefined) inForce.push([property.name, value])
  }
  return Object.fromEntries(inForce)
}

/** Whether the form asks for it: not for the app's own, and not for what is asked after the consent. */
export function isOfForm({
  in_form: isInForm,
  asked_in: asked,
}: Pick<PropertyInfo, 'in_form' | 'asked_in'>): boolean {
  return isInForm !== false && asked === undefined
}

/** The properties that belong to a step, the app's own to the form. */
export function askedIn(properties: readonly PropertyInfo[], step: 'form' | 'oauth'): PropertyInfo[] {
  return properties.filter(({ asked_in: asked = 'form' }) => asked === step)
}

/** The system, the provider or the tap gives it, and no person and no caller. */
export function isOurs({ property_type: type }: Pick<PropertyInfo, 'property_type'>): boolean {
  return type === 'read_only' || type === 'system_provided_by_default'
}

/** Whether the person or the caller has to give it, when it is shown. */
export function isNeeded(property: PropertyInfo): boolean {
  return property.is_required && !isOurs(property)
}

/** What is missing: needed, shown, without value or default. `kept` are secrets whose values stand elsewhere. */
export function missingSettings(
  properties: readonly PropertyInfo[],
  values: Values,
  kept: ReadonlySet<string>,
): SettingFaults {
  const missing = shownProperties(properties, values).filter(
    (property) => isNeeded(property) && !valueOf(property, values) && !kept.has(property.name),
  )
  return Object.fromEntries(missing.map(({ name }) => [name, { rule: 'missing', parameters: {} }]))
}

function valueOf(property: PropertyInfo, values: Values): string | undefined {
  return Object.hasOwn(values, property.name) ? values[property.name] : property.default
}
