import { describe, expect, it } from 'vitest'
import { EndpointRefused, namesIn, resolveEndpoint } from './endpoints.ts'

const hosts = ['*.acme.test', 'login.acme.test']

it.each<[string, Record<string, string>, string]>([
  ['https://{shop}.acme.test/token', { shop: 'one' }, 'https://one.acme.test/token'],
  ['https://{shop}.acme.test/token', { shop: 'One.eu' }, 'https://One.eu.acme.test/token'],
  ['https://login.acme.test/{tenant}/token', { tenant: 'a b/c' }, 'https://login.acme.test/a%20b%2Fc/token'],
  [
    '{instance_url}/revoke',
    { instance_url: 'https://eu4.acme.test/some/path' },
    'https://eu4.acme.test/revoke',
  ],
])('%s with %j is %s', (endpoint, values, address) => {
  expect(resolveEndpoint(endpoint, values, hosts)).toBe(address)
})

it('may be a function of the values', () => {
  const endpoint = ({ is_sandbox: isSandbox }: Readonly<Record<string, string>>) =>
    `https://${isSandbox === 'true' ? 'test' : 'login'}.acme.test/token`
  expect(resolveEndpoint(endpoint, { is_sandbox: 'true' }, hosts)).toBe('https://test.acme.test/token')
  expect(resolveEndpoint(endpoint, {}, hosts)).toBe('https://login.acme.test/token')
})

describe('who says where a secret goes is the vendor, never whoever fills in the form', () => {
  /** Every way in which a value has been made to end a host and begin another. */
  const attacks = [
    'evil.test/', 'evil.test#', 'evil.test?', 'evil.test\\', 'evil.test:443/', 'evil.test/@', 'a@evil.test/', 'a:b@evil.test/',
    'evil.test\t', 'evil.test\n', 'evil.test\0', 'evil.test%2f', 'evil.test%23', 'evil.test／', 'evil.test＃', 'evil.test？', 'evil.test＠',
    '//evil.test', '..', '.', '', ' ', 'a..b', '.a', 'x/../..', '{shop}', '127.0.0.1/', '[::1]/', '169.254.169.254#', 'evil.test\u2044',
  ] // prettier-ignore

  it.each(attacks)('%j in a host', (shop) => {
    for (const endpoint of [
      'https://{shop}.acme.test/token',
      ({ shop: given = '' }: Readonly<Record<string, string>>) => `https://${given}.acme.test/token`,
    ]) {
      try {
        const { hostname, protocol } = new URL(resolveEndpoint(endpoint, { shop }, hosts))
        // What is left of it by a URL's own rules is the vendor's still.
        expect([protocol, hostname.endsWith('.acme.test')]).toEqual(['https:', true])
      } catch (error) {
        expect(error).toBeInstanceOf(EndpointRefused)
      }
    }
  })

  it.each(attacks)('%j as a whole origin', (origin) => {
    const make = () => resolveEndpoint('{origin}/token', { origin: `https://${origin}` }, hosts)
    expect(make).toThrow(EndpointRefused)
  })

  it.each(['javascript:alert(1)', 'data:,x', 'http://login.acme.test', 'https://login.acme.test.evil.test'])(
    '%s as a whole origin',
    (origin) => {
      expect(() => resolveEndpoint('{origin}/token', { origin }, hosts)).toThrow(EndpointRefused)
    },
  )

  it.each(['..', '.', ''])('%j as a step of a path', (tenant) => {
    const make = () => resolveEndpoint('https://login.acme.test/{tenant}/token', { tenant }, hosts)
    expect(make).toThrow(EndpointRefused)
  })

  it('not even a name that all objects have', () => {
    expect(() => resolveEndpoint('https://{constructor}.acme.test', {}, hosts)).toThrow(EndpointRefused)
  })
})

it('goes where the connector says, without hosts', () => {
  expect(resolveEndpoint('http://127.0.0.1:1/token', {}, undefined)).toBe('http://127.0.0.1:1/token')
  expect(() => resolveEndpoint('/token', {}, undefined)).toThrow(EndpointRefused)
})

it('names what it is made of', () => {
  expect(namesIn('{instance_url}/{tenant_id}/x')).toEqual(['instance_url', 'tenant_id'])
  expect(namesIn('https://acme.test/x')).toEqual([])
})
