import type { FlowConnector, PropertyInfo } from '@bobbin/shared/connector-info'
import { optionsOf } from '@bobbin/shared/value-faults'
import { readAddress } from './pasted-address.ts'
import { formProperties } from './settings.ts'

/** What a pasted address puts into the fields of a form. */
export interface Filling {
  readonly values: readonly { readonly property: PropertyInfo; readonly value: string }[]
  /** Names of its parts that no field takes. */
  readonly left: readonly string[]
  readonly hasMoreHosts: boolean
}

/** What this text fills, by what the connector says of its settings; null where it is no address of this connector's kind. */
export function fillingOf(
  { properties, pasted_address: pasted }: FlowConnector,
  text: string,
): Filling | null {
  const address = pasted ? readAddress(text) : null
  if (!pasted || !address) return null
  const { scheme, parts } = address
  if (scheme !== null && !pasted.schemes.includes(scheme)) return null

  const byName = new Map(formProperties(properties).map((property) => [property.name, property]))
  const values: Filling['values'][number][] = []
  const left = new Set(address.unknown)
  const taken = new Set<string>()
  for (const { property: name, part } of pasted.fills) {
    const property = byName.get(name)
    const said = parts[part]
    const value = property && said !== undefined ? spelled(property, said) : null
    if (!property || value === null) continue
    taken.add(part)
    values.push({ property, value })
  }
  for (const part of Object.keys(parts))
    if (!taken.has(part)) left.add(part === 'tls_mode' ? 'sslmode' : part)
  return values.length > 0 ? { values, left: [...left], hasMoreHosts: address.hasMoreHosts } : null
}

/** As the setting spells it; null where it has no such choice. */
function spelled(property: PropertyInfo, value: string): string | null {
  const own = property.also_spelled?.[value] ?? value
  const options = optionsOf(property)
  return options.length === 0 || options.some((option) => option.value === own) ? own : null
}
