import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startScriptedProvider, type ScriptedProvider } from '../../testing/provider.testing.ts'
import { connectorInfo, property } from '../../testing/made-up-connector.testing.ts'
import { isSigned } from './callback-signature.ts'
import { openWorld, plainProvider, slug, type World } from './oauth-world.testing.ts'

/* Who writes a callback of their own, or changes one on its way, does not know our secret. */

const secret = 's3cret &+'
const signature = { parameter: 'hmac', algorithm: 'sha256-hex' } as const

let world: World
let vendor: ScriptedProvider
beforeEach(async () => {
  world = await openWorld()
  vendor = await startScriptedProvider()
  world.useProvider(
    plainProvider(vendor.origin, {
      callbackSignature: signature,
      callbackEchoes: { shop: '{shop}.shops.test' },
      endpointSettings: ['shop'],
      scopes: [],
    }),
    {
      info: connectorInfo({
        type: 'platform.test-crm',
        slug,
        steps: ['form', 'oauth'],
        properties: [property('shop', { affects_authorization: true, default: 'Acme' })],
        authorization: { provider_name: 'Test CRM', scopes: [] },
      }),
    },
  )
})
afterEach(async () => {
  vendor.close()
  await world.close()
})

type Query = Record<string, string>

/** As the vendor writes it: what is signed is put together here by hand. */
function signed(said: Query, key = secret): Query {
  const text = Object.keys(said)
    .toSorted()
    .map((name) => `${encodeURIComponent(name)}=${encodeURIComponent(said[name] ?? '')}`)
    .join('&')
  return { ...said, hmac: createHmac('sha256', key).update(text).digest('hex') }
}

const invalid = { kind: 'refused', refusal: expect.objectContaining({ reason: 'invalid' }) }
const said = { code: 'c', shop: 'acme.shops.test', timestamp: '1337178173', host: 'YWRtaW4=' }

async function trip(query: (state: string) => Query) {
  const { url, stateHash } = await world.start()
  return await world.finish(stateHash, slug, query(url.searchParams.get('state') ?? ''))
}

it('is as the vendor’s documentation has it', () => {
  const query = {
    code: '0907a61c0c8d55e99db179b68161bc00',
    hmac: '700e2dadb827fcc8609e9d5ce208b2e9cdaab9df07390d2cbca10d7c328fc4bf',
    shop: 'some-shop.myshopify.com',
    state: '0.6784241404160823',
    timestamp: '1337178173',
  }
  expect(isSigned(signature, 'hush', query)).toBe(true)
  expect(isSigned(signature, 'hush', { ...query, hmac: query.hmac.toUpperCase() })).toBe(true)
  expect(isSigned(signature, 'hush!', query)).toBe(false)
})

it('lets the provider’s own callback through', async () => {
  expect(await trip((state) => signed({ ...said, state }))).toEqual({ kind: 'granted' })
  expect(vendor.asked.map(({ parameters }) => parameters['code'])).toEqual(['c'])
})

describe('refuses, before the code is exchanged', () => {
  it.each<[string, (state: string) => Query]>([
    ['no signature', (state) => ({ ...said, state })],
    ['an empty one', (state) => ({ ...said, state, hmac: '' })],
    ['the signature of another secret', (state) => signed({ ...said, state }, 'of theirs')],
    ['the signature of no secret', (state) => signed({ ...said, state }, '')],
    ['another code', (state) => ({ ...signed({ ...said, state }), code: 'theirs' })],
    ['another shop', (state) => ({ ...signed({ ...said, state }), shop: 'evil.shops.test' })],
    ['a parameter more', (state) => ({ ...signed({ ...said, state }), error: 'access_denied' })],
    ['a parameter less', (state) => ({ ...signed({ ...said, state }), timestamp: '' })],
    ['what was signed for another trip', (state) => ({ ...signed({ ...said, state: 'old' }), state })],
    // Joined they read alike.
    ['a boundary moved', (state) => ({ ...signed({ ...said, state, a: '1', b: '2' }), a: '1&b=2', b: '' })],
    ['a signature cut', (state) => ({ ...signed({ ...said, state }), hmac: 'ab' })],
    ['one with something behind it', (state) => longer(signed({ ...said, state }))],
    ['letters of no hex', (state) => ({ ...said, state, hmac: 'é'.repeat(64) })],
    ['half a letter', (state) => ({ ...said, state, '\ud800': '\udc00', hmac: '0'.repeat(64) })],
    ['much', (state) => ({ ...said, state, much: 'x'.repeat(100_000), hmac: '0'.repeat(64) })],
    ['an error that nobody signed', (state) => ({ error: 'access_denied', state })],
  ])('%s', async (_which, query) => {
    expect(await trip(query)).toEqual(invalid)
    expect([vendor.asked, await world.grant()]).toEqual([[], null])
    expect(world.logged.join()).toContain('refused for its signature')
    expect(world.logged.join()).toContain('BOBBIN_OAUTH_TEST_CRM_CLIENT_SECRET')
    expect(world.logged.join()).not.toContain(secret)
  })

  it.each([
    ['another shop', { shop: 'evil.shops.test' }],
    ['a shop below it', { shop: 'evil.acme.shops.test' }],
    ['no shop', {}],
  ])('what is signed but of %s', async (_which, shop) => {
    const rest = { code: 'c', timestamp: said.timestamp }
    expect(await trip((state) => signed({ ...rest, ...shop, state }))).toEqual(invalid)
    expect([vendor.asked, await world.grant()]).toEqual([[], null])
    expect(world.logged.join()).toContain('refused for its `shop`')
  })

  it('anything, when nothing of ours could have signed it', async () => {
    const { url, stateHash } = await world.start()
    const query = signed({ ...said, state: url.searchParams.get('state') ?? '' }, '')
    world.clients.set(slug, { id: 'client-1', secret: '' })
    const end = await world.finish(stateHash, slug, query)
    expect(end).toMatchObject({ kind: 'refused', refusal: { reason: 'misconfigured' } })
    expect(vendor.asked).toEqual([])
  })
})

function longer(query: Query): Query {
  return { ...query, hmac: `${query['hmac']}00` }
}

it('believes a refusal that is signed', async () => {
  const declined = { error: 'access_denied', shop: said.shop }
  expect(await trip((state) => signed({ ...declined, state }))).toMatchObject({
    refusal: { reason: 'denied' },
  })
})

it('believes a callback without a state as little', async () => {
  const { trip } = await world.start()
  const reasonOf = async (query: Query) => (await world.oauth.refusalWithoutState(trip, query)).reason
  expect(await reasonOf({ error: 'access_denied' })).toBe('invalid')
  expect(await reasonOf(signed({ error: 'access_denied' }))).toBe('denied')
})
