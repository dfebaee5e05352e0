import type { DiscoveredStream } from '@bobbin/shared/catalog'
import { oneAhead } from '../own-sockets/one-ahead.ts'
import { readTableRows, readTables, type TableRow } from './catalog-queries.ts'
import type { MysqlSession } from './session.ts'
import { canBeRead, type TableStreams } from './table-stream.ts'

/** Tables that are read at once, to begin with; beside the names of some databases the only thing that takes memory. */
const firstBatch = 200
/** What a batch comes to after that: for each of them servers look through the names of all tables of the database. */
const columnsAtOnce = 25_000
/** From a thousand on, MariaDB makes a table of a list of names, and takes ten times as long. */
const mostTables = 800
/** Databases whose names of tables are read at once. */
const databasesAtOnce = 10

/** What became of a database's tables and views. */
export interface DatabaseCounts {
  offered: number
  /** The user may not read a single column. */
  unreadable: number
  /** Views of what is gone, or of what their owner may not read. */
  broken: number
  /** Sequences and the like. */
  others: number
}

/** Yields what the user may read of these databases, by name; returns what each came to. */
export async function* readStreams(
  session: MysqlSession,
  databases: readonly string[],
  { streamOf, signal }: { streamOf: TableStreams; signal: AbortSignal },
): AsyncGenerator<DiscoveredStream, Map<string, DatabaseCounts>> {
  const counts = new Map(databases.map((name) => [name, noneYet()]))
  const count = (database: string, what: keyof DatabaseCounts, by = 1) => {
    const of = counts.get(database)
    if (of) of[what] += by
  }
  for await (const { tables, others } of oneAhead(readBatches(session, databases))) {
    for (const [database, number] of others) count(database, 'others', number)
    for (const table of tables) {
      if (table.columns.length === 0 && table.isView) count(table.database, 'broken')
      else if (!canBeRead(table)) count(table.database, 'unreadable')
      else {
        count(table.database, 'offered')
        yield streamOf(table)
        signal.throwIfAborted()
      }
    }
  }
  return counts
}

const noneYet = (): DatabaseCounts => ({ offered: 0, unreadable: 0, broken: 0, others: 0 })

interface Batch {
  readonly tables: TableRow[]
  readonly others: ReadonlyMap<string, number>
}

async function* readBatches(session: MysqlSession, databases: readonly string[]): AsyncGenerator<Batch> {
  for (const some of inPortions(databases, databasesAtOnce)) {
    const { tables, others } = await readTables(session, some)
    yield { tables: [], others }
    let size = firstBatch
    for (let from = 0; from < tables.length;) {
      const batch = await readTableRows(session, tables.slice(from, from + size))
      from += batch.length
      size = nextSize(batch)
      yield { tables: batch, others: new Map() }
    }
  }
}

/** As many tables as come to a batch's columns, should the next ones be as those. */
function nextSize(tables: readonly TableRow[]): number {
  const columns = tables.reduce((sum, table) => sum + table.columns.length, 0)
  const fitting = Math.round((columnsAtOnce * tables.length) / Math.max(columns, 1))
  return Math.min(Math.max(fitting, 1), 2 * tables.length, mostTables)
}

function* inPortions<Value>(values: readonly Value[], size: number): Generator<Value[]> {
  for (let from = 0; from < values.length; from += size) yield values.slice(from, from + size)
}
