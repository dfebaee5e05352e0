import { fileURLToPath } from 'node:url'
import { source } from '@bobbin/shared/source'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openProviderWorld, type ProviderWorld } from '../../testing/provider-flow.testing.ts'

const type = 'platform.test-choice'
let world: ProviderWorld
beforeEach(async () => {
  const file = (name: string) =>
    fileURLToPath(new URL(`../../testing/${name}-connector.testing.ts`, import.meta.url))
  world = await openProviderWorld({
    BOBBIN_CONNECTORS: [file('trip'), file('choice')].join(','),
    BOBBIN_OAUTH_TEST_CHOICE_CLIENT_ID: 'client-1',
    BOBBIN_OAUTH_TEST_CHOICE_CLIENT_SECRET: 'a client secret',
  })
  const connector = world.test.services.registry.find(type)
  const tokenEndpoint = `${world.provider.origin}/token`
  if (connector?.oauth) Object.assign(connector, { oauth: { ...connector.oauth, tokenEndpoint } })
})
afterEach(() => world.close())

let sources = 0
async function addSource(properties: Record<string, string> = {}, accessToken: string | null = 'at-1') {
  const payload = { type, display_name: `Books ${(sources += 1)}`, properties }
  const { id } = (await world.account.call('POST', '/v4/sources', payload)).as(source)
  const { database, oauth } = world.test.services
  const values = { access_token: accessToken ?? '', refresh_token: 'rt-1' }
  const place = { accountId: world.account.id, sourceId: id }
  const grant = { values, expiresAt: null, lifetime: null, externalAccount: null, oauthClientId: null }
  if (accessToken !== null) await database.write((tx) => oauth.keepGrant(tx, place, grant))
  return id
}
const find = (id: number, property = 'tenant', query = '') =>
  world.account.call('GET', `/v4/sources/${id}/options/${property}${query}`)

it('choices come page by page, and are searched', async () => {
  const id = await addSource()
  expect(await find(id)).toMatchObject({ status: 200, body: { next_cursor: null } })
  const names = ({ body }: { body: unknown }) =>
    (body as { data: { value: string }[] }).data.map(({ value }) => value)
  expect(names(await find(id))).toEqual(['north', 'south', 'west'])
  expect(names(await find(id, 'tenant', '?cursor=second'))).toEqual(['west'])
  expect(names(await find(id, 'tenant', '?q=TH%20tenant'))).toEqual(['north', 'south'])
})

it('a token that is refused before its time is renewed, once', async () => {
  const id = await addSource({}, 'stale-1')
  world.provider.answer = () => ({ body: { access_token: 'at-2', refresh_token: 'rt-2' } })
  expect(await find(id)).toMatchObject({ status: 200 })
  expect(world.provider.asked.map(({ parameters }) => parameters['refresh_token'])).toEqual(['rt-1'])
  expect(await find(id)).toMatchObject({ status: 200 })
  expect(world.provider.asked).toHaveLength(1)
})

it('an authorization that is refused for good has the person authorize again', async () => {
  const id = await addSource({}, 'stale-1')
  world.provider.answer = () => ({ body: { access_token: 'stale-2' } })
  expect(await find(id)).toMatchObject({
    status: 409,
    body: { error: 'Conflict', data: { reason: 'AuthorizationExpired' } },
  })
})

it.each(['page_size', 'nothing', '__proto__', 'constructor'])(
  '%s is no setting to choose for',
  async (name) => {
    expect(await find(await addSource(), name)).toMatchObject({ status: 404, body: { error: 'NotFound' } })
  },
)

it('nothing is chosen before there is an account, and nothing of what is not known', async () => {
  expect(await find(await addSource({}, null))).toMatchObject({
    status: 409,
    body: { data: { reason: 'incomplete', step: 'oauth' } },
  })
  expect(await find(999_999)).toMatchObject({ status: 404, body: { error: 'SourceNotFound' } })
  expect(await find(await addSource(), 'tenant', '?query=x')).toMatchObject({ status: 400 })
})

it.each([
  ['circle', { code: 'VendorUnavailable', field: null }],
  ['odd', { code: 'VendorUnavailable', field: null }],
  ['broken', { code: 'CheckFailed', field: null, detail: null }],
  ['refused', { code: 'PermissionDenied', field: 'page_size', detail: 'not with ***' }],
])('a list that is %s says why it could not be read, without a secret', async (size, data) => {
  const reply = await find(await addSource({ page_size: size }, 'a-secret-token'))
  expect(reply).toMatchObject({ status: 502, body: { error: 'OptionsUnavailable', data } })
  expect(JSON.stringify(reply.body)).not.toContain('a-secret-token')
})
