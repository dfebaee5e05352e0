import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { collectOptions } from '../../server/edges/connector-process/collect-options.ts'
import type { ConnectorContext } from '../connector.ts'
import { grantOf } from '../grant.testing.ts'
import { inOrder, setting } from '../setting-kinds.ts'
import { defineRestConnector } from './define-rest-connector.ts'
import { type FakeAnswer, type FakeVendor, startFakeVendor } from './fake-vendor.testing.ts'
import type { RestPaging } from './paging.ts'

/* A service with five shops, two on a page, that leads to the next page in each way that there is. */

const token = 'at-of-anna'
const all = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }))
const list = 'https://api.acme.test/v2/shops'

type Way = (query: URLSearchParams) => FakeAnswer

const from = (start: number) => all.slice(start, start + 2)
const next = (start: number, more: string, none: null | '' | false) =>
  start + 2 < all.length ? more.replace('?', `?of=mine&limit=2&`).replace('N', String(start + 2)) : none
const startIn = (query: URLSearchParams) => Number(query.get('after') ?? '0')

const ways: Readonly<Record<string, { paging: RestPaging; way: Way }>> = {
  'a cursor': {
    paging: { at: 'meta.next', parameter: 'after' },
    way: (query) => {
      const start = startIn(query)
      return { body: { shops: from(start), meta: { next: start + 2 < all.length ? String(start + 2) : '' } } }
    },
  },
  'a cursor that is a number': {
    paging: { at: 'next', parameter: 'after' },
    way: (query) => {
      const start = startIn(query)
      return { body: { shops: from(start), next: start + 2 < all.length ? start + 2 : null } }
    },
  },
  'the address of the next page': {
    paging: { url: 'links.next' },
    way: (query) => {
      const start = startIn(query)
      return { body: { shops: from(start), links: { next: next(start, `${list}?after=N`, null) } } }
    },
  },
  'a part of its address': {
    paging: { url: 'next' },
    way: (query) => {
      const start = startIn(query)
      return { body: { shops: from(start), next: next(start, '/v2/shops?after=N', false) } }
    },
  },
  'a header': {
    paging: { link: 'next' },
    way: (query) => {
      const start = startIn(query)
      const more = next(start, `<${list}?after=N>; title="a, b"; rel="next last"`, '')
      const link = [`<${list}?after=0>; rel=first`, more].filter((one) => one !== '').join(', ')
      return { body: { shops: from(start) }, headers: { link } }
    },
  },
  'the numbers of pages': {
    paging: { page: 'page', full: 2 },
    way: (query) => ({ body: { shops: from((Number(query.get('page') ?? '1') - 1) * 2) } }),
  },
  'the numbers of pages, from zero on': {
    paging: { page: 'page', first: 0, full: 2 },
    way: (query) => ({ body: { shops: from(Number(query.get('page') ?? '0') * 2) } }),
  },
  'how many came before': {
    paging: { offset: 'skip', full: 2 },
    way: (query) => ({ body: { shops: from(Number(query.get('skip') ?? '0')) } }),
  },
}

let fake: FakeVendor
let answer: Way
beforeAll(async () => {
  fake = await startFakeVendor(({ url, headers }) =>
    headers.authorization === `Bearer ${token}` && url.pathname === '/v2/shops'
      ? answer(url.searchParams)
      : { status: 404, body: {} },
  )
})
afterAll(() => fake?.close())
beforeEach(() => {
  fake.asked.length = 0
})

function choicesBy(paging: RestPaging) {
  const connector = defineRestConnector({
    info: {
      ...{ type: 'platform.acme', slug: 'acme', name: 'Acme', category: 'Other', logo: null, stage: 'alpha' },
      description: 'Things.',
      auth_methods: [{ key: 'oauth', title: 'OAuth', type: 'OAUTH2', properties: [] }],
      steps: ['form', 'oauth'],
      properties: inOrder([setting({ name: 'shop', title: 'Shop', vendor_options: {}, asked_in: 'oauth' })]),
      authorization: { provider_name: 'Acme', scopes: [] },
      ...{ default_scheduling_interval: null, default_start_date: null },
    },
    oauth: {
      ...{ issuer: null, sendsIssuer: false, clientAuthentication: 'post', scopes: [] },
      ...{
        authorizationEndpoint: 'https://api.acme.test/auth',
        tokenEndpoint: 'https://api.acme.test/token',
      },
    },
    hosts: ['api.acme.test'],
    api: { origin: 'https://api.acme.test' },
    check: { path: '/me', proof: 'id' },
    options: {
      shop: {
        ...{ path: '/v2/shops?of=mine&limit=2', items: 'shops', value: '{id}', label: '{id}' },
        next: paging,
      },
    },
  })
  const nowhere = () => Promise.reject(new Error('It has no sockets of its own.'))
  const context: ConnectorContext = {
    ...{ settings: {}, grant: grantOf(token), signal: AbortSignal.timeout(30_000) },
    ...{ fetch: fake.inPlace(fetch), resolveHost: nowhere, resolveAddresses: nowhere },
    report: { phase: () => {}, log: () => {} },
  }
  const question = { property: 'shop', query: '' }
  return {
    page: async (cursor: string | null) => connector.options?.(context, { ...question, cursor }),
    all: () => collectOptions(connector, context, { ...question, cursor: null }),
  }
}

describe('pages that follow each other by', () => {
  it.each(Object.entries(ways))('%s are read to the end', async (_which, { paging, way }) => {
    answer = way
    const { data, next_cursor: cursor } = await choicesBy(paging).all()
    expect([data.map(({ value }) => value), cursor]).toEqual([['a', 'b', 'c', 'd', 'e'], null])
    const queries = fake.asked.map(({ url }) => url.searchParams)
    // What the path asks for is asked for with each page.
    expect(queries.map((query) => [query.get('of'), query.get('limit')])).toEqual([
      ['mine', '2'],
      ['mine', '2'],
      ['mine', '2'],
    ])
  })
})

describe('a cursor', () => {
  it.each(['https://evil.test/', '//evil.test', '/../me', '#x', 'limit=100\n', '@evil.test/'])(
    'that was never given out (%s) leads to no other place',
    async (cursor) => {
      answer = () => ({ body: { shops: [], links: {} } })
      for (const { paging } of Object.values(ways))
        await choicesBy(paging)
          .page(cursor)
          .catch(() => null)
      expect(fake.asked.map(({ host, url }) => host + url.pathname)).toEqual(
        fake.asked.map(() => 'api.acme.test/v2/shops'),
      )
    },
  )

  it.each<RestPaging>([
    { page: 'page', full: 2 },
    { offset: 'skip', full: 2 },
  ])('that has to be a number and is none is refused unasked: %j', async (paging) => {
    for (const cursor of ['', '-1', '1e3', '1&of=all', '9'.repeat(10)]) {
      await expect(choicesBy(paging).page(cursor)).rejects.toMatchObject({ code: 'VendorUnavailable' })
    }
    expect(fake.asked).toEqual([])
  })

  it.each<[RestPaging, (link: string) => FakeAnswer]>([
    [{ url: 'next' }, (link) => ({ body: { shops: [], next: link } })],
    [{ link: 'next' }, (link) => ({ body: { shops: [] }, headers: { link: `<${link}>; rel="next"` } })],
  ])('of %j is of this list alone, and has no secret in it', async (paging, saying) => {
    for (const link of ['https://evil.test/v2/shops?after=2', '/v2/people?after=2', 'http://']) {
      answer = () => saying(link)
      await expect(choicesBy(paging).page(null)).rejects.toMatchObject({ code: 'VendorUnavailable' })
    }
    answer = () => saying(`${list}?access_token=${token}&after=2&auth=Bearer+${token}`)
    expect(await choicesBy(paging).page(null)).toMatchObject({ nextCursor: '?after=2' })
  })
})
