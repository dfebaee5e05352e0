import { cleanName } from '@bobbin/shared/clean-name'
import { hasWords, optionText, searchWords } from '@bobbin/shared/stream-search'
import {
  longestWords,
  vendorOption,
  type VendorOption,
  vendorOptionsPage,
  type VendorOptionsPage,
} from '@bobbin/shared/vendor-options'
import { z } from 'zod'
import {
  type Connector,
  type ConnectorContext,
  ConnectorError,
  type OptionsQuestion,
} from '../../../connectors/connector.ts'

/** So many choices make an answer worth its while; a vendor's own pages may be far smaller. */
const enough = 100

/** Pages of a vendor's for one answer: where a search finds nothing in them, whoever asks may go on. */
const mostPages = 10

/** The vendor's words for people, as they may be shown. */
const toldWords = z.string().transform((text) => cleanName(text).slice(0, longestWords))
const pageAsTold = vendorOptionsPage.extend({
  data: z.array(
    vendorOption.extend({
      label: toldWords,
      hint: toldWords.optional(),
      unavailable: toldWords.optional(),
    }),
  ),
})

/** Choices for a setting, of as many of the vendor's pages as make a good one. Throws `ConnectorError`. */
export async function collectOptions(
  connector: Pick<Connector, 'options'>,
  context: ConnectorContext,
  { property, query, cursor: first }: OptionsQuestion,
): Promise<VendorOptionsPage> {
  const words = searchWords(query)
  const data: VendorOption[] = []
  const seen = new Set<string>()
  let cursor = first
  for (let pages = 1; ; pages += 1) {
    context.signal.throwIfAborted()
    const found = await connector.options?.(context, { property, query, cursor })
    const page = pageAsTold.safeParse({
      data: found?.options ?? [],
      next_cursor: found?.nextCursor ?? null,
    })
    if (!page.success) {
      const detail = 'The choices came in a form that is not valid.'
      throw new ConnectorError('VendorUnavailable', { detail, cause: page.error })
    }
    data.push(...page.data.data.filter((option) => hasWords(optionText(option), words)))
    cursor = page.data.next_cursor
    if (cursor === null) return { data, next_cursor: null }
    if (seen.has(cursor) || cursor === first) {
      throw new ConnectorError('VendorUnavailable', { detail: 'The pages of choices lead in a circle.' })
    }
    seen.add(cursor)
    if (data.length >= enough || pages === mostPages) return { data, next_cursor: cursor }
  }
}
