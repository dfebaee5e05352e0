import type { Connector } from '../connector.ts'
import type { ConnectorFixtures } from './fixtures.testing.ts'

/** What a connector can do and nothing is given for, and what is given for nothing. */
export function missingFixtures(connector: Connector, fixtures: ConnectorFixtures): string[] {
  const { info, check, discover, oauth, identify, config, beforeDisconnect } = connector
  const runs = check !== undefined || discover !== undefined
  const secrets = info.properties.filter((one) => one.is_credential)
  const needed: Partial<Record<keyof ConnectorFixtures, boolean>> = {
    working: runs,
    silent: runs,
    trip: oauth !== undefined,
    putUp: beforeDisconnect !== undefined,
    account: identify !== undefined,
    config: config !== undefined,
    secrets: secrets.length > 0 || oauth !== undefined,
  }
  const faults = Object.entries(needed).flatMap(([name, isNeeded]) => {
    const isThere = fixtures[name as keyof ConnectorFixtures] !== undefined
    return isThere === isNeeded ? [] : [isNeeded ? `${name} is missing` : `${name} is for nothing`]
  })
  const chosen = info.properties.filter((one) => one.vendor_options).map(({ name }) => name)
  for (const name of chosen) {
    if (!fixtures.options?.[name]?.length) faults.push(`options.${name} is missing`)
  }
  for (const name of Object.keys(fixtures.options ?? {})) {
    if (!chosen.includes(name)) faults.push(`options.${name} is for nothing`)
  }
  const exchanged = Object.keys(connector.settingsGrants ?? {})
  const given = Object.keys(fixtures.exchanges ?? {})
  for (const key of exchanged) if (!given.includes(key)) faults.push(`exchanges.${key} is missing`)
  for (const key of given) if (!exchanged.includes(key)) faults.push(`exchanges.${key} is for nothing`)
  return faults
}
