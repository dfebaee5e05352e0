import { describe, expect, test } from 'vitest'
import type { PropertyInfo } from '@bobbin/shared/connector-info'
import { database } from '../preview/connectors.ts'
import { controlOf, countingValues, formProperties, initialValue, sections } from './settings.ts'

function named(name: string, rest: Partial<PropertyInfo> = {}): PropertyInfo {
  const found = database.properties.find((property) => property.name === name)
  if (!found) throw new Error(`The preview's database has no ${name}`)
  return { ...found, ...rest }
}

const source = {
  id: 1,
  display_name: 'Orders',
  properties: { host: 'db.example.com', ssl: 'false' },
  kept_secrets: ['password'],
  external_account: null,
  reconnect_by: null,
}

describe('the form', () => {
  test('leaves out what the system or the app provides', () => {
    const hidden = [
      named('host', { property_type: 'read_only' }),
      named('port', { property_type: 'system_provided_by_default' }),
    ]
    hidden.push(named('ssl', { in_form: false }))
    expect(formProperties([...hidden, named('user')]).map(({ name }) => name)).toEqual(['user'])
  })

  test('keeps the members of a group together, at the place of its first', () => {
    const list = [named('host'), named('user'), named('port'), named('password')]
    expect(
      sections(list).map(({ group, properties }) => [group, properties.map(({ name }) => name)]),
    ).toEqual([
      [null, ['host']],
      ['Sign-in', ['user', 'password']],
      [null, ['port']],
    ])
  })
})

describe('the control', () => {
  test.each([
    ['a secret for a credential', named('host', { is_credential: true }), 'secret'],
    ['a select for choices', named('replication'), 'select'],
    ['a switch for true and false', named('host', { json_schema: { enum: ['true', 'false'] } }), 'switch'],
    ['text for anything else', named('host'), 'text'],
    ['what the connector asks for', named('ssl_ca', { is_credential: true }), 'multiline'],
  ] as const)('is %s', (_what, property, control) => {
    expect(controlOf(property)).toBe(control)
  })
})

describe('the first value', () => {
  test('is what was saved, and the default where nothing was', () => {
    expect(initialValue(named('port'), null)).toBe('5432')
    expect(initialValue(named('port'), source)).toBe('5432')
    expect(initialValue(named('host'), source)).toBe('db.example.com')
  })

  test('of a secret is never anything', () => {
    const leaked = { ...source, properties: { password: 'hunter2' } }
    expect(initialValue(named('password', { default: 'x' }), leaked)).toBe('')
  })

  test('of a switch never saved is its default', () => {
    expect(initialValue(named('ssl'), { ...source, properties: {} })).toBe('true')
    expect(initialValue(named('ssl'), source)).toBe('false')
  })
})

test('what counts is what the controls hold, tidied, and what was saved of all that has none', () => {
  const properties = [named('host'), named('port'), named('password'), named('user', { in_form: false })]
  const saved = { ...source, properties: { host: 'old', user: 'anna' } }
  const held = { display_name: 'Orders', host: ' h ', port: '', password: ' p ', user: 'eve' }
  expect(countingValues(properties, saved, held)).toEqual({ host: 'h', password: ' p ', user: 'anna' })
})
