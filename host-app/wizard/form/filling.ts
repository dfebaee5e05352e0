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

/**
 * What this text fills, by what the connector says of its settings; null where it is no address of this connector's kind.
 * The address of a web page counts only in a field that takes a part of it: elsewhere it may be meant as it is.
 */
export function fillingOf(
  { properties, pasted_address: pasted }: FlowConnector,
  text: string,
  into: string | null,
): Filling | null {
  const address = pasted ? readAddress(text) : null
  if (!pasted || !address) return null
  const { scheme, parts } = address
  const isWeb = (one: string) => /^https?$/.test(one)
  const isOurs = scheme === null ? !pasted.schemes.every(isWeb) : pasted.schemes.includes(scheme)
  if (!isOurs) return null
  if (scheme && isWeb(scheme) && !pasted.fills.some(({ property }) => property === into)) return null

  const byName = new Map(formProperties(properties).map((property) => [property.name, property]))
  const values: Filling['values'][number][] = []
  /** The rest of a page's address is nothing that could be set. */
  const left = new Set(scheme && isWeb(scheme) ? [] : address.unknown)
  const taken = new Set<string>()
  for (const { property: name, part, pattern } of pasted.fills) {
    const property = byName.get(name)
    const said = parts[part]
    if (!property || said === undefined) continue
    const matched = pattern === undefined ? said : new RegExp(pattern, 'v').exec(said)?.[1]
    const value = matched === undefined ? null : spelled(property, matched)
    if (value === null) continue
    taken.add(part)
    values.push({ property, value })
  }
  for (const part of Object.keys(parts))
    if (!taken.has(part) && part !== 'page') left.add(part === 'tls_mode' ? 'sslmode' : part)
  return values.length > 0 ? { values, left: [...left], hasMoreHosts: address.hasMoreHosts } : null
}

/** As the setting spells it; null where it has no such choice. */
function spelled(property: PropertyInfo, value: string): string | null {
  const own = property.also_spelled?.[value] ?? value
  const options = optionsOf(property)
  return options.length === 0 || options.some((option) => option.value === own) ? own : null
}
