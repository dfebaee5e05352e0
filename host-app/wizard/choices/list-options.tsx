import type { PropertyInfo } from '@bobbin/shared/connector-info'
import { render } from 'preact'
import { fillForm, type FilledForm } from '../form/filled-form.ts'
import { readValues, setValue } from '../form/read-values.ts'
import { formProperties } from '../form/settings.ts'
import type { Wizard } from '../wizard.ts'
import type { WizardState } from '../wizard-state.ts'
import { FormOptions } from './form-options.tsx'
import type { AskOptions } from './option-reader.ts'

/**
 * Opens the list of what a setting can be. What it depends on and is not filled in, or cannot be right, is told at its field
 * instead, as when the form is sent.
 */
export function listOptions(
  form: HTMLFormElement,
  wizard: Wizard,
  { connector, flow }: Pick<WizardState, 'connector' | 'flow'>,
  property: PropertyInfo,
): void {
  const control = form.elements.namedItem(property.name)
  if (!connector || !(control instanceof HTMLInputElement)) return
  const { properties } = connector
  const { faults, body } = fillForm(
    properties,
    flow?.source ?? null,
    readValues(form, formProperties(properties)),
  )
  const needed = property.vendor_options?.depends_on ?? []
  const told = Object.entries(faults).filter(
    ([name, { rule }]) => needed.includes(name) || (rule !== 'missing' && byName(properties, name)),
  )
  if (told.length > 0) return wizard.submitForm({ faults: Object.fromEntries(told), body })

  const place = document.body.appendChild(document.createElement('div'))
  const close = () => {
    render(null, place)
    place.remove()
  }
  const ask: AskOptions = async (question) => {
    const asked = { ...question, property: property.name, properties: body.properties ?? {} }
    const result = await wizard.api.call('tryOptions', asked)
    if (result.ok) return result
    const { code, data } = result.error
    const found: FilledForm['faults'] = (code === 'InvalidProperties' && data.faults) || {}
    const isAtFault = Object.keys(found).length > 0
    if (isAtFault || wizard.isOver(result.error)) close()
    if (isAtFault) wizard.submitForm({ faults: found, body })
    return result
  }
  const take = (value: string) => {
    if (setValue(control, value)) control.dispatchEvent(new Event('input', { bubbles: true }))
  }
  render(
    <FormOptions property={property} value={control.value} ask={ask} onTake={take} onClose={close} />,
    place,
  )
}

function byName(properties: readonly PropertyInfo[], name: string): PropertyInfo | undefined {
  return properties.find((property) => property.name === name)
}
