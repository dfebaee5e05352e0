import type { FlowProperty, PropertyInfo } from '@bobbin/shared/connector-info'
import type { FlowState } from '@bobbin/shared/flow'
import { isOurs, tidied, type Values } from '@bobbin/shared/setting-rules'
import { optionsOf } from '@bobbin/shared/value-faults'

/** The source whose settings the form shows; null while there is none. */
export type Source = FlowState['source']
/** The form's own first field; no connector may call a setting so. */
export const displayName = 'display_name'
export type Control = NonNullable<PropertyInfo['control']>

/** What a form shows of a connector's settings, in order. */
export interface Section<Property extends PropertyInfo = PropertyInfo> {
  /** The group's title; null for settings without one. */
  readonly group: string | null
  readonly properties: readonly Property[]
}

/** The settings that a person fills in: the system's own stay out of the form, and so do the app's. */
export function formProperties<Property extends PropertyInfo>(properties: readonly Property[]): Property[] {
  return properties
    .filter((property) => !isOurs(property) && property.in_form !== false)
    .sort((one, other) => one.order - other.order)
}

export function isAdvanced({ property_type: type }: PropertyInfo): boolean {
  return type === 'user_provided_advanced'
}

/**
 * The settings in their order, those of a group together at the place of its first. What has no group
 * stands where its order puts it.
 */
export function sections<Property extends PropertyInfo>(
  properties: readonly Property[],
): Section<Property>[] {
  const found: { group: string | null; properties: Property[] }[] = []
  for (const property of properties) {
    const group = property.group ?? null
    const open = group === null ? found.at(-1) : found.find((section) => section.group === group)
    if (open?.group === group) open.properties.push(property)
    else found.push({ group, properties: [property] })
  }
  return found
}

/** The control that the connector asks for, or the one that its schema calls for. */
export function controlOf(property: PropertyInfo): Control {
  if (property.control) return property.control
  if (property.is_credential) return 'secret'
  const values = optionsOf(property).map(({ value }) => value)
  if (values.length === 2 && values.includes('true') && values.includes('false')) return 'switch'
  return values.length > 0 ? 'select' : 'text'
}

/** What the field shows at first: the saved value, or else the default, or else what is suggested. Never a secret. */
export function initialValue(property: PropertyInfo, source: Source): string {
  if (property.is_credential) return ''
  return source?.properties[property.name] ?? property.default ?? property.suggested ?? ''
}

/** What all fields show at first. */
export function initialValues(properties: readonly PropertyInfo[], source: Source): Values {
  return Object.fromEntries(formProperties(properties).map((one) => [one.name, initialValue(one, source)]))
}

/** A secret that need not be typed: the source has it, or the app gives it. */
export function isKept({ name, is_credential: isSecret, preset }: FlowProperty, source: Source): boolean {
  return isOfSource({ name }, source) || (isSecret && preset !== undefined)
}

export function isOfSource({ name }: Pick<PropertyInfo, 'name'>, source: Source): boolean {
  return source?.kept_secrets.includes(name) ?? false
}

/** The values that count while the controls hold these: what was saved of all that has no control, and theirs. */
export function countingValues(
  properties: readonly PropertyInfo[],
  source: Source,
  held: Values,
): Record<string, string> {
  const asked = new Set(formProperties(properties).map(({ name }) => name))
  const saved = Object.entries(source?.properties ?? {}).filter(([name]) => !asked.has(name))
  const typed = Object.entries(held).filter(([name]) => asked.has(name))
  return { ...Object.fromEntries(saved), ...tidied(properties, Object.fromEntries(typed)) }
}
