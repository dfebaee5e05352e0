import { sql, type SelectQueryBuilder } from 'kysely'
import type { Tables } from './tables.ts'

/** Where a row stands in a list: its values of the columns that the list is ordered by. */
export type Position = readonly (string | number)[]

/** A part of an ordered list: from the n-th row on, or what is next to a row that was seen before. */
export interface Slice {
  readonly limit: number
  readonly start: { offset: number } | { after: Position } | { before: Position }
}

/**
 * What a list is ordered by. Together the columns are unique and never change for a row, so that whatever
 * is added or removed meanwhile, what comes after a position is neither repeated nor missed.
 */
export interface Order<Row> {
  readonly columns: readonly (keyof Row & string)[]
  readonly direction: 'asc' | 'desc'
}

export interface SlicedRows<Row> {
  readonly rows: Row[]
  /** Of the whole list. */
  readonly total: number
  /** Positions of the first and the last row; null when there are no rows. */
  readonly ends: { first: Position; last: Position } | null
  readonly hasPrevious: boolean
  readonly hasNext: boolean
}

/** Reads a slice of what the query finds. The query selects the columns of the order, and orders nothing itself. */
export async function readSlice<Table extends keyof Tables, Row extends object>(
  query: SelectQueryBuilder<Tables, Table, Row>,
  { columns, direction }: Order<Row>,
  { limit, start }: Slice,
): Promise<SlicedRows<Row>> {
  const isBackwards = 'before' in start
  const isAscending = (direction === 'asc') !== isBackwards
  let wanted = query
  if (!('offset' in start)) {
    const position = isBackwards ? start.before : start.after
    wanted = wanted.where(
      sql<boolean>`(${sql.join(columns.map((column) => sql.ref(column)))})
        ${sql.raw(isAscending ? '>' : '<')} (${sql.join([...position])})`,
    )
  }
  for (const column of columns) wanted = wanted.orderBy(sql.ref(column), isAscending ? 'asc' : 'desc')
  // One more than wanted tells whether there are more.
  wanted = wanted.limit(limit + 1)
  if ('offset' in start) wanted = wanted.offset(start.offset)
  const found = (await wanted.execute()) as Row[]
  const rows = found.slice(0, limit)
  if (isBackwards) rows.reverse()

  const { total } = await query
    .clearSelect()
    .select(sql<number>`count(*)`.as('total'))
    .executeTakeFirstOrThrow()
  const [first, last] = [rows[0], rows.at(-1)]
  const hasMore = found.length > limit
  return {
    rows,
    total: Number(total),
    ends: first && last ? { first: positionOf(first, columns), last: positionOf(last, columns) } : null,
    hasPrevious: isBackwards ? hasMore : 'after' in start || start.offset > 0,
    hasNext: isBackwards || hasMore,
  }
}

function positionOf<Row>(row: Row, columns: readonly (keyof Row & string)[]): Position {
  return columns.map((column) => row[column] as string | number)
}
