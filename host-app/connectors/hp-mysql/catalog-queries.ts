import { z } from 'zod'
import { violation } from './packet-guard.ts'
import type { MysqlSession } from './session.ts'

export interface TableName {
  readonly database: string
  readonly name: string
  readonly isView: boolean
}

interface ColumnRow {
  readonly name: string
  /** Its place among the table's columns, of which some may be hidden from the user. */
  readonly position: number
  /** What tells the column apart from others but name and place; `column-shape.ts` reads it. */
  readonly shape: string
}

/** A table with what the user may know of it. */
export interface TableRow extends TableName {
  /** By their places; none where a view cannot be opened. */
  readonly columns: readonly ColumnRow[]
  /** By the index's name, in the key's order; null is what is no column. */
  readonly uniqueKeys: UniqueKeys
  /** The server's estimate; null where there is none. */
  readonly rowCount: number | null
}

type UniqueKeys = Map<string, (string | null)[]>

/** Those that the server has for itself; TiDB writes them in capitals. */
const systemDatabases = new Set([
  'information_schema',
  'performance_schema',
  'metrics_schema',
  'mysql',
  'sys',
  'ndbinfo',
])

const text = z.string()
const number = z.string().regex(/^\d{1,20}$/)
const versionRow = z.tuple([text, text, text])
const nameRow = z.tuple([text])
const tableRow = z.tuple([text, text, text])
const columnRow = z.tuple([text, text, text, number, text])
const keyRow = z.tuple([text, text, text, number, text.nullable()])
const countRow = z.tuple([text, text, number.nullable()])
const variableRow = z.tuple([text, text])

/** The rows as they must be: whoever answers may be anybody. Throws `ConnectorError`. */
function parseRows<Row extends z.ZodType>(row: Row, rows: unknown[]): z.output<Row>[] {
  const parsed = z.array(row).safeParse(rows)
  if (!parsed.success) throw violation(parsed.error)
  return parsed.data
}

/** A text in SQL, whatever the server's mode makes of quotes and backslashes. Names have no characters beyond three bytes. */
const literal = (value: string) => `_utf8 0x${Buffer.from(value).toString('hex')}`

export interface ServerVersion {
  /** As it calls itself. */
  readonly text: string
  readonly comment: string
  /** How the names of tables are compared: `lower_case_table_names`. */
  readonly foldsNames: boolean
}

export async function readVersion(session: MysqlSession): Promise<ServerVersion> {
  const sql = 'select version(), @@version_comment, concat(@@lower_case_table_names)'
  const [row] = parseRows(versionRow, await session.query(sql))
  if (!row) throw violation()
  return { text: row[0], comment: row[1], foldsNames: row[2] !== '0' }
}

/** All that the user may see but the system's, by name. */
export async function readDatabases(session: MysqlSession): Promise<string[]> {
  const rows = await session.query('select SCHEMA_NAME from information_schema.SCHEMATA')
  const names = parseRows(nameRow, rows).map(([name]) => name)
  return names.filter((name) => !systemDatabases.has(name.toLowerCase())).toSorted(byCodeUnit)
}

/**
 * What is in these databases, in their order and by name: tables and views, and of each how many other things.
 */
export async function readTables(
  session: MysqlSession,
  databases: readonly string[],
): Promise<{ tables: TableName[]; others: Map<string, number> }> {
  const select = 'select TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE from information_schema.TABLES'
  const rows = await session.query(unionOf(select, databases.map(isIn)))
  const byDatabase = new Map<string, TableName[]>()
  const others = new Map<string, number>()
  for (const [database, name, type] of parseRows(tableRow, rows)) {
    if (/^(BASE TABLE|VIEW|SYSTEM VERSIONED)$/.test(type)) {
      listAt(byDatabase, database).push({ database, name, isView: type === 'VIEW' })
    } else others.set(database, (others.get(database) ?? 0) + 1)
  }
  const tables = databases.flatMap((database) =>
    (byDatabase.get(database) ?? []).toSorted((one, other) => byCodeUnit(one.name, other.name)),
  )
  return { tables, others }
}

/**
 * Columns, keys and estimates of these tables. Old servers open each table that is asked for, and compare the names of
 * all others in the database alone: so by their names, and the estimates of tables only, since a view would be run through.
 */
export async function readTableRows(
  session: MysqlSession,
  tables: readonly TableName[],
): Promise<TableRow[]> {
  const real = tables.filter(({ isView }) => !isView)
  const columns = await readColumns(session, tables)
  const keys = real.length > 0 ? await readKeys(session, real) : new Map<string, UniqueKeys>()
  const counts = real.length > 0 ? await readCounts(session, real) : new Map<string, number>()
  return tables.map((table) => {
    const name = nameOf(table.database, table.name)
    return {
      ...table,
      columns: columns.get(name) ?? [],
      uniqueKeys: keys.get(name) ?? new Map(),
      rowCount: counts.get(name) ?? null,
    }
  })
}

/** No name has this character in it. */
const nameOf = (database: string, table: string) => `${database}\0${table}`

/** In one go: old servers look into every database but where one is named, and each go may cross an ocean. */
const unionOf = (select: string, conditions: readonly string[]) =>
  conditions.map((condition) => `${select} where ${condition}`).join(' union all ')

const isIn = (database: string) => `TABLE_SCHEMA = ${literal(database)}`

function areAmong(tables: readonly TableName[]): string[] {
  const byDatabase = new Map<string, string[]>()
  for (const { database, name } of tables) listAt(byDatabase, database).push(literal(name))
  return Array.from(byDatabase, ([name, list]) => `${isIn(name)} and TABLE_NAME in (${list.join(',')})`)
}

/**
 * What of a row is no name comes as one text: the driver needs as long for a digit as for a name, and there may be millions
 * of them. The values of an enumeration may be as long as they like, and nobody asks for them.
 */
async function readColumns(
  session: MysqlSession,
  tables: readonly TableName[],
): Promise<Map<string, ColumnRow[]>> {
  const select = `
    select TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, concat(ORDINAL_POSITION), concat_ws('|', lower(convert(DATA_TYPE using utf8mb4)),
      if(IS_NULLABLE = 'YES', 1, 0), ifnull(CHARACTER_MAXIMUM_LENGTH, ''), ifnull(NUMERIC_SCALE, ''), convert(COLUMN_KEY using utf8mb4),
      if(find_in_set('select', PRIVILEGES) > 0, 1, 0), if(EXTRA like '%INVISIBLE%', 1, 0), left(convert(COLUMN_TYPE using utf8mb4), 200))
    from information_schema.COLUMNS`
  const rows = await session.query(unionOf(select, areAmong(tables)))
  const byTable = new Map<string, ColumnRow[]>()
  for (const [database, table, name, position, shape] of parseRows(columnRow, rows)) {
    listAt(byTable, nameOf(database, table)).push({ name, position: Number(position), shape })
  }
  for (const columns of byTable.values()) columns.sort((one, other) => one.position - other.position)
  return byTable
}

async function readKeys(
  session: MysqlSession,
  tables: readonly TableName[],
): Promise<Map<string, UniqueKeys>> {
  const select = `select TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, concat(SEQ_IN_INDEX), COLUMN_NAME
    from information_schema.STATISTICS`
  const unique = areAmong(tables).map((condition) => `${condition} and NON_UNIQUE = 0`)
  const rows = await session.query(unionOf(select, unique))
  const byTable = new Map<string, UniqueKeys>()
  const parts = parseRows(keyRow, rows).toSorted((one, other) => Number(one[3]) - Number(other[3]))
  for (const [database, table, index, , column] of parts) {
    const name = nameOf(database, table)
    const keys = byTable.get(name) ?? new Map<string, (string | null)[]>()
    byTable.set(name, keys)
    listAt(keys, index).push(column)
  }
  return byTable
}

async function readCounts(session: MysqlSession, tables: readonly TableName[]): Promise<Map<string, number>> {
  const select = 'select TABLE_SCHEMA, TABLE_NAME, concat(TABLE_ROWS) from information_schema.TABLES'
  const counts = parseRows(countRow, await session.query(unionOf(select, areAmong(tables))))
  return new Map(
    counts.flatMap(([database, table, count]) =>
      count === null ? [] : [[nameOf(database, table), Number(count)]],
    ),
  )
}

/** The server's variables of these names, in lower case, as far as it has them. */
export async function readVariables(
  session: MysqlSession,
  names: readonly string[],
): Promise<Map<string, string>> {
  const list = names.map((name) => `'${name}'`).join(',')
  const rows = await session.query(`show global variables where Variable_name in (${list})`)
  return new Map(parseRows(variableRow, rows).map(([name, value]) => [name.toLowerCase(), value]))
}

/** The user's rights, as the server writes them, those by roles too. */
export async function readGrants(session: MysqlSession): Promise<string[]> {
  return parseRows(nameRow, await session.query('show grants')).map(([grant]) => grant)
}

function listAt<Value>(lists: Map<string, Value[]>, key: string): Value[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}

const byCodeUnit = (one: string, other: string) => (one < other ? -1 : one > other ? 1 : 0)
