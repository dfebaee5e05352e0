import type { ConnectorInfo, PropertyInfo } from '@bobbin/shared/connector-info'
import { startDate } from './start-date.ts'

/**
 * What the form comes filled in with where a setting has no default: what its connector suggests, or, of the day since when is
 * read that nothing says, what is usual for the type.
 */
export function suggestedValue(
  { default_start_date: since }: Pick<ConnectorInfo, 'default_start_date'>,
  { name, is_required: isRequired, default: usual, suggested, json_schema: schema }: PropertyInfo,
  now: number,
): string | undefined {
  if (suggested !== undefined || usual !== undefined) return suggested
  const isDay = name === 'start_date' && schema?.['format'] === 'date'
  return isDay && isRequired ? startDate(since, now)?.slice(0, 10) : undefined
}
