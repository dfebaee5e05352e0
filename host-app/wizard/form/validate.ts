import { cleanName } from '@bobbin/shared/clean-name'
import type { PropertyInfo } from '@bobbin/shared/connector-info'
import { form as words } from '../messages/en/form.ts'
import { shownNames } from './show-when.ts'
import { displayName, type Values } from './settings.ts'

/** A sentence per field at fault, by the property's name; `display_name` is the form's own field. */
export type FieldErrors = Readonly<Record<string, string>>

/**
 * What can be told without asking the server, which judges everything again. `kept` are the secrets that
 * may stay blank.
 */
export function validate(
  properties: readonly PropertyInfo[],
  values: Values,
  kept: readonly string[],
): FieldErrors {
  const errors: Record<string, string> = {}
  const name = values[displayName] ?? ''
  if (name === '') errors[displayName] = words.required(words.displayName)
  else if (cleanName(name) !== name) errors[displayName] = words.badCharacters(words.displayName)
  const shown = shownNames(properties, values)
  for (const property of properties) {
    if (!shown.has(property.name)) continue
    const value = values[property.name] ?? ''
    const isMissing = value === '' && property.is_required && !kept.includes(property.name)
    const error = isMissing ? words.required(property.title) : value && misfit(property, value)
    if (error) errors[property.name] = error
  }
  return errors
}

function misfit({ title, json_schema: schema }: PropertyInfo, value: string): string | null {
  const { pattern, maxLength, minLength } = schema ?? {}
  if (typeof maxLength === 'number' && value.length > maxLength) return words.tooLong(title, maxLength)
  if (typeof minLength === 'number' && value.length < minLength) return words.tooShort(title, minLength)
  if (typeof pattern === 'string' && !new RegExp(pattern, 'u').test(value)) return words.badPattern(title)
  return null
}
