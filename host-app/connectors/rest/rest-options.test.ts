import { vendorOptionsPage } from '@bobbin/shared/vendor-options'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ConnectorContext, OptionsPage } from '../connector.ts'
import { connectorFaults } from '../connector-rules.ts'
import { grantOf } from '../grant.testing.ts'
import { inOrder, setting } from '../setting-kinds.ts'
import { defineRestConnector } from './define-rest-connector.ts'
import { type FakeAnswer, type FakeVendor, startFakeVendor } from './fake-vendor.testing.ts'
import type { RestConnectorData, RestOptions } from './rest-data.ts'

/* A made-up service whose people have several shops, and choose one of them after the consent. */

const shops: RestOptions = {
  origin: 'https://id.acme.test',
  path: '/accounts?of=all',
  items: 'accounts',
  value: '{id}',
  label: '{name}',
  hint: '{kind} {id}',
  unavailable: { path: 'kind', unless: ['shop'], reason: 'It is no shop.' },
}

const acme: RestConnectorData = {
  info: {
    ...{ type: 'platform.acme', slug: 'acme', name: 'Acme', category: 'Other', logo: null, stage: 'alpha' },
    description: 'Things.',
    auth_methods: [{ key: 'oauth', title: 'OAuth', type: 'OAUTH2', properties: [] }],
    steps: ['form', 'oauth'],
    properties: inOrder([setting({ name: 'shop_id', title: 'Shop', vendor_options: {}, asked_in: 'oauth' })]),
    authorization: { provider_name: 'Acme', scopes: [] },
    ...{ default_scheduling_interval: null, default_start_date: null },
  },
  oauth: {
    ...{ issuer: null, sendsIssuer: false, clientAuthentication: 'post', scopes: [] },
    ...{ authorizationEndpoint: 'https://id.acme.test/auth', tokenEndpoint: 'https://id.acme.test/token' },
  },
  hosts: ['id.acme.test', 'api.acme.test'],
  api: { origin: 'https://api.acme.test', headers: { 'x-shop': '{shop_id}', 'x-version': '2' } },
  check: { path: '/me', proof: 'id' },
  options: { shop_id: shops },
}

let fake: FakeVendor
let answer: FakeAnswer
beforeAll(async () => {
  fake = await startFakeVendor(() => answer)
})
afterAll(() => fake?.close())
beforeEach(() => {
  fake.asked.length = 0
})

function ask(list: RestOptions = shops): Promise<OptionsPage> {
  const connector = defineRestConnector({ ...acme, options: { shop_id: list } })
  const nowhere = () => Promise.reject(new Error('It has no sockets of its own.'))
  const context: ConnectorContext = {
    ...{ settings: {}, grant: grantOf('at-1'), signal: AbortSignal.timeout(30_000) },
    ...{ fetch: fake.inPlace(fetch), resolveHost: nowhere, resolveAddresses: nowhere },
    report: { phase: () => {}, log: () => {} },
  }
  if (!connector.options) throw new Error('It has choices.')
  return connector.options(context, { property: 'shop_id', query: '', cursor: null })
}

describe('choices', () => {
  it('are asked for at their own host with the grant, and told as the data says', async () => {
    const accounts = [
      { id: 7, name: 'North', kind: 'shop' },
      { id: 8, name: 'South', kind: 'stall' },
      { id: 9, kind: 'shop' },
      { id: 10, name: 'West' },
    ]
    answer = { body: { accounts } }
    const { options, nextCursor } = await ask()
    expect(options).toEqual([
      { value: '7', label: 'North', hint: 'shop 7' },
      { value: '8', label: 'South', hint: 'stall 8', unavailable: 'It is no shop.' },
      { value: '9', label: '9', hint: 'shop 9' },
      { value: '10', label: 'West', unavailable: 'It is no shop.' },
    ])
    expect(vendorOptionsPage.parse({ data: options, next_cursor: nextCursor }).next_cursor).toBeNull()
    const [{ host, url, headers } = {}] = fake.asked
    expect([host, url?.pathname, url?.search]).toEqual(['id.acme.test', '/accounts', '?of=all'])
    expect(headers).toMatchObject({ authorization: 'Bearer at-1', 'x-version': '2' })
    expect(headers).not.toHaveProperty('x-shop')
  })

  it('may be the whole answer, at the origin of the API', async () => {
    answer = { body: [{ id: 'a', name: 'North', kind: 'shop' }] }
    const { path, value, label } = shops
    const { options } = await ask({ path, value, label })
    expect(options).toEqual([{ value: 'a', label: 'North' }])
    expect(fake.asked[0]?.host).toBe('api.acme.test')
  })

  it.each<[FakeAnswer, string]>([
    [{ body: { accounts: [{ name: 'without an id', kind: 'shop' }] } }, 'VendorUnavailable'],
    [{ body: { accounts: null } }, 'VendorUnavailable'],
    [{ body: [] }, 'VendorUnavailable'],
    [{ status: 401, body: {} }, 'AuthorizationExpired'],
    [{ status: 403, body: {} }, 'PermissionDenied'],
  ])('that come as %j are a failure', async (bad, code) => {
    answer = bad
    await expect(ask()).rejects.toMatchObject({ code })
  })
})

describe('what is wrong with the data is told at the start', () => {
  it.each<[object, string[]]>([
    [{ shop_id: shops }, []],
    [{}, ['options: "shop_id" has vendor_options, and no list']],
    [{ shop_id: shops, team: shops }, ['options: "team" is no setting with vendor_options']],
    [{ shop_id: { ...shops, value: 'one' } }, ['options.shop_id.value: all would have the same']],
    [
      { shop_id: { ...shops, unavailable: { path: 'kind', unless: [], reason: 'No.' } } },
      ['options.shop_id.unavailable: nothing could be chosen'],
    ],
    [{ shop_id: { ...shops, next: { offset: 'skip', full: 2 } } }, []],
    [
      { shop_id: { ...shops, next: { page: 'page', full: 0 } } },
      ['options.shop_id.next: a full page has items, a whole number of them'],
    ],
    [
      { shop_id: { ...shops, origin: 'https://evil.test' } },
      ['options.shop_id.origin: it is no origin of `hosts`'],
    ],
    [
      { shop_id: { ...shops, origin: 'https://id.acme.test/v2' } },
      ['options.shop_id.origin: it is no origin of `hosts`'],
    ],
    [
      { shop_id: { ...shops, path: '//evil.test/' } },
      ['options.shop_id.path: "//evil.test/" is no path below the origin'],
    ],
  ])('of %j: %j', (options, faults) => {
    expect(connectorFaults(defineRestConnector({ ...acme, options } as RestConnectorData))).toEqual(faults)
  })
})
