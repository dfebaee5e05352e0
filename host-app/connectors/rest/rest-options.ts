import type { VendorOption } from '@bobbin/shared/vendor-options'
import { z } from 'zod'
import type { ConnectorContext, OptionsPage, OptionsQuestion } from '../connector.ts'
import { restCalls } from './rest-calls.ts'
import type { RestConnectorData, RestOptions } from './rest-data.ts'
import { filled, valueAt } from '../template.ts'

/** What the vendor lists for a setting: page by page, where it has pages, or all at once. */
export async function readOptions(
  { info, api, hosts, options = {} }: Pick<RestConnectorData, 'info' | 'api' | 'hosts' | 'options'>,
  context: ConnectorContext,
  { property, cursor }: Pick<OptionsQuestion, 'property' | 'cursor'>,
): Promise<OptionsPage> {
  const choices = Object.hasOwn(options, property) ? options[property] : undefined
  if (!choices) throw new Error(`There are no choices for ${property}.`)
  const { origin, path, items, next } = choices
  const { http, addressOf } = restCalls({ info, hosts, api }, context, origin)
  const list = z.unknown().transform((answer) => ({
    items: items === undefined ? answer : valueAt(answer, items),
    cursor: next && valueAt(answer, next.at),
  }))
  const page = list.pipe(z.object({ items: z.array(optionOf(choices)), cursor: z.unknown() }))
  const address = new URL(addressOf(path))
  if (next && cursor !== null) address.searchParams.set(next.parameter, cursor)
  const { value } = await http.get(address.href, page)
  const isMore = typeof value.cursor === 'string' && value.cursor !== ''
  return { options: value.items, nextCursor: isMore ? String(value.cursor) : null }
}

/** One of them as it is shown. One that has no value is none of the vendor's, whatever it is. */
function optionOf({ value, label, hint, unavailable }: RestOptions) {
  return z.unknown().transform((item, { addIssue }): VendorOption => {
    const textOf = (template: string) => filled(template, (path) => valueAt(item, path))
    const chosen = textOf(value)
    if (chosen === null) {
      addIssue('It has no value.')
      return z.NEVER
    }
    const more = hint === undefined ? null : textOf(hint)
    const kind = unavailable && valueAt(item, unavailable.path)
    const isClosed = unavailable !== undefined && !unavailable.unless.some((one) => one === kind)
    return {
      value: chosen,
      label: textOf(label) ?? chosen,
      ...(more !== null && { hint: more }),
      ...(isClosed && { unavailable: unavailable.reason }),
    }
  })
}
