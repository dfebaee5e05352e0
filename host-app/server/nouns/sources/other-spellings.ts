import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import { meantValue } from '@bobbin/shared/setting-rules'
import { authMethodName, meantMethod } from '../../../connectors/auth-methods.ts'

/**
 * Settings as a program gives them, by the names and values that are ours: connectors say under which others theirs are
 * known; what is found in a longer text is taken out of it. A name that says more rules over the one that it is another name of. What cannot be had and is not wanted
 * either (`ssh: "false"`) is not there.
 */
export function inOurSpelling<Value extends string | null>(
  info: Pick<ConnectorInfo, 'properties' | 'unsupported' | 'auth_methods'>,
  given: Readonly<Record<string, Value>>,
): Record<string, Value> {
  const { properties, unsupported = [] } = info
  const spelled = new Map(Object.entries(given))
  for (const { name, also_named: names = [] } of properties) {
    for (const other of names) {
      const value = spelled.get(other)
      if (value === undefined) continue
      spelled.delete(other)
      spelled.set(name, value)
    }
  }
  for (const property of properties) {
    const { name, also_spelled: values = {}, found_in: found } = property
    const value = spelled.get(name)
    if (typeof value !== 'string') continue
    // A value of the other spellings, as the type of the given ones.
    if (Object.hasOwn(values, value)) spelled.set(name, values[value] as Value)
    else if (found) spelled.set(name, meantValue(property, value) as Value)
  }
  for (const name of unsupported.flatMap(({ names }) => names)) {
    if (['false', 'none', '', null].includes(spelled.get(name) ?? null)) spelled.delete(name)
  }
  // Who gives a key means the method that needs one.
  const meant = spelled.has(authMethodName) ? null : meantMethod(info, Object.fromEntries(spelled))
  if (meant !== null) spelled.set(authMethodName, meant as Value)
  return Object.fromEntries(spelled)
}
