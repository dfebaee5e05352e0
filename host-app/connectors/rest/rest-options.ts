import type { VendorOption } from '@bobbin/shared/vendor-options'
import { z } from 'zod'
import type { ConnectorContext, OptionsPage, OptionsQuestion } from '../connector.ts'
import { cursorAfter, pageAt } from './paging.ts'
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
    answer,
    found: items === undefined ? answer : valueAt(answer, items),
  }))
  const page = list.pipe(z.object({ answer: z.unknown(), found: z.array(optionOf(choices)) }))
  const address = pageAt(next, new URL(addressOf(path)), cursor)
  const { value, headers } = await http.get(address.href, page)
  const { answer, found } = value
  const read = { address, answer, headers, items: found.length }
  return { options: found, nextCursor: cursorAfter(next, cursor, read, secretsOf(info, context)) }
}

/** What a request is signed in with. */
function secretsOf(
  { properties }: Pick<RestConnectorData['info'], 'properties'>,
  { settings, grant }: Pick<ConnectorContext, 'settings' | 'grant'>,
): string[] {
  const credentials = properties.filter((one) => one.is_credential).map(({ name }) => settings[name] ?? '')
  return [grant?.accessToken ?? '', ...credentials.map((secret) => secret.trim())]
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
