import { generateKeyPairSync } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { Provider } from 'oidc-provider'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listen } from '../../testing/provider.testing.ts'
import { accountId, openWorld, plainProvider, slug, type World } from './oauth-world.testing.ts'

/** A whole, strict OAuth server: PKCE is required, refresh tokens rotate, `iss` comes with every callback. */

const signingKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })

let world: World
let server: Server
let provider: Provider
let origin: string

beforeEach(async () => {
  world = await openWorld()
  server = createServer()
  origin = await listen(server)
  provider = new Provider(origin, {
    clients: [
      {
        client_id: 'client-1',
        client_secret: 's3cret &+',
        redirect_uris: [`${world.url}/oauth/callback/${slug}`],
        grant_types: ['authorization_code', 'refresh_token'],
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    scopes: ['contacts.read', 'offline_access'],
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    // Too short for us to hand it out again: every call refreshes.
    ttl: { AccessToken: 30, Grant: 3600, Interaction: 600, RefreshToken: 3600, Session: 600 },
    cookies: { keys: ['test'] },
    jwks: { keys: [signingKey] },
    loadExistingGrant: async (context) => {
      const { client, session } = context.oidc
      const grant = new context.oidc.provider.Grant({
        clientId: client?.clientId ?? '',
        accountId: session?.accountId ?? '',
      })
      grant.addOIDCScope('contacts.read offline_access')
      await grant.save()
      return grant
    },
  })
  const handle = provider.callback()
  server.on('request', (request, response) => {
    const answer = new URL(request.url ?? '', origin).pathname.startsWith('/interaction/') ? people : null
    if (!answer) return void handle(request, response)
    void provider.interactionFinished(request, response, answer)
  })
  world.useProvider(
    plainProvider(origin, {
      issuer: origin,
      sendsIssuer: true,
      authorizationEndpoint: `${origin}/auth`,
      scopes: ['contacts.read', 'offline_access'],
      authorizationParameters: { prompt: 'consent' },
    }),
  )
})
afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await world.close()
})

/** What the person at the provider does. */
let people: { login?: { accountId: string }; consent?: Record<string, never>; error?: string } = {}

/** The browser: follows the redirects, with cookies, until one leads to us. */
async function browse(start: URL): Promise<Record<string, string>> {
  const cookies = new Map<string, string>()
  let url = start
  for (let hops = 0; hops < 10; hops++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    if (!location) throw new Error(`The provider answered ${response.status}: ${await response.text()}`)
    url = new URL(location, url)
    if (url.origin === world.url) return Object.fromEntries(url.searchParams)
  }
  throw new Error('The provider does not come to an end.')
}

async function authorize() {
  people = { login: { accountId: 'anna' }, consent: {} }
  const { url, stateHash } = await world.start()
  const query = await browse(url)
  return { stateHash, query, end: await world.finish(stateHash, slug, query) }
}

describe('a real provider', () => {
  it('grants by code and PKCE, and its token is kept', async () => {
    const { query, end } = await authorize()
    expect(query).toMatchObject({ code: expect.any(String), state: expect.any(String), iss: origin })
    expect(end).toEqual({ kind: 'granted' })
    const grant = await world.grant()
    expect(grant?.values).toEqual({
      access_token: expect.any(String),
      refresh_token: expect.any(String),
      token_type: 'Bearer',
      scope: 'contacts.read offline_access',
    })
    expect(await world.oauth.findTrip(query['state'] ?? '')).toMatchObject({ takenAt: expect.any(Number) })
  })

  it('tells that the person declined', async () => {
    people = { error: 'access_denied' }
    const { url, stateHash } = await world.start()
    const end = await world.finish(stateHash, slug, await browse(url))
    expect(end).toMatchObject({
      kind: 'refused',
      refusal: { reason: 'denied', provider_code: 'access_denied' },
    })
  })

  it('does not take the code of one trip in another: the verifier differs', async () => {
    people = { login: { accountId: 'mallory' }, consent: {} }
    const theirs = await browse((await world.start()).url)
    const mine = await world.start()
    const end = await world.finish(mine.stateHash, slug, theirs)
    expect(end).toMatchObject({ kind: 'refused', refusal: { provider_code: 'invalid_grant' } })
    expect(await world.grant()).toBeNull()
  })

  it('refreshes once for 50 callers, and the chain of rotated tokens holds', async () => {
    await authorize()
    const seen = new Set<string | null>()
    for (let round = 1; round <= 3; round++) {
      const before = (await world.grant())?.values['refresh_token']
      const tokens = await Promise.all(
        Array.from({ length: 50 }, () => world.oauth.accessToken(accountId, world.sourceId)),
      )
      expect(new Set(tokens).size).toBe(1)
      expect(seen.has(tokens[0] ?? null)).toBe(false)
      seen.add(tokens[0] ?? null)
      const grant = await world.grant()
      expect(grant).toMatchObject({ status: 'ok', version: 1 + round })
      expect(grant?.values['refresh_token']).not.toBe(before)
    }
  })

  it('declares the grant dead when a used refresh token shows up again', async () => {
    await authorize()
    const first = await world.grant()
    await world.oauth.accessToken(accountId, world.sourceId)
    await world.haveGrant(first?.values ?? {}, -1)
    await expect(world.oauth.accessToken(accountId, world.sourceId)).rejects.toMatchObject({
      code: 'AuthorizationExpired',
    })
    expect((await world.feed()).map(({ type }) => type)).toEqual([
      'source.authorized',
      'source.configured',
      'credentials.revoked',
    ])
  })
})
