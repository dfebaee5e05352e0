import { sql, type RawBuilder, type Selectable, type SqlBool } from 'kysely'
import type { Reader, Transaction } from '../../store/database.ts'
import type { Tables } from '../../store/tables.ts'
import { prefixOf, type SealContext } from './seal.ts'

/**
 * A column of envelopes, as the rotation of keys walks it. The noun that seals it describes it, and
 * `sealed-columns.ts` lists them all.
 */
export interface SealedColumn {
  /** `table.column`, for people. */
  readonly name: string
  /** Rows in the order of their key, from behind `after` on, of which the envelope is under this key, and under none of those. */
  walk(
    db: Reader,
    options: {
      under?: string
      notUnder: readonly string[]
      after: SealedRow | null
      limit: number
      now: number
    },
  ): Promise<SealedRow[]>
  countUnder(db: Reader, keyId: string, now: number): Promise<number>
  /** Writes the new envelope; false when the row is not what it was any more, and then nothing is written. */
  replace(tx: Transaction, row: SealedRow, sealed: string): Promise<boolean>
}

export interface SealedRow {
  readonly sealed: string
  readonly context: SealContext
  /** Values of the columns that tell it apart. */
  readonly key: readonly (string | number | null)[]
}

/** `columns`: what tells rows apart and what their context is made of, beginning with the table's own key. */
export function sealedColumn<
  Table extends keyof Tables,
  Name extends keyof Selectable<Tables[Table]> & string,
>({
  table,
  column,
  columns,
  contextOf,
  isAlive = () => sql<SqlBool>`1 = 1`,
}: {
  table: Table
  column: keyof Selectable<Tables[Table]> & string
  columns: readonly Name[]
  contextOf: (row: Pick<Selectable<Tables[Table]>, Name>) => SealContext
  /** Rows that nobody opens any more need no new envelope. */
  isAlive?: (now: number) => RawBuilder<SqlBool>
}): SealedColumn {
  type Row = Pick<Selectable<Tables[Table]>, Name> & { sealed: string }
  const envelope = sql.ref<string>(column)
  const names = sql.join(columns.map((name) => sql.ref(name)))
  const isUnder = (keyId: string) => {
    const prefix = prefixOf(keyId)
    return sql<SqlBool>`substr(${envelope}, 1, ${prefix.length}) = ${prefix}`
  }

  return {
    name: `${table}.${column}`,

    async walk(db, { under, notUnder, after, limit, now }) {
      const conditions = [isAlive(now), ...notUnder.map((keyId) => sql<SqlBool>`not ${isUnder(keyId)}`)]
      if (under !== undefined) conditions.push(isUnder(under))
      if (after) conditions.push(sql`(${names}) > (${sql.join(after.key)})`)
      const { rows } = await sql<Row>`
        select ${names}, ${envelope} as sealed from ${sql.table(table)}
        where ${sql.join(conditions, sql` and `)} order by ${names} limit ${limit}
      `.execute(db)
      return rows.map((row) => ({
        sealed: row.sealed,
        context: contextOf(row),
        key: columns.map((name) => row[name] as string | number | null),
      }))
    },

    async countUnder(db, keyId, now) {
      const { rows } = await sql<{ count: number }>`
        select count(*) as count from ${sql.table(table)} where ${isAlive(now)} and ${isUnder(keyId)}
      `.execute(db)
      return Number(rows[0]?.count ?? 0)
    },

    async replace(tx, row, sealed) {
      const isRow = columns.map((name, index) => {
        const value = row.key[index]
        return value === null ? sql`${sql.ref(name)} is null` : sql`${sql.ref(name)} = ${value}`
      })
      const { numAffectedRows } = await sql`
        update ${sql.table(table)} set ${sql.ref(column)} = ${sealed}
        where ${sql.join(isRow, sql` and `)} and ${envelope} = ${row.sealed}
      `.execute(tx.db)
      return numAffectedRows === 1n
    },
  }
}
