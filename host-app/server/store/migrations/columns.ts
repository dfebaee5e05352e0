import type { Kysely } from 'kysely'

// oxlint-disable-next-line typescript/no-explicit-any -- Kysely hands migrations a schema-less database
export type AnyDatabase = Kysely<any>

/** Begins a table whose rows are numbered by the database. */
export const autoId = (db: AnyDatabase, table: string) =>
  db.schema.createTable(table).addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())

export const required = <Column extends { notNull(): Column }>(column: Column) => column.notNull()
