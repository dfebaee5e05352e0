import { expect, test } from 'vitest'
import type { SettingFault } from '@bobbin/shared/setting-faults'
import { isolated } from '@bobbin/shared/isolated'
import { database } from '../preview/connectors.ts'
import { fixtures } from '../preview/fixtures.ts'
import { errorsOf, findingOf, openErrors } from './field-errors.ts'
import type { FormFaults } from './filled-form.ts'

const none = { formFaults: null, failure: null, flow: null }
const words = (formFaults: FormFaults) => errorsOf({ ...none, formFaults }, database)
const range = (least: number | null, most: number | null): SettingFault => ({
  rule: 'not_a_number',
  parameters: { least, most },
})

test.each<[string, SettingFault, string]>([
  ['host', { rule: 'missing', parameters: {} }, 'Host is missing.'],
  ['host', { rule: 'too_long', parameters: { most: 2_048 } }, 'Host may have 2,048 characters at most.'],
  ['host', { rule: 'too_short', parameters: { least: 3 } }, 'Host needs 3 characters at least.'],
  ['ssl', { rule: 'not_a_boolean', parameters: {} }, 'Encrypt the connection (TLS) has to be true or false.'],
  ['port', range(1, 65_535), 'Port has to be a number from 1 to 65535.'],
  ['port', range(5, null), 'Port has to be a number of at least 5.'],
  ['port', range(null, 9), 'Port has to be a number of at most 9.'],
  ['port', range(null, null), 'Port has to be a whole number.'],
  [
    'replication',
    { rule: 'not_an_option', parameters: { options: ['Standard', 'From the log'] } },
    'Replication has to be Standard or From the log.',
  ],
  [
    'replication',
    { rule: 'not_an_option', parameters: { options: 'abcdefghi'.split('') } },
    'Replication has to be one of the choices.',
  ],
  [
    'host',
    { rule: 'not_in_format', parameters: { formats: ['hostname', 'ipv4', 'ipv6'] } },
    'Host has to be a host name or an IP address.',
  ],
  [
    'host',
    { rule: 'not_in_format', parameters: { formats: ['email', 'uuid', 'iri'] } },
    'Host has to be an email address, a UUID, or in the format iri.',
  ],
  ['host', { rule: 'other_form', parameters: { example: null } }, 'Host does not have the right form.'],
  ['host', { rule: 'other_form', parameters: { example: 'a.test' } }, 'Host has to look like a.test.'],
  ['host', { rule: 'not_settable', parameters: {} }, 'Host cannot be set here.'],
  ['host', { rule: 'fixed', parameters: {} }, 'Host cannot be changed any more.'],
  ['lunch', { rule: 'not_known', parameters: {} }, `${isolated('lunch')} is not a setting of this type.`],
  [
    'password',
    { rule: 'needed_again', parameters: { changed: ['host'] } },
    'Password has to be entered again: Host has changed, and it goes only where it was entered for.',
  ],
  [
    'password',
    { rule: 'needed_again', parameters: { changed: ['host', 'port'] } },
    'Password has to be entered again: Host and Port have changed, and it goes only where it was entered for.',
  ],
])('%s: %j', (name, fault, sentence) => {
  expect(words({ [name]: fault })).toEqual({ [name]: sentence })
})

test('what is missing is not where the app turns out to give it', () => {
  const missing: SettingFault = { rule: 'missing', parameters: {} }
  const long: SettingFault = { rule: 'too_long', parameters: { most: 9 } }
  const formFaults = { host: missing, port: long, user: missing, dbname: missing, display_name: missing }
  const properties = database.properties.flatMap((one) => {
    if (one.name === 'user') return []
    return [one.name === 'host' || one.name === 'port' ? { ...one, preset: 'prefilled' as const } : one]
  })
  const errors = errorsOf({ ...none, formFaults }, { ...database, properties })
  expect(Object.keys(errors)).toEqual(['port', 'dbname', 'display_name'])
})

test('a name that cannot be is told in words of our own', () => {
  const failure = { code: 'InvalidDisplayName' as const, message: 'invalid display_name (x)', data: {} }
  expect(errorsOf({ ...none, failure }, database)).toEqual({
    display_name: 'This name cannot be used. Please choose another.',
  })
})

test('what the check found stands at its field, until something newer is known', () => {
  const page = fixtures['form-after-check']?.page
  const flow = page?.kind === 'flow' ? page.state : null
  const message = 'The server did not accept the user name and password.'
  expect(errorsOf({ ...none, flow }, database)).toEqual({ password: message })
  expect(errorsOf({ ...none, flow, formFaults: {} }, database)).toEqual({})
})

test('an error goes as its field is typed in, and comes back with another finding', () => {
  const errors = { host: 'Host is missing.', user: 'User is missing.' }
  expect(openErrors(errors, ['user'])).toEqual({ host: 'Host is missing.' })
  expect(openErrors(errors, ['user', 'host'])).toEqual({})
  const faults: FormFaults = { host: { rule: 'missing', parameters: {} } }
  const finding = findingOf({ ...none, formFaults: faults })
  expect(findingOf({ ...none, formFaults: faults })).toBe(finding)
  expect(findingOf({ ...none, formFaults: { ...faults } })).not.toBe(finding)
})
