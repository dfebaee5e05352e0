import type { PropertyInfo } from '@bobbin/shared/connector-info'

/*
 * What Stitch, and Singer's taps, take beside the settings that a person is asked for. Whoever moves over sends them as
 * they are; the tap finds them in its config.
 */

export type TapSettings = Readonly<
  Record<string, Pick<PropertyInfo, 'title' | 'json_schema'> & Partial<PropertyInfo>>
>

export const tapNames = { type: 'string', minLength: 1, maxLength: 65_536 }
export const tapNumber = { type: 'string', pattern: '^[0-9]{1,18}$' }
export const tapBoolean = { type: 'string', pattern: '^(true|false)$' }
export const tapText = { type: 'string', minLength: 1, maxLength: 255 }

export function tapProperties(settings: TapSettings, firstOrder: number): PropertyInfo[] {
  return Object.entries(settings).map(([name, setting], index) => ({
    name,
    is_required: false,
    is_credential: false,
    property_type: 'user_provided_advanced',
    affects_authorization: false,
    in_form: false,
    group: 'Tap',
    order: firstOrder + index,
    ...setting,
  }))
}

/** Those of a source that its tap is given. */
export function forTap(
  settings: TapSettings,
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  const entries = Object.entries(values)
  return Object.fromEntries(
    entries.filter(([name]) => name !== 'image_version' && Object.hasOwn(settings, name)),
  )
}

/** Names with commas between them, as taps take them; null where there is none. */
export function namesIn(list: string): string[] | null {
  const names = list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  return names.length > 0 ? names : null
}
