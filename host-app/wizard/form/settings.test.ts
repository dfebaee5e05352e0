import { describe, expect, test } from 'vitest'
import type { PropertyInfo } from '@bobbin/shared/connector-info'
import { database } from '../preview/connectors.ts'
import { controlOf, formProperties, initialValue, optionsOf, sections, settingsToSend } from './settings.ts'

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

  test('offers titled and plain choices', () => {
    expect(optionsOf(named('replication'))[1]).toEqual({ value: 'log', title: 'From the log' })
    expect(optionsOf(named('host', { json_schema: { enum: ['eu', 'us'] } }))[0]).toEqual({
      value: 'eu',
      title: 'eu',
    })
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

describe('what is sent', () => {
  const properties = formProperties(database.properties)

  test('leaves out what is empty and what does not show', () => {
    const values = {
      host: 'h',
      password: '',
      ssl: 'false',
      ssl_ca: 'PEM',
      replication: 'standard',
      slot: 's',
    }
    expect(settingsToSend(properties, values)).toEqual({ host: 'h', ssl: 'false', replication: 'standard' })
  })
})
