import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import { isOfForm, tidied, type Values } from '@bobbin/shared/setting-rules'

/**
 * What a person gave in the wizard, tidied as its form does it; what only lost its blanks by that stays as it was
 * saved. The app's own settings are not among it, nor what another step asks for: the form does not ask for them.
 */
export function givenInForm(
  info: ConnectorInfo,
  values: Readonly<Record<string, string | null>>,
  saved: Values = {},
): Record<string, string> {
  const others = new Set(info.properties.filter((property) => !isOfForm(property)).map(({ name }) => name))
  const given = Object.entries(values).flatMap(([name, value]): [string, string][] =>
    value === null || others.has(name) ? [] : [[name, value]],
  )
  const meant = tidied(info.properties, Object.fromEntries(given))
  const same = Object.entries(tidied(info.properties, saved)).filter(([name, value]) => meant[name] === value)
  return { ...meant, ...Object.fromEntries(same.map(([name, value]) => [name, saved[name] ?? value])) }
}

/** Secrets are sealed elsewhere; a row never holds one. */
export function splitSecrets(
  info: ConnectorInfo,
  values: Values,
): { plain: Record<string, string>; secret: Record<string, string> } {
  const secrets = new Set(
    info.properties.filter((property) => property.is_credential).map(({ name }) => name),
  )
  const entries = Object.entries(values)
  return {
    plain: Object.fromEntries(entries.filter(([name]) => !secrets.has(name))),
    secret: Object.fromEntries(entries.filter(([name]) => secrets.has(name))),
  }
}
