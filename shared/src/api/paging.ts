import { z } from 'zod'

/** How many things a page has unless `limit` asks for another number. */
export const defaultLimit = 100

/**
 * Both forms of paging. `page` counts from 1. `cursor` is opaque, from a link of an earlier page: what
 * follows it is neither repeated nor missed, whatever is added or removed meanwhile.
 */
export const pageQuery = z.object({
  page: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe('Which page, from 1. It shifts when rows come or go.'),
  cursor: z
    .string()
    .max(200)
    .optional()
    .describe(
      'Where a page begins, from a `links.next` or `links.previous`: nothing is met twice or missed.',
    ),
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .max(1_000)
    .optional()
    .describe(`How many a page has: ${defaultLimit} where nothing is said, 1,000 at most.`),
})
export type PageQuery = z.infer<typeof pageQuery>

/** One page of a list. `links` are relative; they carry a cursor, so following them misses nothing. */
export const paged = <Item extends z.ZodType>(item: Item) =>
  z.object({
    data: z.array(item),
    /** null where only a cursor was given. */
    page: z.number().int().nullable(),
    total: z.number().int(),
    links: z.object({ next: z.string().optional(), previous: z.string().optional() }),
  })

/** Without a query a bare array, as Stitch answers; with one a page. */
export const arrayOrPage = <Item extends z.ZodType>(item: Item) => z.union([z.array(item), paged(item)])
