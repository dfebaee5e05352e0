import type { ConnectorInfo, PropertyInfo } from '@bobbin/shared/connector-info'
import { describe, expect, it } from 'vitest'
import { bindingFaults, unboundPlaces, withBindings } from '../../../connectors/bindings.ts'
import { hpPostgres } from '../../../connectors/hp-postgres/connector.ts'
import { planSettings, type UpdateMode } from './settings-change.ts'

const property = (name: string, order: number, rest: Partial<PropertyInfo> = {}): PropertyInfo => ({
  name,
  title: name,
  is_required: false,
  is_credential: false,
  property_type: 'user_provided',
  affects_authorization: false,
  json_schema: { type: 'string' },
  order,
  ...rest,
})

const infoOf = (properties: PropertyInfo[], rest: Partial<ConnectorInfo> = {}): ConnectorInfo => ({
  ...hpPostgres.info,
  properties,
  ...rest,
})

/** A key or a password, at a host or through a tunnel. */
const info = infoOf([
  property('host', 1, { binds: ['password', 'key'] }),
  property('port', 2, { binds: ['password'], default: '5432' }),
  property('url', 3, { binds: ['key'] }),
  property('tunnel', 4, { binds: ['password'], default: 'no' }),
  property('tunnel_host', 5, { binds: ['password'], show_when: { property: 'tunnel', in: ['yes'] } }),
  property('way', 6, { default: 'password' }),
  property('password', 7, { is_credential: true, show_when: { property: 'way', in: ['password'] } }),
  property('key', 8, { is_credential: true }),
  property('note', 9),
])

const stored = { host: 'db.test', url: 'https://api.test/v1' }
const kept = { names: ['password', 'key'], values: { password: 'p', key: 'k' } }

const plan = (given: Record<string, string | null>, mode: UpdateMode = 'merge', before = stored) =>
  planSettings(info, before, kept, given, mode)

describe('a secret that goes nowhere until a setting has a value', () => {
  const pinned = infoOf([
    property('host', 1, { binds: ['password'] }),
    property('host_key', 2, { binds: ['password'], binds_once_given: true }),
    property('password', 3, { is_credential: true }),
  ])
  const after = (before: Record<string, string>, given: Record<string, string | null>) =>
    planSettings(pinned, before, { names: ['password'], values: { password: 'p' } }, given, 'merge')
      .neededAgain

  it('stays when that gets its first one, and is needed again with each other change', () => {
    const [bare, known] = [{ host: 'a.test' }, { host: 'a.test', host_key: 'SHA256:a' }]
    expect(after(bare, { host_key: 'SHA256:a' })).toEqual([])
    expect(after(bare, { host_key: 'SHA256:a', host: 'b.test' })).toEqual(['password'])
    expect(after(known, { host_key: 'SHA256:a' })).toEqual([])
    expect(after(known, { host_key: 'SHA256:b' })).toEqual(['password'])
    expect(after(known, { host_key: null })).toEqual(['password'])
  })
})

describe('a secret is needed again when what binds it', () => {
  it.each<[string, Record<string, string | null>, string[]]>([
    ['is another', { host: 'evil.test' }, ['key', 'password']],
    ['is another, and one secret came along', { host: 'evil.test', password: 'p' }, ['key']],
    ['is removed', { host: null }, ['key', 'password']],
    ['leaves its default', { port: '5433' }, ['password']],
    ['shows for the first time', { tunnel: 'yes', tunnel_host: 'evil.test' }, ['password']],
    ['is a URL of another host', { url: 'https://evil.test/v1' }, ['key']],
    ['is a URL without encryption', { url: 'http://api.test/v1' }, ['key']],
  ])('%s', (_, given, names) => {
    const { neededAgain, faults } = plan(given)
    expect(neededAgain.toSorted()).toEqual(names)
    expect(Object.keys(faults).toSorted()).toEqual(names)
  })

  it.each<[string, Record<string, string | null>]>([
    ['is the same', { host: 'db.test' }],
    ['is written otherwise', { host: ' DB.test. ', url: 'HTTPS://API.test:443/v1' }],
    ['is its own default', { port: '5432', tunnel: 'no' }],
    ['is not shown', { tunnel_host: 'evil.test' }],
    ['is left alone', { note: 'x' }],
    ['goes with it', { host: null, password: null, key: null }],
  ])('but not when it %s', (_, given) => {
    expect(plan(given).neededAgain).toEqual([])
  })
})

it('a form says the same, where secrets left blank are kept', () => {
  expect(plan({ ...stored, host: 'evil.test' }, 'replace').neededAgain).toEqual(['password', 'key'])
  expect(plan(stored, 'replace').neededAgain).toEqual([])
})

it('a secret that is hidden while its host changes is forgotten, so that it cannot be shown to it later', () => {
  const hidden = plan({ way: 'none' })
  expect(hidden).toMatchObject({ neededAgain: [], forgets: false })
  const moved = plan({ host: 'evil.test', key: 'k' }, 'merge', { ...stored, way: 'none' } as typeof stored)
  expect(moved).toMatchObject({ neededAgain: [], forgets: true, secret: { key: 'k' }, hasNewSecrets: true })
})

describe('with an authorization', () => {
  const oauth = infoOf(
    [
      property('endpoint', 1, { binds: ['key'] }),
      property('key', 2, { is_credential: true }),
      property('note', 3),
    ],
    { steps: ['form', 'oauth'] },
  )
  const secrets = { names: ['key'], values: { key: 'k' } }

  it('is void when what binds a secret changes, and not for the rest', () => {
    const change = (given: Record<string, string>) =>
      planSettings(oauth, { endpoint: 'a' }, secrets, given, 'merge')
    expect(change({ endpoint: 'b', key: 'k' }).touchesAuthorization).toBe(true)
    expect(change({ note: 'b' }).touchesAuthorization).toBe(false)
  })

  it('a place that voids nothing is found', () => {
    const places = (rest: Partial<PropertyInfo>) =>
      unboundPlaces(infoOf([property('subdomain', 1, rest)], { steps: ['form', 'oauth'] }))
    expect(places({})).toEqual(['subdomain'])
    expect(places({ affects_authorization: true })).toEqual([])
  })
})

describe('a connector', () => {
  const secret = property('token', 9, { is_credential: true })

  it.each(['host', 'base_url', 'ssh_tunnel', 'proxy_host'])(
    'with a secret says whether %s binds it',
    (name) => {
      expect(unboundPlaces(infoOf([property(name, 1), secret]))).toEqual([name])
      expect(unboundPlaces(infoOf([property(name, 1, { binds: ['token'] }), secret]))).toEqual([])
      expect(unboundPlaces(infoOf([property(name, 1)]))).toEqual([])
    },
  )

  it('binds secrets only, and others than itself', () => {
    expect(
      bindingFaults(infoOf([property('host', 1, { binds: ['note'] }), property('note', 2)])),
    ).toHaveLength(1)
    expect(bindingFaults(infoOf([{ ...secret, binds: ['token'] }]))).toHaveLength(1)
    expect(bindingFaults(infoOf([property('host', 1, { binds: ['token'] }), secret]))).toEqual([])
  })

  it('that says nothing of it binds every secret by every setting that is given', () => {
    const silent = infoOf([
      property('site', 1),
      property('since', 2),
      property('session', 3, { property_type: 'read_only' }),
      secret,
    ])
    const bound = withBindings(silent)
    expect(bound.properties.map(({ binds }) => binds)).toEqual([['token'], ['token'], undefined, undefined])
    const kept = { names: ['token'], values: null }
    expect(planSettings(bound, { site: 'a' }, kept, { site: 'b' }, 'merge').neededAgain).toEqual(['token'])
  })

  it('that says it of one setting is taken at its word', () => {
    const said = infoOf([property('site', 1, { binds: ['token'] }), property('since', 2), secret])
    expect(withBindings(said)).toBe(said)
  })
})
