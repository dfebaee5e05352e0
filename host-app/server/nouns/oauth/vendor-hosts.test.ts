import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import { startScriptedProvider, type ScriptedProvider } from '../../testing/provider.testing.ts'
import { connectorInfo, property } from '../../testing/made-up-connector.testing.ts'
import { placeOf } from './provider-place.ts'
import { changeSource } from '../sources/sources.ts'
import { accountId, openWorld, plainProvider, slug, type World } from './oauth-world.testing.ts'

/* Endpoints that a setting or the callback has a part in: nothing of ours goes anywhere but to the vendor's hosts. */

let world: World
let vendor: ScriptedProvider
let stranger: ScriptedProvider
let port: string
beforeEach(async () => {
  world = await openWorld()
  vendor = await startScriptedProvider()
  stranger = await startScriptedProvider()
  ;({ port } = new URL(vendor.origin))
  vendor.answer = () => ({ body: { access_token: 'at-1', refresh_token: 'rt-1', expires_in: 3600 } })
  use()
})
afterEach(async () => {
  vendor.close()
  stranger.close()
  await world.close()
})

function use(more: Partial<OAuthProvider> = {}, hosts: readonly string[] = [`*.localhost:${port}`]) {
  const at = (path: string) => `http://{subdomain}.localhost:${port}/${path}`
  const provider = plainProvider(vendor.origin, {
    authorizationEndpoint: at('authorize'),
    tokenEndpoint: at('token'),
    endpointSettings: ['subdomain'],
    revocation: { endpoint: at('revoke') },
    ...more,
  })
  world.useProvider(provider, {
    hosts,
    info: connectorInfo({
      type: 'platform.test-crm',
      slug,
      steps: ['form', 'oauth'],
      properties: [property('subdomain', { affects_authorization: true })],
      authorization: { provider_name: 'Test CRM', scopes: [] },
    }),
  })
}

const set = (properties: Record<string, string>) =>
  world.database.write((tx) =>
    changeSource(tx, accountId, world.sourceId)
      .set({ properties: JSON.stringify(properties) })
      .execute(),
  )
const asked = () => vendor.asked.map(({ host, path }) => `${host.split(':')[0]}${path}`)
const renew = () =>
  world.oauth
    .accessToken(accountId, world.sourceId, { otherThan: 'at-1' })
    .then(String, ({ code }: { code: string }) => code)

async function connect(query: Record<string, string> = { code: 'c' }) {
  const { url, stateHash } = await world.start()
  return { url, end: await world.finish(stateHash, slug, query) }
}

describe('an endpoint from a setting', () => {
  it('is the tenant’s at the authorization, the exchange, each renewal and the revocation', async () => {
    await set({ subdomain: 'acme' })
    const { url, end } = await connect()
    expect([url.hostname, end]).toEqual(['acme.localhost', { kind: 'granted' }])
    vendor.answer = () => ({ body: { access_token: 'at-2', expires_in: 3600 } })
    expect(await renew()).toBe('at-2')
    const tokens = (await world.grant())?.values ?? {}
    const place = placeOf(world.connector())
    const issuer = { accountId, oauthClientId: null }
    if (place) await world.providers.revoke(place, issuer, tokens, AbortSignal.timeout(10_000))
    expect(asked()).toEqual(['acme.localhost/token', 'acme.localhost/token', 'acme.localhost/revoke'])
  })

  it('of a grant is where it was issued, whatever the setting says now', async () => {
    await set({ subdomain: 'acme' })
    await connect()
    await set({ subdomain: 'other' })
    vendor.asked.length = 0
    expect(await renew()).toBe('at-1')
    expect(asked()).toEqual(['acme.localhost/token'])
  })

  it('of a grant from before it was made of settings is where they say', async () => {
    await set({ subdomain: 'acme' })
    await world.haveGrant({ access_token: 'at-1', refresh_token: 'rt-1' }, -1)
    vendor.answer = () => ({ body: { access_token: 'at-2', expires_in: 3600 } })
    expect([await renew(), asked()]).toEqual(['at-2', ['acme.localhost/token']])
  })

  it.each(['', 'evil.test/', 'evil.test#', 'a@evil.test/', '..'])(
    'that is none with %j takes nobody anywhere, and stores nothing',
    async (subdomain) => {
      await set({ subdomain })
      await expect(world.start()).rejects.toMatchObject({
        code: 'Unavailable',
        data: { reason: 'no_endpoint' },
      })
      const trips = await world.database.read.selectFrom('oauth_transaction').selectAll().execute()
      expect([trips, vendor.asked]).toEqual([[], []])
    },
  )

  it('may not be a stranger’s, even where a connector’s function makes it so', async () => {
    const { port: other } = new URL(stranger.origin)
    use({ tokenEndpoint: ({ subdomain = '' }) => `http://${subdomain}.localhost:${other}/token` })
    await set({ subdomain: 'acme' })
    await expect(world.start()).rejects.toMatchObject({ data: { reason: 'no_endpoint' } })
    expect(stranger.asked).toEqual([])
  })

  it('that the vendor has given up is dialled no more, and nobody is asked to connect again', async () => {
    await set({ subdomain: 'acme' })
    await connect()
    use({}, ['*.elsewhere.test'])
    vendor.asked.length = 0
    expect(await renew()).toBe('VendorUnavailable')
    expect([vendor.asked, (await world.grant())?.status]).toEqual([[], 'ok'])
    expect(world.logged.join()).toContain('was not dialled')
  })
})

describe('a setting that is changed while the person is at the provider', () => {
  it('has what was granted given up: it is of another place', async () => {
    await set({ subdomain: 'acme' })
    const { stateHash } = await world.start()
    await set({ subdomain: 'other' })
    expect(await world.finish(stateHash, slug, { code: 'c' })).toMatchObject({
      kind: 'refused',
      refusal: { reason: 'interrupted' },
    })
    const givenUp = await world.database.read.selectFrom('given_up_grant').selectAll().execute()
    expect([await world.grant(), givenUp.length, asked()]).toEqual([null, 1, ['acme.localhost/token']])
  })
})

describe('a token host that the callback names', () => {
  const accounts = (host: string) => ({ code: 'c', 'accounts-server': host })
  beforeEach(async () => {
    await set({ subdomain: 'acme' })
    use({ tokenEndpoint: '{accounts-server}/token', keptCallbackFields: ['accounts-server'] })
  })

  it('is where the code goes, and what is renewed', async () => {
    expect((await connect(accounts(`http://eu.localhost:${port}`))).end).toEqual({ kind: 'granted' })
    await renew()
    expect(asked()).toEqual(['eu.localhost/token', 'eu.localhost/token'])
  })

  it('is of the vendor, or gets nothing', async () => {
    const strangers = [stranger.origin, `http://eu.localhost:${port}.evil.test`, 'x', '', '//evil.test']
    for (const host of [...strangers, `http://a:b@${new URL(stranger.origin).host}`]) {
      expect((await connect(accounts(host))).end).toMatchObject({ refusal: { reason: 'unreachable' } })
    }
    expect((await connect()).end).toMatchObject({ refusal: { reason: 'unreachable' } })
    expect([stranger.asked, vendor.asked, await world.grant()]).toEqual([[], [], null])
  })
})
