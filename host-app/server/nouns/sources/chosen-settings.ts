import type { ConnectorInfo, PropertyInfo } from '@bobbin/shared/connector-info'
import { askedIn, shownProperties, type Values } from '@bobbin/shared/setting-rules'

/** What a person is asked for once these settings have led to a grant. */
export function chosenProperties({ properties, steps }: ConnectorInfo, plain: Values): PropertyInfo[] {
  return steps.includes('oauth') ? askedIn(shownProperties(properties, plain), 'oauth') : []
}

/** The settings without what was chosen of the authorized account: another account has other choices. */
export function withoutChosen({ properties }: ConnectorInfo, plain: Values): Record<string, string> {
  const chosen = new Set(askedIn(properties, 'oauth').map(({ name }) => name))
  return Object.fromEntries(Object.entries(plain).filter(([name]) => !chosen.has(name)))
}
