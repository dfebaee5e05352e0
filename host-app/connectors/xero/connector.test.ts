import { createRequire } from 'node:module'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { requestToken } from '../../server/nouns/oauth/request-token.ts'
import { revokeToken } from '../../server/nouns/oauth/revoke-token.ts'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import { runConnector, type Situation } from '../connector-contract.testing.ts'
import { grantOf } from '../grant.testing.ts'
import { describeRestConnector } from '../rest/rest-connector.testing.ts'
import { fieldsOf } from '../rest/stream-fields.ts'
import { xero } from './connector.ts'
import { allScopes, app, type FakeXero, startFakeXero, tenants } from './fake-xero.testing.ts'
import { xeroStreams } from './xero-streams.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })
const settings = { start_date: '2026-01-31', tenant_id: tenants.shop }
const few = ['offline_access', 'accounting.settings.read', 'accounting.contacts.read']

let fake: FakeXero
beforeAll(async () => {
  fake = await startFakeXero()
  fake.tokens.set('at-of-all', { scopes: allScopes, state: 'good' })
  fake.tokens.set('at-of-few', { scopes: few, state: 'good' })
  fake.tokens.set('at-of-invoices', { scopes: ['accounting.invoices.read'], state: 'good' })
  fake.tokens.set('at-of-old', { scopes: allScopes, state: 'expired' })
})
afterAll(() => fake?.close())
beforeEach(() => {
  fake.mood = 'well'
})

function situation(accessToken: string | null = 'at-of-all', more: Record<string, string> = {}): Situation {
  const grant = grantOf(accessToken, { scopes: fake.tokens.get(accessToken ?? '')?.scopes ?? [] })
  return { settings: { ...settings, ...more }, grant, ...outbound, fetch: fake.inPlace(outbound.fetch) }
}

const expired = (token: string | null) => ({
  ...{ code: 'AuthorizationExpired' as const, field: null },
  situation: () => situation(token),
})
const notOf = (tenant: string) => ({
  ...{ code: 'PermissionDenied' as const, field: 'tenant_id' },
  situation: () => situation('at-of-all', { tenant_id: tenant }),
})

describeRestConnector(xero, {
  example: { ...settings, include_archived_contacts: 'true' },
  junk: {
    start_date: ['', 'yesterday'],
    include_archived_contacts: ['perhaps'],
    tenant_id: ['', 'two words', 'a\nb'],
  },
  working: () => situation(),
  fake: () => fake,
  options: { tenant_id: [tenants.shop, tenants.farm] },
  secrets: () => [...fake.tokens.keys()],
  failures: {
    'a made-up token': expired('at-of-none'),
    'a token of old': expired('at-of-old'),
    'no grant': expired(null),
    'a tenant that has left': notOf(tenants.left),
    'a tenant that has no books': notOf(tenants.practice),
    'no tenant': notOf(''),
    'a grant without the scope of the check': {
      ...{ code: 'PermissionDenied', field: null },
      situation: () => situation('at-of-invoices'),
    },
  },
})

it('offers the organisations by name, and no practice', async () => {
  const report = { phase: () => {}, log: () => {} }
  const context = {
    ...situation('at-of-all', { tenant_id: '' }),
    signal: AbortSignal.timeout(30_000),
    report,
  }
  const question = { property: 'tenant_id', query: '', cursor: null }
  expect(await xero.options?.(context, question)).toEqual({
    options: [
      { value: tenants.shop, label: 'Shop Ltd' },
      { value: tenants.farm, label: 'Farm & Sons' },
      {
        ...{ value: tenants.practice, label: 'Books by Anna' },
        unavailable: 'It is a practice, and has no books of its own.',
      },
    ],
    nextCursor: null,
  })
  expect(fake.asked.at(-1)?.headers).not.toHaveProperty('xero-tenant-id')
  expect(await xero.identify?.({ ...context, ...situation() })).toBe('Shop Ltd')
})

describe('what a grant may read', () => {
  const accessOf = async (given: Situation) => {
    const { streams, error, lines } = await runConnector(xero, given)
    expect([error, streams.length]).toEqual([null, xeroStreams.length])
    const closed = streams.filter(({ access }) => access !== undefined)
    return { closed: closed.map(({ tap_stream_id: id, access }) => [id, access]), lines }
  }

  it('is told of each stream, with the scope that it lacks', async () => {
    const { closed } = await accessOf(situation('at-of-few'))
    const scope = 'accounting.invoices.read'
    expect(closed).toContainEqual(['invoices', { reason: 'needs_scope', scope }])
    expect(closed).toContainEqual(['quotes', { reason: 'needs_scope', scope }])
    const ids = closed.map(([id]) => id)
    expect(ids.toSorted()).toEqual(
      [
        ...['bank_transactions', 'bank_transfers', 'credit_notes', 'invoices', 'linked_transactions'],
        ...['manual_journals', 'overpayments', 'payments', 'prepayments', 'purchase_orders', 'quotes'],
        'repeating_invoices',
      ].toSorted(),
    )
  })

  it('is found out where Xero asks to wait', async () => {
    fake.requestsLeft = 3
    const { closed, lines } = await accessOf(situation())
    expect([closed, lines]).toEqual([[], ['The service asks to wait 0 s.']])
  })
})

it('asks for every scope that a stream needs', () => {
  const needed = xeroStreams.flatMap((stream) => ('path' in stream ? [stream.scope] : []))
  expect(new Set(xero.oauth?.scopes)).toEqual(new Set(['offline_access', ...needed]))
})

it('makes the config of a tap', () => {
  const given = { ...settings, include_archived_contacts: 'true' }
  const config = { ...given, start_date: '2026-01-31T00:00:00Z', access_token: 'at-of-all' }
  expect(xero.config?.({ settings: given, grant: situation().grant })).toEqual(config)
})

it('is granted by Xero what it can renew and end there', async () => {
  const { oauth: provider, hosts } = xero
  if (!provider) throw new Error('It has a provider.')
  fake.codes.set('code-1', allScopes)
  const client = { id: app.clientId, secret: app.secret }
  const ways = { provider, client, fetch: fake.inPlace(fetch), now: () => Date.now() }
  const ask = async (
    grantType: 'authorization_code' | 'refresh_token',
    parameters: Record<string, string>,
  ) => {
    const endpoint = String(provider.tokenEndpoint)
    const answer = await requestToken({ ...ways, endpoint, grantType, timeout: 30_000, parameters })
    if (answer.kind !== 'granted') throw new Error(`It was ${answer.kind}.`)
    return answer.values
  }
  const code = { code: 'code-1', redirect_uri: app.redirectUri, code_verifier: 'v' }
  const { refresh_token: first = '' } = await ask('authorization_code', code)
  const tokens = await ask('refresh_token', { refresh_token: first })
  expect(tokens['refresh_token']).not.toBe(first)
  const { access_token: latest = '' } = tokens
  expect((await runConnector(xero, situation(latest))).error).toBeNull()
  const ended = { ...ways, hosts, tokens, signal: AbortSignal.timeout(30_000) }
  expect(await revokeToken(ended)).toEqual({ kind: 'revoked' })
  expect((await runConnector(xero, situation(latest))).error).toMatchObject({ code: 'AuthorizationExpired' })
})

it('has no field that Xero’s own client does not know', () => {
  const models: unknown = createRequire(import.meta.url)('xero-node')
  const attributesOf = (id: string): { baseName: string }[] => {
    const singular = id.replace(/ies$/, 'y').replace(/s$/, '')
    const name = singular.replaceAll(/(?:^|_)([a-z])/g, (_match, letter: string) => letter.toUpperCase())
    return (
      (models as Record<string, { getAttributeTypeMap(): { baseName: string }[] }>)[
        name
      ]?.getAttributeTypeMap() ?? []
    )
  }
  const unknown = xeroStreams.flatMap(({ id, fields }) => {
    const known = new Set(attributesOf(id).map(({ baseName }) => baseName))
    return fieldsOf(fields).flatMap(([name]) => (known.has(name) ? [] : [`${id}.${name}`]))
  })
  expect(unknown).toEqual([])
})
