import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import { newFieldsProperty, newFieldsName } from './new-fields-property.ts'
import { isScheduled, isScheduleName, scheduleProperties } from './schedule-properties.ts'

/*
 * Settings of a source that are the host's own: every source type that they make sense for has them, and what is read, by
 * whom and how, is none of theirs.
 */

export function isHostName(name: string): boolean {
  return isScheduleName(name) || name === newFieldsName
}

/** Settings as a connector and its tap get them. */
export function withoutHostProperties<Value>(values: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !isHostName(name)))
}

/** The info with the host's settings after its own. */
export function withHostProperties(info: ConnectorInfo): ConnectorInfo {
  const last = Math.max(0, ...info.properties.map(({ order }) => order))
  const added = [
    ...(isScheduled(info) ? scheduleProperties(info) : []),
    ...(info.steps.includes('field_selection') ? [newFieldsProperty] : []),
  ]
  const properties = added.map((property, index) => ({ ...property, order: last + 1 + index }))
  return { ...info, properties: [...info.properties, ...properties] }
}
