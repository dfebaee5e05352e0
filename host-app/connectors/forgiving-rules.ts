import type { PropertyInfo } from '@bobbin/shared/connector-info'
import { meantValue } from '@bobbin/shared/setting-rules'
import { optionsOf } from '@bobbin/shared/value-faults'
import { valueFault } from './value-fault.ts'

/** What is wrong with what a setting says to forgive, to warn of and to show around its field. */
export function forgivingFaults(property: PropertyInfo): string[] {
  const { name, found_in: found = [], usual_form: usual, value_warnings: warnings = {} } = property
  const { affix, description, suggested } = property
  const faults: string[] = []
  if (found.length > 0 && property.is_credential) {
    faults.push(`${name}: a secret is taken as it is typed, and out of no other text`)
  }
  for (const pattern of found) {
    if (!isPattern(pattern)) faults.push(`${name}: a pattern of found_in cannot be read`)
  }
  if (usual && !isPattern(usual.pattern)) faults.push(`${name}: the pattern of usual_form cannot be read`)
  const options = optionsOf(property).map(({ value }) => value)
  for (const value of Object.keys(warnings)) {
    if (!options.includes(value))
      faults.push(`${name}: value_warnings has "${value}", which is no choice of it`)
  }
  if (affix && description === undefined) {
    faults.push(
      `${name}: what its affix shows has to be in its description, too, for people who hear the form`,
    )
  }
  if (suggested !== undefined && (property.is_credential || valueFault(property, suggested) !== null)) {
    faults.push(`${name}: what is suggested is not valid`)
  }
  return faults.length > 0 ? faults : fixedPointFaults(property)
}

/** What is meant by a value is that value: else each save would change it. */
function fixedPointFaults(property: PropertyInfo): string[] {
  const { placeholder, found_in: found } = property
  if (!found || placeholder === undefined || valueFault(property, placeholder) !== null) return []
  return meantValue(property, placeholder) === placeholder
    ? []
    : [`${property.name}: found_in changes a value that is right as it is`]
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'iu') instanceof RegExp
  } catch {
    return false
  }
}
