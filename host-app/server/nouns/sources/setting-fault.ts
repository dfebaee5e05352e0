import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import type { SettingFault } from '@bobbin/shared/setting-faults'
import { valueFault } from '../../../connectors/value-fault.ts'

/** What is wrong with a value that somebody gives; null when nothing is. */
export function givenFault(info: ConnectorInfo, name: string, value: string): SettingFault | null {
  const property = info.properties.find((candidate) => candidate.name === name)
  if (!property) return { rule: 'not_known', parameters: {} }
  if (property.property_type === 'read_only') return { rule: 'not_settable', parameters: {} }
  return valueFault(property, value)
}
