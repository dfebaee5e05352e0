import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { connectorFaults } from '../connector-rules.ts'
import { runConnector } from '../connector-contract.testing.ts'
import { grantOf } from '../grant.testing.ts'
import { startDate, inOrder, secret, setting } from '../setting-kinds.ts'
import { defineRestConnector } from './define-rest-connector.ts'
import {
  type AskedRequest,
  type FakeAnswer,
  type FakeVendor,
  startFakeVendor,
} from './fake-vendor.testing.ts'
import type { RestConnectorData, RestStream } from './rest-data.ts'

/* A made-up service with a host for each customer, where one signs in with a name and a key, or by OAuth. */

const stream = (id: string): RestStream => ({
  ...{ id, path: `/${id}?limit=1`, key: ['id'], replication: 'updated_at' },
  fields: { integer: 'id', text: 'name', time: 'updated_at' },
})

const acme: RestConnectorData = {
  info: {
    ...{ type: 'platform.acme', slug: 'acme', name: 'Acme', category: 'Other', logo: null, stage: 'alpha' },
    description: 'Things.',
    auth_methods: [
      { key: 'oauth', title: 'OAuth', type: 'OAUTH2', properties: [] },
      { key: 'key', title: 'API key', type: 'API_KEY', properties: ['email', 'api_key'] },
    ],
    stream_noun: 'object',
    steps: ['form', 'oauth', 'discover_schema', 'field_selection'],
    properties: inOrder([
      startDate,
      setting({ name: 'domain', title: 'Domain', binds: ['api_key'], affects_authorization: true }),
      setting({ name: 'email', title: 'Email' }),
      secret({ name: 'api_key', title: 'API key' }),
    ]),
    authorization: { provider_name: 'Acme', scopes: [] },
    ...{ default_scheduling_interval: null, default_start_date: null },
  },
  oauth: {
    ...{ issuer: null, sendsIssuer: false, clientAuthentication: 'post', scopes: [] },
    ...{ authorizationEndpoint: 'https://id.acme.test/auth', tokenEndpoint: 'https://id.acme.test/token' },
    keptFields: { tenant: 'tenant.id' },
  },
  hosts: ['*.acme.test'],
  api: {
    origin: 'https://{domain}.acme.test',
    signIn: { key: { basic: ['{email}/token', '{api_key}'] } },
    headers: { 'x-tenant': '{tenant}', 'x-version': '2' },
    errors: {
      path: 'why',
      means: {
        no_scope: { code: 'PermissionDenied', access: { reason: 'needs_scope', scope: 'tasks.read' } },
        no_named_scope: { code: 'PermissionDenied', access: { reason: 'needs_scope', scope: '{needed}' } },
        no_plan: { code: 'PermissionDenied', access: { reason: 'needs_plan' } },
      },
    },
    items: 'items',
    manners: { atOnce: 2 },
  },
  check: { path: '/me?of={domain}', proof: 'user.id' },
  identify: { names: ['{user.name} ({user.mail})', '{user.name} at {domain}'] },
  streams: [
    ...[stream('tasks'), stream('notes'), stream('tags')],
    { id: 'words', partOf: 'notes', key: ['id'], replication: 'FULL_TABLE', fields: { integer: 'id' } },
  ],
}

let fake: FakeVendor
let answer: (request: AskedRequest) => FakeAnswer
const me = { user: { id: 7, name: 'Anna' } }

beforeAll(async () => {
  fake = await startFakeVendor((request) => answer(request))
})
afterAll(() => fake?.close())
beforeEach(() => {
  fake.asked.length = 0
  answer = ({ url }) => ({ body: url.pathname === '/me' ? me : { items: [] } })
})

const settings = { domain: 'shop', start_date: '2026-01-31' }
const byKey = { ...settings, auth_method: 'key', email: 'a@b.test', api_key: 'k' }

function run(
  given: Record<string, string> = settings,
  data: Partial<RestConnectorData> = {},
  scopes: string[] = [],
) {
  const grant = given['auth_method'] === 'key' ? null : grantOf('at-1', { kept: { tenant: 't-1' }, scopes })
  const connector = defineRestConnector({ ...acme, ...data })
  const nowhere = () => Promise.reject(new Error('It has no sockets of its own.'))
  const ways = { fetch: fake.inPlace(fetch), resolveHost: nowhere, resolveAddresses: nowhere }
  return runConnector(connector, { settings: given, grant, ...ways })
}

describe('a request', () => {
  it('goes to the customer’s host, with the grant and what was kept with it', async () => {
    expect((await run()).error).toBeNull()
    const [{ host, url, headers } = {}] = fake.asked
    expect([host, url?.pathname, url?.search]).toEqual(['shop.acme.test', '/me', '?of=shop'])
    expect(headers).toMatchObject({ authorization: 'Bearer at-1', 'x-tenant': 't-1', 'x-version': '2' })
  })

  it('signs in by the method that was chosen, and leaves out what it has not', async () => {
    expect((await run(byKey)).error).toBeNull()
    const basic = `Basic ${Buffer.from('a@b.test/token:k').toString('base64')}`
    expect(fake.asked[0]?.headers).toMatchObject({ authorization: basic, 'x-version': '2' })
    expect(fake.asked[0]?.headers).not.toHaveProperty('x-tenant')
  })

  it.each(['evil.test/', 'a b', 'shop#', '..', 'shop@evil.test'])('does not go to %j', async (domain) => {
    const { error } = await run({ ...byKey, domain })
    expect(error).toMatchObject({ code: 'SettingUnusable', field: 'domain' })
    expect(fake.asked).toEqual([])
  })
})

describe('a check', () => {
  it.each([{}, { user: null }, [], 'yes', { user: { id: null } }])(
    'believes no answer like %j',
    async (body) => {
      answer = () => ({ body })
      expect((await run()).error).toMatchObject({ code: 'VendorUnavailable' })
    },
  )

  it('takes a refusal for one, unless that proves the sign-in, too', async () => {
    answer = ({ url }) => (url.pathname === '/me' ? { status: 403, body: {} } : { body: { items: [] } })
    expect((await run()).error).toMatchObject({ code: 'PermissionDenied' })
    const { error, streams } = await run(settings, { check: { ...acme.check, mayBeRefused: true } })
    expect([error, streams.length]).toEqual([null, 4])
  })
})

describe('streams of lists that differ', () => {
  const own = { ...stream('bills'), items: 'bills', scope: 'bills.read' } as RestStream
  const streams = [...(acme.streams ?? []), own]

  it('are looked for where each list lies', async () => {
    answer = () => ({ body: { ...me, items: [] } })
    expect((await run(settings, { streams })).error).toMatchObject({ code: 'VendorUnavailable' })
    answer = () => ({ body: { ...me, items: [], bills: [] } })
    expect((await run(settings, { streams })).error).toBeNull()
  })

  it.each([
    [[], { reason: 'needs_scope', scope: 'bills.read' }],
    [['bills.read'], { reason: 'not_permitted' }],
  ])('lack the scope where they are refused and %j was granted', async (scopes, access) => {
    answer = ({ url }) => ({ status: url.pathname === '/bills' ? 403 : 200, body: { ...me, items: [] } })
    const found = (await run(settings, { streams }, scopes)).streams
    expect(found.find(({ tap_stream_id: id }) => id === 'bills')).toMatchObject({ access })
  })
})

describe('streams', () => {
  const refusing = (words: Record<string, string>) => {
    answer = ({ url }) => {
      const why = words[url.pathname]
      return why === undefined ? { body: { ...me, items: [] } } : { status: 403, body: { why } }
    }
  }

  it('are there with the reason why they cannot be read, in their order', async () => {
    refusing({ '/tasks': 'no_scope', '/notes': 'no_plan' })
    const { streams, error } = await run()
    expect(error).toBeNull()
    expect(streams.map(({ tap_stream_id: id, access }) => [id, access])).toEqual([
      ['tasks', { reason: 'needs_scope', scope: 'tasks.read' }],
      ['notes', { reason: 'needs_plan' }],
      ['tags', undefined],
      ['words', { reason: 'needs_plan' }],
    ])
  })

  it.each([
    [{ needed: 'tags:read' }, { reason: 'needs_scope', scope: 'tags:read' }],
    [{}, { reason: 'not_permitted' }],
    [{ needed: '<b>everything</b>' }, { reason: 'not_permitted' }],
  ])('say which scope they need, where the answer does: %j', async (more, access) => {
    answer = ({ url }) => ({
      body: url.pathname === '/tags' ? { why: 'no_named_scope', ...more } : { ...me, items: [] },
    })
    const { streams } = await run()
    expect(streams.find((found) => found.tap_stream_id === 'tags')?.access).toEqual(access)
  })

  it('that are all refused are a failure, and none is found', async () => {
    refusing({ '/tasks': 'other', '/notes': 'other', '/tags': 'other' })
    const { streams, error } = await run()
    expect([streams, error]).toMatchObject([[], { code: 'PermissionDenied' }])
  })

  it.each<[FakeAnswer, string]>([
    [{ status: 500, body: {} }, 'VendorUnavailable'],
    [{ status: 401, body: {} }, 'AuthorizationExpired'],
    [{ body: { items: { id: 1 } } }, 'VendorUnavailable'],
  ])('that answer with %j fail the check', async (bad, code) => {
    answer = ({ url }) => (url.pathname === '/notes' ? bad : { body: { ...me, items: [] } })
    expect((await run()).error).toMatchObject({ code })
  })

  it('are asked for so many at a time, and not at all once one has failed', async () => {
    const many = Array.from({ length: 20 }, (_, index) => stream(`list_${index}`))
    let [running, most] = [0, 0]
    answer = ({ url }) => {
      running += 1
      most = Math.max(most, running)
      setImmediate(() => (running -= 1))
      return url.pathname === '/list_0' ? { status: 500, body: {} } : { body: { ...me, items: [] } }
    }
    expect((await run(settings, { streams: many })).error).toMatchObject({ code: 'VendorUnavailable' })
    expect(most).toBeLessThanOrEqual(2)
    expect(fake.asked.length).toBeLessThan(6)
  })
})

describe('what is wrong with the data is told at the start', () => {
  const faultsOf = (more: Partial<RestConnectorData>) =>
    connectorFaults(defineRestConnector({ ...acme, ...more }))
  const api = (more: Partial<RestConnectorData['api']>) => ({ api: { ...acme.api, ...more } })
  const check = (path: string) => ({ check: { ...acme.check, path } })
  const first = (more: object) => ({ streams: [{ ...stream('tasks'), ...more } as RestStream] })
  const properties = (more: object) => ({
    info: { ...acme.info, properties: acme.info.properties.map((one) => ({ ...one, ...more })) },
  })

  it.each<[Partial<RestConnectorData>, string[]]>([
    [{}, []],
    [api({ origin: 'https://api.other.test' }), ['api.origin: it is no address of `hosts`']],
    [api({ origin: 'https://a.acme.test/v2' }), ['api.origin: it is https, a host and nothing behind it']],
    [api({ origin: 'https://{tenant}.acme.test' }), []],
    [api({ origin: 'https://{shop}.acme.test' }), ['api.origin: "shop" is no setting and not kept']],
    [
      properties({ binds: [], affects_authorization: false }),
      [
        'domain: it says where "api_key" goes, and does not bind it',
        'domain: it says where the grant goes, and has to be affects_authorization',
      ],
    ],
    [check('https://evil.test/me'), ['check.path: "https://evil.test/me" is no path below the origin']],
    [check('//evil.test/me'), ['check.path: "//evil.test/me" is no path below the origin']],
    [check('/me?key={api_key}'), ['check.path: "api_key" is a secret, and has no place in an address']],
    [check('/{team}'), ['check.path: "team" is no setting and not kept']],
    [api({ signIn: {} }), ['api.signIn.key: the access_token and a method that has a grant go together']],
    [
      api({ signIn: { key: { bearer: '{email}' } } }),
      ["api.signIn.key: it has none of the method's secrets"],
    ],
    [
      api({ signIn: { ...acme.api.signIn, token: { bearer: '{api_key}' } } }),
      ['api.signIn: "token" is no auth method'],
    ],
    [api({ headers: { 'x-team': '{team}' } }), ['api.headers.x-team: "team" is no setting and not kept']],
    [
      api({ statuses: { 404: { code: 'HostNotFound', field: 'host' } } }),
      ['api: the field of 404, "host", is no setting'],
    ],
    [
      api({ statuses: { 404: { code: 'HostNotFound', access: { reason: 'needs_plan' } } } }),
      ['api: the access of 404 goes with PermissionDenied'],
    ],
    [api({ manners: { atOnce: 0 } }), ['api.manners: there has to be something that may be asked']],
    [{ identify: { names: ['{api_key}'] } }, ['identify: "api_key" is a secret, and no name']],
    [
      { identify: { origin: 'https://evil.test', names: ['{id}'] } },
      ['identify.origin: it is no origin of `hosts`'],
    ],
    [first({ key: ['uuid'] }), ['streams.tasks: the key has to be of its fields']],
    [first({ key: [] }), ['streams.tasks: the key has to be of its fields']],
    [first({ replication: 'changed' }), ['streams.tasks: replication is a field of it, or FULL_TABLE']],
    [
      first({ fields: { integer: 'id id', time: 'updated_at' } }),
      ['streams.tasks: each field is there once'],
    ],
    [{ streams: [stream('a'), stream('a')] }, ['streams: each id is there once']],
    [
      {
        streams: [
          { id: 'words', partOf: 'a', key: ['id'], replication: 'FULL_TABLE', fields: { text: 'id' } },
        ],
      },
      ['streams.words: it is part of "a", which is not asked for'],
    ],
  ])('of %j: %j', (more, faults) => {
    expect(faultsOf(more)).toEqual(faults)
  })
})
