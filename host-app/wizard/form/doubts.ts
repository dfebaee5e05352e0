import type { PropertyInfo } from '@bobbin/shared/connector-info'
import type { Values } from '@bobbin/shared/setting-rules'
import { form as words } from '../messages/en/form.ts'

/** What is to be said of values that may be right all the same, by the name of each setting that can have such a one. */
export type Doubts = Readonly<Record<string, string>>

/** Of the values that the form holds; an empty text where there is nothing to say. */
export function doubtsOf(properties: readonly PropertyInfo[], held: Values): Doubts {
  const doubtful = properties.filter((one) => one.usual_form ?? one.value_warnings)
  return Object.fromEntries(
    doubtful.map((property) => [property.name, doubtOf(property, held[property.name])]),
  )
}

function doubtOf({ usual_form: usual, value_warnings: warnings }: PropertyInfo, value = ''): string {
  const isUsual = !usual || value === '' || new RegExp(usual.pattern, 'iu').test(value)
  if (warnings && Object.hasOwn(warnings, value)) return warnings[value] ?? ''
  return isUsual ? '' : words.unusual(usual.example)
}
