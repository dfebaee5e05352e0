import type { VendorOption } from '@bobbin/shared/vendor-options'
import { z } from 'zod'
import type { ConnectorContext, OptionsPage, OptionsQuestion } from '../connector.ts'
import { restCalls } from './rest-calls.ts'
import type { RestConnectorData, RestOptions } from './rest-data.ts'
import { filled, valueAt } from './template.ts'

/** What the vendor lists for a setting, all at once. */
export async function readOptions(
  { info, api, hosts, options = {} }: Pick<RestConnectorData, 'info' | 'api' | 'hosts' | 'options'>,
  context: ConnectorContext,
  { property }: Pick<OptionsQuestion, 'property'>,
): Promise<OptionsPage> {
  const choices = Object.hasOwn(options, property) ? options[property] : undefined
  if (!choices) throw new Error(`There are no choices for ${property}.`)
  const { origin, path, items } = choices
  const { http, addressOf } = restCalls({ info, hosts, api }, context, origin)
  const list = z
    .unknown()
    .transform((answer) => (items === undefined ? answer : valueAt(answer, items)))
    .pipe(z.array(optionOf(choices)))
  const { value } = await http.get(addressOf(path), list)
  return { options: value, nextCursor: null }
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
