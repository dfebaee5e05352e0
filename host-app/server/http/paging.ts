import { defaultLimit, type PageQuery } from '@bobbin/shared/api/paging'
import { z } from 'zod'
import { AppError } from '../ground/app-error.ts'
import type { Position, Slice, SlicedRows } from '../store/slice.ts'

/** Whether the caller wants a page: any query asks for one. Without a query a list is a bare array. */
export function wantsPage(query: Readonly<Record<string, unknown>>): boolean {
  return Object.values(query).some((value) => value !== undefined)
}

/**
 * The slice that a query asks for. A cursor rules over `page`, which then only says how to count.
 * `position` is the shape of the list's positions.
 * @throws {AppError} BadRequest when the cursor is none of this list's
 */
export function readSliceQuery(
  { page = 1, cursor, limit = defaultLimit }: PageQuery,
  position: z.ZodType<Position>,
): Slice {
  if (cursor === undefined) return { limit, start: { offset: (page - 1) * limit } }
  return { limit, start: readCursor(cursor, position) }
}

/**
 * A page as it goes out. Its links repeat the query (`path` is without one) and carry a cursor, so that
 * who follows them neither meets a row twice nor misses one.
 */
export function pageReply<Item>(
  path: string,
  query: PageQuery & Readonly<Record<string, string | number | undefined>>,
  { total, ends, hasPrevious, hasNext }: Omit<SlicedRows<unknown>, 'rows'>,
  data: Item[],
): { data: Item[]; page: number | null; total: number; links: { next?: string; previous?: string } } {
  const page = query.page ?? (query.cursor === undefined ? 1 : null)
  const link = (number: number, cursor?: string) => {
    const values = { ...query, page: page === null ? undefined : Math.max(1, number), cursor }
    const given = Object.entries(values).filter(([, value]) => value !== undefined)
    return `${path}?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`
  }
  const number = page ?? 1
  const links: { next?: string; previous?: string } = {}
  if (ends && hasNext) links.next = link(number + 1, writeCursor({ after: ends.last }))
  if (ends && hasPrevious) links.previous = link(number - 1, writeCursor({ before: ends.first }))
  // Past the end there is no row to lead back from.
  if (!ends && total > 0 && query.cursor === undefined) {
    links.previous = link(Math.ceil(total / (query.limit ?? defaultLimit)))
  }
  return { data, page, total, links }
}

type Cursor = { after: Position } | { before: Position }

function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url')
}

function readCursor(text: string, position: z.ZodType<Position>): Cursor {
  const schema = z.union([z.strictObject({ after: position }), z.strictObject({ before: position })])
  try {
    return schema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()))
  } catch (error) {
    throw new AppError('BadRequest', {
      message: 'The cursor is not one of this list. Take it from the links of a page.',
      data: { reason: 'cursor' },
      cause: error,
    })
  }
}
