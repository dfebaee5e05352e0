import { withoutSchedule } from '../../../connectors/schedule-properties.ts'
import type { SourceParts } from './source-parts.ts'
import { effectiveValues } from './property-rules.ts'
import { plainProperties, type SourceRow } from './source-row.ts'

/** All settings in force: stored, sealed and default values of what shows, without the schedule. For connectors only. */
export async function openSettings(
  { registry, credentials }: Pick<SourceParts, 'registry' | 'credentials'>,
  row: SourceRow,
): Promise<Record<string, string>> {
  const opened = await credentials.open(row.account_id, row.id, 'form')
  const values = { ...plainProperties(row), ...opened?.values }
  const info = registry.find(row.type)?.info
  return withoutSchedule(info ? effectiveValues(info, values) : values)
}
