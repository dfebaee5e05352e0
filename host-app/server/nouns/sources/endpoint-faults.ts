import type { SettingFaults } from '@bobbin/shared/setting-faults'
import { type Values, valuesInForce } from '@bobbin/shared/setting-rules'
import { optionsOf } from '@bobbin/shared/value-faults'
import { settingsGrantOf } from '../../../connectors/auth-methods.ts'
import type { Connector } from '../../../connectors/connector.ts'
import { endpointsOfSettings } from '../../../connectors/settings-grant.ts'
import { type Endpoint, EndpointRefused, namesIn, resolveEndpoint } from '../../../connectors/endpoints.ts'

/**
 * The settings that make no address of the vendor's: nobody could be sent there, and nothing of ours may go there. Empty
 * where one of them is not given yet.
 */
export function endpointFaults(connector: Connector, settings: Values): SettingFaults {
  const { oauth } = connector
  return oauth ? faultsOf(connector, settings, oauth.authorizationEndpoint, oauth.endpointSettings ?? []) : {}
}

/** The same of where the settings are exchanged for a token, if the source signs in so. */
export function tokenAddressFaults(connector: Connector, settings: Values): SettingFaults {
  const grant = settingsGrantOf(connector, settings)
  if (!grant) return {}
  const faults = endpointsOfSettings(grant).map((one) => faultsOf(connector, settings, one, namesIn(one)))
  return Object.assign({}, ...faults) as SettingFaults
}

function faultsOf(
  { info, hosts }: Pick<Connector, 'info' | 'hosts'>,
  settings: Values,
  endpoint: Endpoint,
  names: readonly string[],
): SettingFaults {
  const values = valuesInForce(info.properties, settings)
  if (names.length === 0 || names.some((name) => !values[name])) return {}
  try {
    resolveEndpoint(endpoint, values, hosts)
    return {}
  } catch (error) {
    if (!(error instanceof EndpointRefused)) throw error
  }
  // What is chosen from a list is not what is wrong.
  const isWritten = (name: string) => {
    const property = info.properties.find((one) => one.name === name)
    return property !== undefined && optionsOf(property).length === 0
  }
  const written = names.filter(isWritten)
  const at = written.length > 0 ? written : names
  return Object.fromEntries(at.map((name) => [name, { rule: 'no_address', parameters: {} }]))
}
