import { cleanName } from '@bobbin/shared/clean-name'
import type { FlowProperty } from '@bobbin/shared/connector-info'
import type { SettingFault } from '@bobbin/shared/setting-faults'
import { missingSettings, shownProperties, tidied, type Values } from '@bobbin/shared/setting-rules'
import { plainFault } from '@bobbin/shared/value-faults'
import type { BodyOf } from '../api-client.ts'
import { countingValues, displayName, formProperties, isKept, type Source } from './settings.ts'

/** What can be wrong with a field: with a setting, or with the name, the form's own field. */
export type FormFault =
  | SettingFault
  | { readonly rule: 'bad_characters' | 'bad_name'; readonly parameters: Readonly<Record<string, never>> }

/** By the property's name; `display_name` is the form's own field. */
export type FormFaults = Readonly<Record<string, FormFault>>

/** A form as it is submitted: what is wrong with it, and what to send where nothing is. */
export interface FilledForm {
  readonly faults: FormFaults
  readonly body: BodyOf<'saveForm'>
}

/**
 * Reads what the controls hold. What is wrong is what can be told without asking the server, which judges
 * everything again by the same rules; what stands as it was saved is not judged anew. A secret left blank is left out, which keeps it; anything else left out is
 * removed.
 */
export function fillForm(properties: readonly FlowProperty[], source: Source, held: Values): FilledForm {
  const values = countingValues(properties, source, held)
  const shown = new Set(formProperties(shownProperties(properties, values)))
  const faults: Record<string, FormFault> = {}
  const name = (held[displayName] ?? '').trim()
  if (name === '') faults[displayName] = { rule: 'missing', parameters: {} }
  else if (cleanName(name) !== name) faults[displayName] = { rule: 'bad_characters', parameters: {} }

  const kept = properties.filter((one) => isKept(one, source)).map(({ name: one }) => one)
  const missing = missingSettings(properties, values, new Set(kept))
  const saved = tidied(properties, source?.properties ?? {})
  const sent: [string, string][] = []
  for (const property of shown) {
    const value = values[property.name]
    const isAsSaved = value === saved[property.name]
    const fault =
      value === undefined ? missing[property.name] : isAsSaved ? null : plainFault(property, value)
    if (fault) faults[property.name] = fault
    if (value !== undefined) sent.push([property.name, value])
  }
  return { faults, body: { display_name: name, properties: Object.fromEntries(sent) } }
}
