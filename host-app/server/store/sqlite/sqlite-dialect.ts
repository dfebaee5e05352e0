import type { DatabaseSync, StatementSync, SQLInputValue } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import {
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type QueryResult,
} from 'kysely'
import { storageErrorOf } from '../storage-error.ts'

/** Kysely over `node:sqlite`: one connection, statements prepared once. `beforeUse` may refuse a statement. */
export function sqliteDialect(open: () => DatabaseSync, beforeUse: () => void = () => {}): Dialect {
  return {
    createAdapter: () => new TransactionalAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createDriver: () => {
      let database: DatabaseSync
      let connection: SqliteConnection
      const run = async (sql: string) => told(() => database.exec(sql))
      return {
        async init() {
          database = open()
          connection = new SqliteConnection(database, beforeUse)
        },
        acquireConnection: () => Promise.resolve(connection),
        releaseConnection: () => Promise.resolve(),
        beginTransaction: () => begin(database),
        commitTransaction: () => run('commit'),
        // SQLite itself rolls back on a full disk; to try again would hide why.
        rollbackTransaction: async () => (database.isTransaction ? run('rollback') : undefined),
        destroy: () => Promise.resolve(database?.close()),
      }
    },
  }
}

/** Kysely's own says that SQLite cannot undo changes of schema. It can. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

/** SQLite's code for a lock that another process holds. */
const busy = 5
/** How long another process may hold the write lock, in milliseconds. */
const longestWait = 10_000

/**
 * Waits for another process's lock between turns of the event loop rather than inside one, and looks often:
 * SQLite's own wait sleeps for up to 100 ms, and a process that writes all the time leaves shorter gaps.
 */
async function begin(database: DatabaseSync): Promise<void> {
  const giveUpAt = performance.now() + longestWait
  for (;;) {
    try {
      return database.exec('begin immediate')
    } catch (error) {
      if (!isBusy(error) || performance.now() > giveUpAt) throw storageErrorOf(error)
    }
    await delay(1)
  }
}

export function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === busy
}

/** Does something with the driver; what is the store's fault is told as such. */
function told<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw storageErrorOf(error)
  }
}

/** Prepared statements that are kept: memory, and nothing else, bounds them. */
const mostStatements = 500
const mostLongStatements = 8

interface Prepared {
  readonly statement: StatementSync
  /** Asked once: `columns()` costs more than most of our statements take to run. */
  readonly returnsRows: boolean
}

class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync
  readonly #beforeUse: () => void
  readonly #statements = new Map<string, Prepared>()
  /** The last few. */
  readonly #longStatements = new Map<string, Prepared>()

  constructor(database: DatabaseSync, beforeUse: () => void) {
    this.#database = database
    this.#beforeUse = beforeUse
  }

  executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    return new Promise((resolve) => resolve(told(() => this.#execute<Row>(query))))
  }

  async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    this.#beforeUse()
    const statement = this.#database.prepare(query.sql)
    for (const row of statement.iterate(...(query.parameters as SQLInputValue[]))) {
      yield { rows: [row as Row] }
    }
  }

  #execute<Row>(query: CompiledQuery): QueryResult<Row> {
    this.#beforeUse()
    const { statement, returnsRows } = this.#prepare(query.sql)
    const parameters = query.parameters as SQLInputValue[]
    if (returnsRows) return { rows: statement.all(...parameters) as Row[] }
    const { changes, lastInsertRowid } = statement.run(...parameters)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }

  #prepare(sql: string): Prepared {
    const known = this.#statements.get(sql) ?? this.#longStatements.get(sql)
    if (known) return known
    const statement = this.#database.prepare(sql)
    const prepared = { statement, returnsRows: statement.columns().length > 0 }
    // Statements with long lists differ at most calls; but what is stored by the thousand comes in equal portions.
    const store = sql.length < 2_000 ? this.#statements : this.#longStatements
    if (store === this.#longStatements && store.size >= mostLongStatements) store.clear()
    if (store.size < mostStatements) store.set(sql, prepared)
    return prepared
  }
}
