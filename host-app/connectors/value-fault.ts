import { X509Certificate } from 'node:crypto'
import { Validator, type Schema } from '@cfworker/json-schema'
import type { PropertyInfo } from '@bobbin/shared/connector-info'
import { pemBlocks } from '@bobbin/shared/pem'
import type { SettingFault } from '@bobbin/shared/setting-faults'
import { isBoolean, isNumeric, misfitOf, plainFault } from '@bobbin/shared/value-faults'

/**
 * What is wrong with the value of a setting, whoever gives it (a person, a caller, a tap, or the connector as its
 * default): what the form could tell, too, then the whole of its JSON Schema. Null when nothing is.
 */
export function valueFault(property: PropertyInfo, value: string): SettingFault | null {
  const { json_schema: schema } = property
  const fault = plainFault(property, value)
  if (fault || schema === null) return fault
  const isValid = readings(schema, value).some((reading) => validatorOf(schema).validate(reading).valid)
  if (!isValid) return misfitOf(property)
  return isReadable(schema, value) ? null : { rule: 'unreadable', parameters: {} }
}

/** Whether all certificates can be read, where it has to be certificates. */
function isReadable({ contentMediaType: type }: Record<string, unknown>, value: string): boolean {
  if (type !== 'application/pem-certificate-chain') return true
  const blocks = pemBlocks(value).filter((block) => block.includes('CERTIFICATE-----'))
  return blocks.length > 0 && blocks.every(isCertificate)
}

function isCertificate(block: string): boolean {
  try {
    return new X509Certificate(block).raw.length > 0
  } catch {
    return false
  }
}

/** Text as it is, and as the number or boolean it spells where the schema speaks of one. */
function readings(schema: Record<string, unknown>, value: string): (string | number | boolean)[] {
  const found: (string | number | boolean)[] = [value]
  if (isNumeric(schema) && /^-?\d{1,15}(\.\d{1,15})?$/.test(value)) found.push(Number(value))
  if (isBoolean(schema) && (value === 'true' || value === 'false')) found.push(value === 'true')
  return found
}

const validators = new WeakMap<object, Validator>()

function validatorOf(schema: Schema): Validator {
  const known = validators.get(schema)
  if (known) return known
  const validator = new Validator(schema, '2020-12')
  validators.set(schema, validator)
  return validator
}
