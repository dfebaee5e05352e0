import type { PropertyInfo } from '@bobbin/shared/connector-info'
import type { FlowState } from '@bobbin/shared/flow'
import { shownNames } from './show-when.ts'

type Source = FlowState['source']
export type Values = Readonly<Record<string, string>>
/** The form's own first field; no connector may call a setting so. */
export const displayName = 'display_name'
export type Control = NonNullable<PropertyInfo['control']>

export interface Option {
  readonly value: string
  readonly title: string
}

/** What a form shows of a connector's settings, in order. */
export interface Section {
  /** The group's title; null for settings without one. */
  readonly group: string | null
  readonly properties: readonly PropertyInfo[]
}

/** The settings that a person fills in: the system's own stay out of the form, and so do the app's. */
export function formProperties(properties: readonly PropertyInfo[]): PropertyInfo[] {
  return properties
    .filter(
      ({ property_type: type, in_form: isInForm }) =>
        type !== 'read_only' && type !== 'system_provided_by_default' && isInForm !== false,
    )
    .sort((one, other) => one.order - other.order)
}

export function isAdvanced({ property_type: type }: PropertyInfo): boolean {
  return type === 'user_provided_advanced'
}

/**
 * The settings in their order, those of a group together at the place of its first. What has no group
 * stands where its order puts it.
 */
export function sections(properties: readonly PropertyInfo[]): Section[] {
  const found: { group: string | null; properties: PropertyInfo[] }[] = []
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

/** The choices of an `enum`, or of a `oneOf` of titled constants. */
export function optionsOf({ json_schema: schema }: Pick<PropertyInfo, 'json_schema'>): Option[] {
  const titled = schema?.['oneOf']
  const plain = schema?.['enum']
  if (Array.isArray(titled))
    return titled.map((one) => ({ value: String(one.const), title: String(one.title ?? one.const) }))
  if (Array.isArray(plain)) return plain.map((one) => ({ value: String(one), title: String(one) }))
  return []
}

/** What the field shows at first: the value in force, which is the saved one or else the default. Never a secret. */
export function initialValue(property: PropertyInfo, source: Source): string {
  if (property.is_credential) return ''
  return source?.properties[property.name] ?? property.default ?? ''
}

export function isKept({ name }: PropertyInfo, source: Source): boolean {
  return source?.kept_secrets.includes(name) ?? false
}

/**
 * What is sent: the settings that show and have a value. A secret left blank is left out, which keeps it;
 * anything else left out is removed.
 */
export function settingsToSend(properties: readonly PropertyInfo[], values: Values): Record<string, string> {
  const shown = shownNames(properties, values)
  const filled = properties.filter(({ name }) => shown.has(name) && values[name])
  return Object.fromEntries(filled.map(({ name }) => [name, values[name] ?? '']))
}
