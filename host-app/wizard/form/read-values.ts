import type { PropertyInfo } from '@bobbin/shared/connector-info'
import type { Values } from '@bobbin/shared/setting-rules'
import { displayName } from './settings.ts'

/** What the form's controls hold now, by name. */
export function readValues(form: HTMLFormElement, properties: readonly PropertyInfo[]): Values {
  const names = [displayName, ...properties.map(({ name }) => name)]
  return Object.fromEntries(names.map((name) => [name, valueOf(form.elements.namedItem(name))]))
}

/** Whether anything differs from what the page came with. */
export function isTouched(form: HTMLFormElement): boolean {
  return [...form.elements].some((control) => {
    if (control instanceof HTMLSelectElement)
      return [...control.options].some((o) => o.selected !== o.defaultSelected)
    if (control instanceof HTMLInputElement && control.type === 'checkbox')
      return control.checked !== control.defaultChecked
    if (control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement)
      return control.value !== control.defaultValue
    return false
  })
}

function valueOf(control: Element | RadioNodeList | null): string {
  if (control instanceof HTMLInputElement && control.type === 'checkbox') return String(control.checked)
  const hasText = control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement
  return hasText || control instanceof HTMLSelectElement ? control.value : ''
}
