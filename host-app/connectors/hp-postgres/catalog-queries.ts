import { z } from 'zod'
import type { ColumnShapes, KnownShape } from './column-shapes.ts'
import { violation } from './message-guard.ts'
import type { PostgresSession } from './session.ts'

const schemaRow = z.object({
  oid: z.string().regex(/^\d{1,10}$/),
  name: z.string(),
  may_use: z.boolean(),
  /** TimescaleDB keeps its own tables there, and the pieces of the user's. */
  is_inner: z.boolean(),
})
export type SchemaRow = z.infer<typeof schemaRow>

/** How many tables, views and the like a schema has, each counted once. */
const relationCounts = z.object({
  schema_oid: z.string(),
  offered: z.int(),
  unreadable: z.int(),
  parts: z.int(),
  of_extensions: z.int(),
})
export type RelationCounts = Omit<z.infer<typeof relationCounts>, 'schema_oid'>

/** A table, view or the like that the user may read at least one column of. */
export interface TableRow {
  readonly oid: string
  readonly schema_name: string
  readonly table_name: string
  readonly kind: TableKind
  /** PostgreSQL's estimate; null when there is none. */
  readonly row_count: string | null
  readonly may_read_all: boolean
  /** Of those that were dropped, too. */
  readonly column_count: number
  /** Column numbers of the primary key, in the key's order. */
  readonly key: readonly number[]
  /** Another table's schema and name give the same text when joined by a hyphen. */
  readonly is_ambiguous: boolean
}
type TableKind = 'r' | 'p' | 'v' | 'm' | 'f'

export interface ColumnRow {
  readonly number: number
  readonly name: string
  readonly shape: KnownShape
}

const versionRow = z.object({ version: z.string(), number: z.int() })

/** The rows as they must be: whoever answers may be anybody. Throws `ConnectorError`. */
function parseRows<Row extends z.ZodType>(row: Row, rows: unknown[]): z.output<Row>[] {
  const parsed = z.array(row).safeParse(rows)
  if (!parsed.success) throw violation(parsed.error)
  return parsed.data
}

/**
 * What of a row is no text of the user's comes as one text: the driver needs as long for a digit as for a name, and there
 * may be millions of them.
 */
const withFacts = z.object({ facts: z.string() })
const columnRow = withFacts.extend({ name: z.string() })
const tableRow = withFacts.extend({ schema_name: z.string(), table_name: z.string() })

const relations = `('r', 'p', 'v', 'm', 'f')`
/**
 * Of a row of pg_class. Where nothing was granted its owner may, and nobody else: to ask so is cheap, while each other
 * question has the server load the relation.
 */
const mayReadWhole = (relation: string) => `
  case when ${relation}.relacl is null and pg_has_role(${relation}.relowner, 'USAGE') then true
    else has_table_privilege(${relation}.oid, 'SELECT') end`
const mayRead = (relation: string) =>
  `(${mayReadWhole(relation)} or has_any_column_privilege(${relation}.oid, 'SELECT'))`

/**
 * What is in these schemas and is not to be offered as the user's own, each a set for the server to hash:
 * what extensions brought, and what is read with another table, as partitions and children by inheritance are,
 * whose rows would come twice. Where nothing above them may be read, or is looked at, they are all that there is.
 */
function withLeftOut(schemas: readonly SchemaRow[]): string {
  return `
    with recursive looked_at (oid) as (
      select unnest('{${schemas.map(({ oid }) => oid).join(',')}}'::oid[])
    ), of_extension (oid) as (
      select objid from pg_depend
      where refclassid = 'pg_extension'::regclass and classid = 'pg_class'::regclass and deptype = 'e'
    ), parent (oid) as (
      select distinct inhparent from pg_inherits
    ), read_whole (oid) as (
      select c.oid from parent join pg_class c on c.oid = parent.oid
      where c.relkind in ${relations} and c.relnamespace in (select oid from looked_at)
        and not exists (select from of_extension e where e.oid = c.oid) and ${mayRead('c')}
      union
      select i.inhrelid from read_whole w join pg_inherits i on i.inhparent = w.oid join parent p on p.oid = i.inhrelid
    ), part (oid) as (
      select distinct inhrelid from pg_inherits where inhparent in (select oid from read_whole)
    )`
}

export async function readServerVersion(
  session: PostgresSession,
): Promise<{ version: string; number: number }> {
  const rows = await session.query(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int as number`,
  )
  const [row] = parseRows(versionRow, rows)
  if (!row) throw violation()
  return row
}

/** All schemas but the system's, by name, one row each. */
export async function readSchemas(session: PostgresSession): Promise<SchemaRow[]> {
  const rows = await session.query(`
    select n.oid::text as oid, n.nspname as name, has_schema_privilege(n.oid, 'USAGE') as may_use,
      n.nspname ~ '^_timescaledb_' as is_inner
    from pg_namespace n
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    order by n.nspname`)
  return parseRows(schemaRow, rows)
}

/** By the schema's oid; one that has nothing is not there. */
export async function countRelations(
  session: PostgresSession,
  schemas: readonly SchemaRow[],
): Promise<Map<string, RelationCounts>> {
  const rows = await session.query(`
    ${withLeftOut(schemas)}
    select c.relnamespace::text as schema_oid,
      (count(*) filter (where c.is_own and c.may_read))::int as offered,
      (count(*) filter (where c.is_own and not c.may_read))::int as unreadable,
      (count(*) filter (where c.is_part))::int as parts,
      (count(*) filter (where c.is_of_extension))::int as of_extensions
    from (
      select c.relnamespace, ${mayRead('c')} as may_read, e.oid is null and p.oid is null as is_own,
        e.oid is not null as is_of_extension, e.oid is null and p.oid is not null as is_part
      from pg_class c left join of_extension e on e.oid = c.oid left join part p on p.oid = c.oid
      where c.relkind in ${relations} and c.relnamespace in (select oid from looked_at) offset 0
    ) c
    group by c.relnamespace`)
  return new Map(parseRows(relationCounts, rows).map(({ schema_oid: oid, ...counts }) => [oid, counts]))
}

/** Yields what the user may read in these schemas, by schema and name, a batch at a time through a cursor of the server. */
export async function* readTables(
  session: PostgresSession,
  schemas: readonly SchemaRow[],
  batchSize: number,
): AsyncGenerator<TableRow[]> {
  await session.query(`
    declare found_table no scroll cursor for
    ${withLeftOut(schemas)}
    select n.nspname as schema_name, c.relname as table_name, concat_ws(' ', c.oid, c.relkind,
      -- A table that was never analyzed says -1; before version 14 it said 0 rows in 0 pages.
      case when c.relkind = 'v' or c.reltuples < 0 or (v.is_old and c.reltuples = 0 and c.relpages = 0) then '-'
        else c.reltuples::bigint::text end,
      c.may_read_all, c.relnatts, ${mayBeAmbiguous(schemas) ? `count(*) over (partition by n.nspname || '-' || c.relname) > 1` : 'false'},
      array_to_string(k.conkey, ',')) as facts
    from (
      -- The offset keeps the rights of each table from being asked for more than once.
      select c.oid, c.relname, c.relkind, c.relnamespace, c.reltuples, c.relpages, c.relnatts,
        ${mayReadWhole('c')} as may_read_all
      from pg_class c
      where c.relkind in ${relations} and c.relnamespace in (select oid from looked_at)
        and not exists (select from of_extension e where e.oid = c.oid)
        and not exists (select from part p where p.oid = c.oid) offset 0
    ) c
    join pg_namespace n on n.oid = c.relnamespace
    -- The constraint rather than its index, which has what it includes beside the key.
    left join pg_constraint k on k.conrelid = c.oid and k.contype = 'p'
    cross join (select current_setting('server_version_num')::int < 140000 as is_old) v
    where c.may_read_all or has_any_column_privilege(c.oid, 'SELECT')
    order by n.nspname, c.relname`)
  while (true) {
    const rows = parseRows(tableRow, await session.query(`fetch forward ${batchSize} from found_table`))
    if (rows.length === 0) return
    yield rows.map(readTable)
  }
}

/** Nearly never, and to look among hundreds of thousands of names costs as much as to find them. */
function mayBeAmbiguous(schemas: readonly SchemaRow[]): boolean {
  const names = new Set(schemas.map(({ name }) => name))
  return schemas.some(({ name }) =>
    name.split('-').some((_, count, parts) => count > 0 && names.has(parts.slice(0, count).join('-'))),
  )
}

const tableFacts = /^(\d+) ([rpvmf]) (-|\d+) ([tf]) (\d+) ([tf])(?: ([\d,]+))?$/

function readTable({ schema_name, table_name, facts }: z.output<typeof tableRow>): TableRow {
  const [, oid, kind, rowCount, mayReadAll, columnCount, isAmbiguous, key] = tableFacts.exec(facts) ?? []
  if (oid === undefined || rowCount === undefined) throw violation()
  return {
    oid,
    schema_name,
    table_name,
    kind: kind as TableKind,
    row_count: rowCount === '-' ? null : rowCount,
    may_read_all: mayReadAll === 't',
    column_count: Number(columnCount),
    key: key === undefined ? [] : key.split(',').map(Number),
    is_ambiguous: isAmbiguous === 't',
  }
}

/** Its table, its number, and its shape. */
const columnFacts = /^(\d+) (\d+) (.+)$/

/**
 * The columns of these tables by their object ids, in one query and in order. It touches the rows of these columns and
 * no others: each table has a type of its own, so that a scan of all types per batch would make the whole quadratic.
 */
export async function readColumns(
  session: PostgresSession,
  shapes: ColumnShapes,
  tables: readonly TableRow[],
): Promise<Map<string, ColumnRow[]>> {
  const rows = await session.query(
    `
    select a.attname as name, concat_ws(' ', a.attrelid, a.attnum, a.atttypid, a.atttypmod, a.attndims, a.attnotnull,
      w.may_read_all or has_column_privilege(a.attrelid, a.attnum, 'SELECT')) as facts
    from unnest($1::oid[], $2::bool[]) as w (table_oid, may_read_all)
    join pg_attribute a on a.attrelid = w.table_oid and a.attnum > 0 and not a.attisdropped
    order by a.attrelid, a.attnum`,
    [tables.map(({ oid }) => oid), tables.map((table) => table.may_read_all)],
  )
  const read = parseRows(columnRow, rows).map(({ name, facts }) => {
    const [, table, number, shape] = columnFacts.exec(facts) ?? []
    if (table === undefined || shape === undefined) throw violation()
    return { table, number: Number(number), name, shape }
  })
  await shapes.load(read.map(({ shape }) => shape))
  const byTable = new Map<string, ColumnRow[]>()
  for (const { table, number, name, shape } of read) {
    const column = { number, name, shape: shapes.of(shape) }
    const columns = byTable.get(table)
    if (columns) columns.push(column)
    else byTable.set(table, [column])
  }
  return byTable
}
