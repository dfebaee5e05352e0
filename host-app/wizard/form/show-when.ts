import type { PropertyInfo } from '@bobbin/shared/connector-info'

type Rule = Pick<PropertyInfo, 'name' | 'show_when'>

/**
 * Names of the properties that the values call for. A property whose condition names a hidden one is
 * hidden too; one that names an unknown one never shows.
 */
export function shownNames(
  properties: readonly Rule[],
  values: Readonly<Record<string, string>>,
): ReadonlySet<string> {
  const rules = new Map(properties.map((property) => [property.name, property.show_when]))
  const isShown = (name: string, seen: readonly string[]): boolean => {
    const rule = rules.get(name)
    if (!rule) return rules.has(name)
    if (seen.includes(name)) return false
    return rule.in.includes(values[rule.property] ?? '') && isShown(rule.property, [...seen, name])
  }
  return new Set([...rules.keys()].filter((name) => isShown(name, [])))
}
