import type { Compilable, CompiledQuery, QueryResult } from 'kysely'
import type { Transaction } from './database.ts'

/** Where in a statement a value of a row goes. */
class Cell {
  readonly row: number
  readonly column: string
  constructor(row: number, column: string) {
    this.row = row
    this.column = column
  }
}

/**
 * A statement for exactly so many rows, which is built and compiled at its first use only: for rows by the hundred that
 * costs more than to store them. Every parameter of it has to be a value of one of the rows.
 */
export function compileRows<Row extends object>(
  count: number,
  build: (db: Transaction['db'], rows: readonly Row[]) => Compilable<unknown>,
): (db: Transaction['db'], rows: readonly Row[]) => Promise<QueryResult<unknown>> {
  let compiled: CompiledQuery<unknown> | null = null
  return (db, rows) => {
    if (rows.length !== count) return db.executeQuery(build(db, rows))
    compiled ??= build(db, cells<Row>(count)).compile()
    const parameters = compiled.parameters.map((value) =>
      value instanceof Cell ? rows[value.row]![value.column as keyof Row] : value,
    )
    return db.executeQuery({ ...compiled, parameters })
  }
}

const cells = <Row extends object>(count: number) =>
  Array.from(
    { length: count },
    (_, row) => new Proxy({}, { get: (_target, column) => new Cell(row, String(column)) }) as Row,
  )
