import { z } from 'zod'
import { violation } from './message-guard.ts'
import type { PostgresSession } from './session.ts'

/** A schema of the database, and what the user may see in it. */
const schemaRow = z.object({
  name: z.string(),
  may_use: z.boolean(),
  readable: z.int(),
  unreadable: z.int(),
})
export type SchemaRow = z.infer<typeof schemaRow>

/** A table, view or the like that the user may read at least one column of. */
const tableRow = z.object({
  oid: z.string(),
  schema_name: z.string(),
  table_name: z.string(),
  kind: z.enum(['r', 'p', 'v', 'm', 'f']),
  /** PostgreSQL's estimate; null when there is none. */
  row_count: z.string().nullable(),
  may_read_all: z.boolean(),
  /** Column numbers of the primary key, in the key's order. */
  key: z.array(z.int()),
  /** Another table's schema and name give the same text when joined by a hyphen. */
  is_ambiguous: z.boolean(),
})
export type TableRow = z.infer<typeof tableRow>

const columnRow = z.object({
  table_oid: z.string(),
  number: z.int(),
  name: z.string(),
  /** As PostgreSQL writes the declared type: `numeric(10,2)`, `app.mood[]`. */
  sql_type: z.string(),
  /** Of a domain: the type below it, and so for the elements of an array. */
  base_type: z.string(),
  base_kind: z.string(),
  /** The element's; null for what is not an array. */
  element_type: z.string().nullable(),
  element_kind: z.string().nullable(),
  /** Declared; of a domain: its own. -1 where there is none. */
  modifier: z.int(),
  dimensions: z.int(),
  is_not_null: z.boolean(),
  may_read: z.boolean(),
})
export type ColumnRow = z.infer<typeof columnRow>

const versionRow = z.object({ version: z.string(), number: z.int() })

/** The rows as they must be: whoever answers may be anybody. Throws `ConnectorError`. */
function parseRows<Row extends z.ZodType>(row: Row, rows: unknown[]): z.output<Row>[] {
  const parsed = z.array(row).safeParse(rows)
  if (!parsed.success) throw violation(parsed.error)
  return parsed.data
}

const relations = `('r', 'p', 'v', 'm', 'f')`
const ownSchemas = `n.nspname !~ '^pg_' and n.nspname <> 'information_schema'`
/** Partitions are read through their parent. */
const ownTables = `c.relkind in ${relations} and not c.relispartition`

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
    select n.nspname as name, has_schema_privilege(n.oid, 'USAGE') as may_use,
      (count(c.oid) filter (where r.may_read))::int as readable,
      (count(c.oid) filter (where not r.may_read))::int as unreadable
    from pg_namespace n
    left join pg_class c on c.relnamespace = n.oid and ${ownTables}
    left join lateral (
      select has_table_privilege(c.oid, 'SELECT') or has_any_column_privilege(c.oid, 'SELECT') as may_read
    ) r on true
    where ${ownSchemas}
    group by n.oid, n.nspname
    order by n.nspname collate "C"`)
  return parseRows(schemaRow, rows)
}

/** Yields what the user may read, by schema and name, a batch at a time through a cursor of the server. */
export async function* readTables(session: PostgresSession, batchSize: number): AsyncGenerator<TableRow[]> {
  await session.query(`
    declare found_table no scroll cursor for
    select c.oid::text as oid, n.nspname as schema_name, c.relname as table_name, c.relkind as kind,
      -- A table that was never analyzed says -1; before version 14 it said 0 rows in 0 pages.
      case when c.relkind = 'v' or c.reltuples < 0 or (v.is_old and c.reltuples = 0 and c.relpages = 0) then null
        else c.reltuples::bigint end::text as row_count,
      has_table_privilege(c.oid, 'SELECT') as may_read_all,
      coalesce((select i.indkey::int2[] from pg_index i where i.indrelid = c.oid and i.indisprimary), '{}') as key,
      count(*) over (partition by n.nspname || '-' || c.relname) > 1 as is_ambiguous
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    cross join (select current_setting('server_version_num')::int < 140000 as is_old) v
    where ${ownTables} and ${ownSchemas} and has_schema_privilege(n.oid, 'USAGE')
      and (has_table_privilege(c.oid, 'SELECT') or has_any_column_privilege(c.oid, 'SELECT'))
    order by n.nspname collate "C", c.relname collate "C"`)
  while (true) {
    const batch = parseRows(tableRow, await session.query(`fetch forward ${batchSize} from found_table`))
    if (batch.length === 0) return
    yield batch
  }
}

/** The columns of these tables in one query, in order. Domains are followed down to what they are made of. */
export async function readColumns(
  session: PostgresSession,
  tables: readonly TableRow[],
): Promise<ColumnRow[]> {
  const rows = await session.query(
    `
    with recursive wanted as (
      select unnest($1::oid[]) as table_oid, unnest($2::bool[]) as may_read_all
    ), used as (
      select a.attrelid, a.attnum, a.attname, a.atttypid, a.atttypmod, a.attndims, a.attnotnull,
        w.may_read_all or has_column_privilege(a.attrelid, a.attnum, 'SELECT') as may_read
      from wanted w
      join pg_attribute a on a.attrelid = w.table_oid and a.attnum > 0 and not a.attisdropped
    ), base (type, id, modifier, is_not_null) as (
      select distinct atttypid, atttypid, -1, false from used
      union all
      select b.type, t.typbasetype, t.typtypmod, b.is_not_null or t.typnotnull
      from base b join pg_type t on t.oid = b.id and t.typtype = 'd'
    ), element (type, id) as (
      select distinct b.id, t.typelem from base b
      join pg_type t on t.oid = b.id and t.typelem <> 0 and t.typlen = -1 and t.typcategory = 'A'
      union all
      select e.type, t.typbasetype from element e join pg_type t on t.oid = e.id and t.typtype = 'd'
    )
    select a.attrelid::text as table_oid, a.attnum::int as number, a.attname as name,
      format_type(a.atttypid, a.atttypmod) as sql_type,
      bt.typname as base_type, bt.typtype as base_kind,
      et.typname as element_type, et.typtype as element_kind,
      case when a.atttypmod = -1 then b.modifier else a.atttypmod end as modifier,
      a.attndims::int as dimensions, a.attnotnull or b.is_not_null as is_not_null, a.may_read
    from used a
    join base b on b.type = a.atttypid
    join pg_type bt on bt.oid = b.id and bt.typtype <> 'd'
    left join (element e join pg_type et on et.oid = e.id and et.typtype <> 'd') on e.type = bt.oid
    order by a.attrelid, a.attnum`,
    [tables.map(({ oid }) => oid), tables.map((table) => table.may_read_all)],
  )
  return parseRows(columnRow, rows)
}
