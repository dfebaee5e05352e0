import type { PropertyInfo } from '@bobbin/shared/connector-info'
import { meantValue, type Values } from '@bobbin/shared/setting-rules'
import { displayName } from './settings.ts'

/** What the form's controls hold now, by name. */
export function readValues(form: HTMLFormElement, properties: readonly PropertyInfo[]): Values {
  const names = [displayName, ...properties.map(({ name }) => name)]
  return Object.fromEntries(names.map((name) => [name, valueOf(form.elements.namedItem(name))]))
}

/** The controls that hold something else than the page came with, and what they hold. */
export function changedValues(form: HTMLFormElement): Values {
  const changed = [...form.elements].filter(isChanged)
  return Object.fromEntries(changed.map((control) => [control.getAttribute('name') ?? '', valueOf(control)]))
}

/**
 * Puts a value into a control that still holds what the page came with: what the person typed meanwhile stays. A choice
 * that there no longer is is left out.
 */
export function restoreValue(form: HTMLFormElement, name: string, value: string): void {
  const control = form.elements.namedItem(name)
  if (control instanceof Element && !isChanged(control)) setValue(control, value)
}

/** A text field shows what was meant by what was typed in it. */
export function showMeant(control: unknown, properties: readonly PropertyInfo[]): void {
  if (!(control instanceof HTMLInputElement) || control.type !== 'text') return
  const property = properties.find(({ name }) => name === control.name)
  const meant = meantValue(property, control.value)
  if (meant !== control.value) setValue(control, meant)
}

/** Puts a value into a control that can be changed and can hold it. */
export function setValue(control: Element, value: string): boolean {
  if (control instanceof HTMLSelectElement) {
    if (control.disabled || ![...control.options].some((option) => option.value === value)) return false
    control.value = value
  } else if (control instanceof HTMLInputElement && control.type === 'checkbox') {
    if (control.disabled) return false
    control.checked = value === 'true'
  } else if (hasText(control)) {
    if (control.readOnly) return false
    control.value = value
  }
  return true
}

function isChanged(control: Element): boolean {
  if (control instanceof HTMLSelectElement) return control.value !== control.dataset['initial']
  if (control instanceof HTMLInputElement && control.type === 'checkbox')
    return control.checked !== control.defaultChecked
  return hasText(control) && control.value !== control.defaultValue
}

function valueOf(control: Element | RadioNodeList | null): string {
  if (control instanceof HTMLInputElement && control.type === 'checkbox') return String(control.checked)
  return hasText(control) || control instanceof HTMLSelectElement ? control.value : ''
}

function hasText(control: unknown): control is HTMLInputElement | HTMLTextAreaElement {
  return control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement
}
