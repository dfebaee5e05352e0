import { z } from 'zod'
import { cleanName } from './clean-name.ts'

/** Characters of what a vendor says of a choice. */
export const longestWords = 200
const words = z
  .string()
  .max(longestWords)
  .refine((text) => cleanName(text) === text)

/** A value that a setting can have, as its vendor knows it. */
export const vendorOption = z.object({
  value: z.string().min(1).max(1_000),
  label: words,
  /** What tells it from others of its name: an id, a kind, a country. */
  hint: words.optional(),
  /** Why it cannot be taken. */
  unavailable: words.optional(),
})
export type VendorOption = z.infer<typeof vendorOption>

/** Choices of one answer at most: vendors without pages tell all of theirs at once. */
const mostOfOnePage = 10_000

/** Some of the choices; `next_cursor` leads to the next ones, and is null where these are the last. */
export const vendorOptionsPage = z.object({
  data: z.array(vendorOption).max(mostOfOnePage),
  next_cursor: z.string().min(1).max(4_000).nullable(),
})
export type VendorOptionsPage = z.infer<typeof vendorOptionsPage>

/** Which choices are asked for. */
export const vendorOptionsQuery = z.object({
  q: z
    .string()
    .max(200)
    .default('')
    .describe('Only those whose label, hint or value has each of these words.'),
  cursor: z.string().max(4_000).optional().describe('The `next_cursor` of the page before.'),
})
