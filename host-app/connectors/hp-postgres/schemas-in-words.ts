import { isolated } from '@bobbin/shared/isolated'
import type { RelationCounts, SchemaRow } from './catalog-queries.ts'

/** The log says this much of many schemas. */
const maxLoggedSchemas = 50

type Counts = ReadonlyMap<string, RelationCounts>

/** What each schema has, and what of it is left out and why. */
export function logSchemas(schemas: readonly SchemaRow[], counts: Counts, log: (line: string) => void): void {
  for (const schema of schemas.slice(0, maxLoggedSchemas)) {
    const name = isolated(schema.name)
    if (schema.is_inner) log(`Schema ${name} is skipped: TimescaleDB keeps its own tables there.`)
    else if (!schema.may_use) log(`Schema ${name} is skipped: the user has no USAGE right on it.`)
    else log(`Schema ${name}: ${inSchema(counts.get(schema.oid))}.`)
  }
  const rest = schemas.length - maxLoggedSchemas
  if (rest > 0) log(`And ${counted(rest, 'more schema', 'more schemas')}.`)
}

function inSchema(counts: RelationCounts | undefined): string {
  if (!counts) return counted(0, 'table or view', 'tables and views')
  const leftOut: [number, string][] = [
    [counts.unreadable, 'the user has no SELECT right on them'],
    [counts.parts, 'they are partitions or children of tables that are read whole'],
    [counts.of_extensions, 'they belong to extensions'],
  ]
  return [
    counted(counts.offered, 'table or view', 'tables and views'),
    ...leftOut.filter(([count]) => count > 0).map(([count, why]) => `${count} left out: ${why}`),
  ].join('; ')
}

/** What the user may not do, where that is why nothing is found; null where there is nothing. */
export function whyNothing(schemas: readonly SchemaRow[], counts: Counts): string | null {
  const skipped = schemas.filter((schema) => !schema.may_use && !schema.is_inner).length
  const unreadable = [...counts.values()].reduce((sum, schema) => sum + schema.unreadable, 0)
  const reasons = [
    skipped > 0 && `no USAGE right on ${counted(skipped, 'schema', 'schemas')}`,
    unreadable > 0 && `no SELECT right on ${counted(unreadable, 'table or view', 'tables and views')}`,
  ].filter((reason) => reason !== false)
  return reasons.length > 0 ? `The user has ${reasons.join(' and ')}.` : null
}

export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`
}
