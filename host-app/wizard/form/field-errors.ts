import type { FlowConnector } from '@bobbin/shared/connector-info'
import { isolated } from '@bobbin/shared/isolated'
import { form as words } from '../messages/en/form.ts'
import { faultSentence } from '../messages/en/setting-fault-words.ts'
import type { WizardState } from '../wizard-state.ts'
import type { FormFaults } from './filled-form.ts'
import { displayName } from './settings.ts'

/** A sentence per field at fault, by the property's name; `display_name` is the form's own field. */
export type FieldErrors = Readonly<Record<string, string>>

/** What is wrong, in words: found before sending, by the server, or (after **Edit settings**) by the check. */
export function errorsOf(
  { formFaults, failure, flow }: Pick<WizardState, 'formFaults' | 'failure' | 'flow'>,
  connector: FlowConnector,
): FieldErrors {
  if (formFaults) return inWords(withoutGiven(formFaults, connector), connector)
  if (failure?.code === 'InvalidProperties') return inWords(failure.data.faults ?? {}, connector)
  // The API's words are for programs, and repeat what was typed.
  if (failure?.code === 'InvalidName' || failure?.code === 'InvalidDisplayName') {
    return inWords({ [displayName]: { rule: 'bad_name', parameters: {} } }, connector)
  }
  const fault = failure ? null : flow?.check?.failure
  return fault?.field ? { [fault.field]: fault.message } : {}
}

/** What was missing before the claim told that the app gives it is not any more. */
function withoutGiven(faults: FormFaults, { properties }: FlowConnector): FormFaults {
  const open = [displayName, ...properties.filter(({ preset }) => !preset).map(({ name }) => name)]
  return Object.fromEntries(
    Object.entries(faults).filter(([name, { rule }]) => rule !== 'missing' || open.includes(name)),
  )
}

/** What was found at last: another finding shows its errors anew. */
export function findingOf({
  formFaults,
  failure,
  flow,
}: Pick<WizardState, 'formFaults' | 'failure' | 'flow'>): unknown {
  return formFaults ?? failure ?? flow?.check?.name ?? null
}

/** The errors without those of fields that were typed in since. */
export function openErrors(errors: FieldErrors, mended: readonly string[]): FieldErrors {
  return Object.fromEntries(Object.entries(errors).filter(([name]) => !mended.includes(name)))
}

function inWords(faults: FormFaults, { properties }: FlowConnector): FieldErrors {
  const titles = new Map(properties.map(({ name, title }) => [name, title]))
  titles.set(displayName, words.displayName)
  const titleOf = (name: string) => titles.get(name) ?? isolated(name)
  return Object.fromEntries(
    Object.entries(faults).map(([name, fault]) => [name, faultSentence(titleOf(name), fault, titleOf)]),
  )
}
