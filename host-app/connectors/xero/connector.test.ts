import { createRequire } from 'node:module'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { requestToken } from '../../server/nouns/oauth/request-token.ts'
import { revokeToken } from '../../server/nouns/oauth/revoke-token.ts'
import { contextOf, runConnector } from '../connector-contract.testing.ts'
import { fieldsOf } from '../rest/stream-fields.ts'
import { xero } from './connector.ts'
import { openXero, type XeroScene } from './contract.testing.ts'
import { allScopes, app, tenants } from './fake-xero.testing.ts'
import { xeroStreams } from './xero-streams.ts'

let scene: XeroScene
beforeAll(async () => {
  scene = await openXero()
})
afterAll(() => scene?.close())
beforeEach(() => {
  scene.fake.mood = 'well'
})

it('offers the organisations by name, and no practice', async () => {
  const context = contextOf(xero, scene.situation('at-of-all', { tenant_id: '' }))
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
  expect(scene.fake.asked.at(-1)?.headers).not.toHaveProperty('xero-tenant-id')
})

it('waits where Xero asks it to, and finds everything', async () => {
  scene.fake.requestsLeft = 3
  const { streams, error, lines } = await runConnector(xero, scene.situation())
  expect([error, lines]).toEqual([null, ['The service asks to wait 0 s.']])
  expect(streams.map(({ access }) => access).filter(Boolean)).toEqual([])
})

it('asks for every scope that a stream needs', () => {
  const needed = xeroStreams.flatMap((stream) => ('path' in stream ? [stream.scope] : []))
  expect(new Set(xero.oauth?.scopes)).toEqual(new Set(['offline_access', ...needed]))
})

it('makes the config of a tap', () => {
  const { settings, grant } = scene.situation()
  const given = { ...settings, include_archived_contacts: 'true' }
  const config = { ...given, start_date: '2026-01-31T00:00:00Z', access_token: 'at-of-all' }
  expect(xero.config?.({ settings: given, grant })).toEqual(config)
})

it('is granted by Xero what it can renew and end there', async () => {
  const { oauth: provider, hosts } = xero
  if (!provider) throw new Error('It has a provider.')
  scene.fake.codes.set('code-1', allScopes)
  const client = { id: app.clientId, secret: app.secret }
  const ways = { provider, client, fetch: scene.fake.inPlace(fetch), now: () => Date.now() }
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
  expect((await runConnector(xero, scene.situation(latest))).error).toBeNull()
  const ended = { ...ways, hosts, tokens, signal: AbortSignal.timeout(30_000) }
  expect(await revokeToken(ended)).toEqual({ kind: 'revoked' })
  expect((await runConnector(xero, scene.situation(latest))).error).toMatchObject({
    code: 'AuthorizationExpired',
  })
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
