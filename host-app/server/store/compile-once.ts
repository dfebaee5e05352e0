import type { Compilable, CompiledQuery, QueryResult } from 'kysely'
import type { Reader, Transaction } from './database.ts'

class Slot {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/**
 * A query that is built and compiled at its first use only; each call binds values. Building and compiling
 * costs more than what SQLite then does, so the statements of a claim are worth it.
 */
export function compileOnce<Values extends object, Row>(
  build: (db: Reader, slot: Values) => Compilable<Row>,
): (db: Reader | Transaction['db'], values: Values) => Promise<QueryResult<Row>> {
  let compiled: CompiledQuery<Row> | null = null
  return (db, values) => {
    compiled ??= build(db, new Proxy({}, { get: (_, name) => new Slot(String(name)) }) as Values).compile()
    const parameters = compiled.parameters.map((value) =>
      value instanceof Slot ? values[value.name as keyof Values] : value,
    )
    return db.executeQuery({ ...compiled, parameters })
  }
}
