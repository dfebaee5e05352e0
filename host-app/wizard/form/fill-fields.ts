import type { FlowConnector } from '@bobbin/shared/connector-info'
import { form as words } from '../messages/en/form.ts'
import { fillingOf } from './filling.ts'
import { setValue } from './read-values.ts'

/** Puts a pasted address into the fields that take its parts; what was done, in words, or null where it is no address. */
export function fillFields(
  form: HTMLFormElement,
  connector: FlowConnector,
  text: string,
  into: string,
): string | null {
  const filling = fillingOf(connector, text)
  if (!filling) return null
  const titles: string[] = []
  for (const { property, value } of filling.values) {
    const control = form.elements.namedItem(property.name)
    if (!(control instanceof HTMLElement)) continue
    // Whatever it showed before: what comes now was not typed here.
    if (property.is_credential && control instanceof HTMLInputElement) control.type = 'password'
    if (!setValue(control, value)) continue
    control.dispatchEvent(new Event('input', { bubbles: true }))
    titles.push(property.title)
  }
  // Left in a field that takes no part of it, the address would be sent and shown, its password too.
  const source = form.elements.namedItem(into)
  if (source instanceof HTMLInputElement && source.value === text) setValue(source, source.defaultValue)
  return words.filledFrom(titles, filling)
}
