import { describe, expect, it } from 'vitest'
import type { AuthMethod } from '@bobbin/shared/auth-method'
import { missingSettings, shownProperties } from '@bobbin/shared/setting-rules'
import { connectorInfo, property } from '../server/testing/made-up-connector.testing.ts'
import { chosenMethod, infoFor, meantMethod, methodFaults, withAuthMethods } from './auth-methods.ts'

const oauth: AuthMethod = { key: 'oauth', title: 'Sign in there', type: 'OAUTH2', properties: [] }
const key: AuthMethod = {
  key: 'api_key',
  title: 'API key',
  type: 'API_KEY',
  properties: ['email', 'api_key'],
}
const user: AuthMethod = { key: 'user', title: 'Password', type: 'BASIC', properties: ['email', 'password'] }

const plain = connectorInfo({
  steps: ['form', 'oauth', 'discover_schema'],
  auth_methods: [oauth, key, user],
  properties: [
    property('subdomain', { order: 1 }),
    property('email', { order: 2 }),
    property('api_key', { order: 3, is_credential: true }),
    property('password', { order: 4, is_credential: true }),
  ],
  authorization: { provider_name: 'Desk', scopes: [] },
})
const info = withAuthMethods(plain)
const shown = (values: Record<string, string>) =>
  shownProperties(info.properties, values).map(({ name }) => name)

describe('the choice of a method', () => {
  it('stands before all else, with what each method needs shown with it alone', () => {
    expect(info.properties.toSorted((a, b) => a.order - b.order)[0]).toMatchObject({
      name: 'auth_method',
      default: 'oauth',
      json_schema: { oneOf: [{ const: 'oauth', title: 'Sign in there' }, {}, {}] },
    })
    expect(shown({})).toEqual(['auth_method', 'subdomain'])
    expect(shown({ auth_method: 'api_key' })).toEqual(['auth_method', 'subdomain', 'email', 'api_key'])
    expect(shown({ auth_method: 'user' })).toEqual(['auth_method', 'subdomain', 'email', 'password'])
    expect(missingSettings(info.properties, { subdomain: 'x' }, new Set())).toEqual({})
  })

  it('is not there where there is one', () => {
    const one = connectorInfo({ auth_methods: [key], properties: plain.properties })
    expect(withAuthMethods(one)).toBe(one)
  })

  it('brings an oauth step with OAuth alone, and the same info each time', () => {
    expect(infoFor(info, {})).toBe(info)
    expect(infoFor(info, { auth_method: 'oauth' })).toBe(info)
    const byKey = infoFor(info, { auth_method: 'api_key' })
    expect(byKey).toMatchObject({ steps: ['form', 'discover_schema'], authorization: null })
    expect(infoFor(info, { auth_method: 'user' })).toBe(byKey)
    expect(chosenMethod(info, { auth_method: 'nonsense' }).key).toBe('oauth')
  })

  it.each([
    [{}, null],
    [{ subdomain: 'x' }, null],
    [{ email: 'a@b.test' }, null],
    [{ api_key: 'k' }, 'api_key'],
    [{ email: 'a@b.test', password: 'p' }, 'user'],
    [{ api_key: 'k', password: 'p' }, null],
    [{ api_key: null }, null],
    [{ api_key: '' }, null],
  ])('is meant by whoever gives %j: %s', (given: Record<string, string | null>, method) => {
    expect(meantMethod(info, given)).toBe(method)
  })
})

it.each<[string, Partial<typeof plain>, string[]]>([
  ['nothing', {}, []],
  [
    'two of one key',
    { auth_methods: [oauth, key, { ...user, key: 'api_key' }] },
    ['auth_methods: each key is there once'],
  ],
  [
    'an oauth step without a method for it',
    { auth_methods: [key, user] },
    ['an oauth step and an auth method of type OAUTH2 go together'],
  ],
  [
    'a setting of the same name',
    { properties: [...plain.properties, property('auth_method')] },
    ['auth_methods: the setting auth_method is added by itself'],
  ],
  [
    'a setting with two reasons to be hidden',
    {
      properties: plain.properties.map((one) =>
        one.name === 'password' ? { ...one, show_when: { property: 'subdomain', in: ['x'] } } : one,
      ),
    },
    ['auth_methods: "password" is shown with its method, and cannot have a show_when of its own'],
  ],
])('finds %s to be wrong', (_name, change, faults) => {
  expect(methodFaults({ ...plain, ...change })).toEqual(faults)
})
