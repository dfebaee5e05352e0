import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import { startScriptedProvider, type ScriptedProvider } from '../../testing/provider.testing.ts'
import { connectorInfo } from '../../testing/made-up-connector.testing.ts'
import { openWorld, plainProvider, slug, type World } from './oauth-world.testing.ts'

let world: World
let provider: ScriptedProvider

beforeEach(async () => {
  world = await openWorld()
  provider = await startScriptedProvider()
})
afterEach(async () => {
  provider.close()
  await world.close()
})

/** Scopes with a question mark are optional. */
function use(more: Partial<OAuthProvider>, scopes: readonly string[] = []) {
  const asked = scopes.map((name) => ({ scope: name.replace('?', ''), is_required: !name.endsWith('?') }))
  world.useProvider(plainProvider(provider.origin, { scopes: asked.map(({ scope }) => scope), ...more }), {
    info: connectorInfo({
      type: 'platform.test-crm',
      slug,
      steps: ['form', 'oauth'],
      authorization: { provider_name: 'Test CRM', scopes: asked.map((one) => ({ ...one, reason: 'Why.' })) },
    }),
  })
}

async function trip() {
  const { url, stateHash } = await world.start()
  return { asked: url.searchParams, end: await world.finish(stateHash, slug, { code: 'c' }) }
}
const granted = { kind: 'granted' }
const idToken = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.sig`

it.each([
  [{}, 'client-1:s3cret+%26%2B'],
  [{ basicEncoding: 'form' }, 'client-1:s3cret+%26%2B'],
  [{ basicEncoding: 'raw' }, 'client-1:s3cret &+'],
] as const)('sends id and secret by Basic as the provider reads them: %j', async (more, userinfo) => {
  use(more)
  expect((await trip()).end).toEqual(granted)
  expect(Buffer.from(provider.asked[0]?.authorization?.slice(6) ?? '', 'base64').toString()).toBe(userinfo)
})

describe('a nonce', () => {
  it('is sent where the provider wants one, and is another for each trip', async () => {
    use({})
    expect((await trip()).asked.has('nonce')).toBe(false)
    use({ sendsNonce: true })
    const nonces = [(await trip()).asked.get('nonce'), (await trip()).asked.get('nonce')]
    expect(nonces[0]).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(nonces[1]).not.toBe(nonces[0])
  })

  it('is that of the ID token, if one comes', async () => {
    use({ sendsNonce: true })
    const finish = async (claims: (nonce: string | null) => string) => {
      const { url, stateHash } = await world.start()
      const token = claims(url.searchParams.get('nonce'))
      provider.answer = () => ({ body: { access_token: 'at', id_token: token } })
      return await world.finish(stateHash, slug, { code: 'c' })
    }
    expect(await finish((nonce) => idToken({ nonce }))).toEqual(granted)
    expect((await world.grant())?.values).not.toHaveProperty('id_token')
    for (const claims of [{ nonce: 'of another' }, {}, { nonce: null }]) {
      expect(await finish(() => idToken(claims))).toMatchObject({ refusal: { reason: 'invalid' } })
    }
    expect(await finish(() => 'none at all')).toMatchObject({ refusal: { reason: 'invalid' } })
    expect(world.logged.join()).toContain('refused for its nonce')
  })
})

describe('scopes', () => {
  it.each<[string, string[], string | string[], boolean]>([
    ['all of them', ['a.read', 'b.read'], 'b.read a.read', true],
    ['all, as a list', ['a.read', 'b.read'], ['a.read', 'b.read'], true],
    ['all, with commas', ['a.read', 'b.read'], 'a.read,b.read', true],
    ['one too few, with commas', ['a.read', 'b.read'], 'a.read,c.read', false],
    ['one too few', ['a.read', 'b.read'], 'a.read', false],
    ['one too few that was optional', ['a.read', 'b.read?'], 'a.read', true],
    ['none of them', ['a.read'], 'other', false],
    ['nothing said', ['a.read'], '', true],
    ['other letters', ['Files.Read'], 'files.read', true],
    ['with an address', ['User.Read'], 'https://graph.test/User.Read', true],
    ['an address that ends in a slash', ['https://mail.test/'], 'https://other.test/', false],
    ['what is never said', ['a.read', 'offline_access', 'openid'], 'a.read', true],
    ['a wider one', ['a.read'], 'a.all', true],
  ])('are granted: %s', async (_name, scopes, scope, isEnough) => {
    use({ impliedBy: { 'a.read': ['a.all'] } }, scopes)
    provider.answer = () => ({ body: { access_token: 'at', scope } })
    const { end } = await trip()
    expect(end).toMatchObject(isEnough ? granted : { refusal: { reason: 'scope_missing' } })
    expect((await world.grant()) !== null).toBe(isEnough)
    expect(world.logged.join().includes('lacks required scopes')).toBe(!isEnough)
  })

  it('are asked apart where the provider has a parameter for the optional ones', async () => {
    const scopes = ['a.read', 'b.read?', 'c.read?']
    use({}, scopes)
    expect((await trip()).asked.get('scope')).toBe('a.read b.read c.read')
    use({ scopesApart: { parameter: 'optional_scope', scopes: 'optional' } }, scopes)
    const { asked } = await trip()
    expect([asked.get('scope'), asked.get('optional_scope')]).toEqual(['a.read', 'b.read c.read'])
  })
})
