import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import type { SettingFault } from '@bobbin/shared/setting-faults'
import { valueFault } from '../../../connectors/value-fault.ts'

/** What is wrong with a value that somebody gives; null when nothing is. */
export function givenFault(info: ConnectorInfo, name: string, value: string): SettingFault | null {
  const property = info.properties.find((candidate) => candidate.name === name)
  if (!property) return unknownFault(info, name)
  if (property.property_type === 'read_only') return { rule: 'not_settable', parameters: {} }
  return valueFault(property, value)
}

/** What is wrong with a name that no setting has. */
function unknownFault({ unsupported = [] }: Pick<ConnectorInfo, 'unsupported'>, name: string): SettingFault {
  const found = unsupported.find(({ names }) => names.includes(name))
  return found
    ? { rule: 'not_supported', parameters: { reason: found.reason } }
    : { rule: 'not_known', parameters: {} }
}
