import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConnectorError } from '../../../connectors/connector.ts'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import type { TokenRenewal, TokenStep } from '../../../connectors/token-step.ts'
import {
  type AskedToken,
  startScriptedProvider,
  type ScriptedProvider,
} from '../../testing/provider.testing.ts'
import type { OAuth } from './oauth.ts'
import { accountId, openWorld, plainProvider, slug, type World } from './oauth-world.testing.ts'

/*
 * A vendor that exchanges a short token for a long one, and renews that by itself once it is a day old and while it lives, as
 * Instagram does (developers.facebook.com, "Long-Lived Access Tokens", read 2026-11-30).
 */

const day = 86_400_000
const life = 60 * day
let world: World
let vendor: ScriptedProvider
/** The tokens that live there, and since when. */
let long: Map<string, number>
let count: number
/** What it answers instead of exchanging, or of renewing. */
let failure: ReturnType<ScriptedProvider['answer']> | null

beforeEach(async () => {
  world = await openWorld()
  vendor = await startScriptedProvider()
  long = new Map()
  count = 0
  failure = null
  vendor.answer = answer
  use()
})
afterEach(async () => {
  vendor.close()
  await world.close()
})

const now = () => Date.now() + world.clock.offset
const refusal = (message: string) => ({
  status: 400,
  body: { error: { message, type: 'OAuthException', code: 190 } },
})

function answer({ method, path, parameters }: AskedToken): ReturnType<ScriptedProvider['answer']> {
  const { pathname, searchParams } = new URL(path, vendor.origin)
  const asked = Object.fromEntries(searchParams)
  if (pathname === '/token') {
    return parameters['code'] === 'c'
      ? { body: { access_token: 'short-1', user_id: 17_841, permissions: ['basic'] } }
      : { status: 400, body: { error: 'invalid_grant' } }
  }
  if (failure) return failure
  if (method !== 'GET') return { status: 405, body: '<html>' }
  const issued = () => {
    const token = `long-${++count}`
    long.set(token, now())
    return { body: { access_token: token, token_type: 'bearer', expires_in: life / 1_000 } }
  }
  const { grant_type: type, access_token: token = '' } = asked
  if (pathname === '/access_token') {
    const isOurs = type === 'ig_exchange_token' && asked['client_secret'] === 's3cret &+'
    return isOurs && token === 'short-1' ? issued() : refusal('Invalid request')
  }
  const since = long.get(token)
  if (pathname !== '/refresh_access_token' || type !== 'ig_refresh_token' || since === undefined) {
    return refusal('Error validating access token')
  }
  if (now() - since < day || now() - since >= life) return refusal('Too young, or too old')
  // Here it is used once, to tell one renewal from two.
  long.delete(token)
  return issued()
}

const granted = { access_token: 'access_token', expires_in: 'expires_in' }
const exchange = (more: Partial<TokenStep> = {}): TokenStep => ({
  endpoint: `${vendor.origin}/access_token`,
  method: 'GET',
  parameters: {
    grant_type: 'ig_exchange_token',
    client_secret: '{client_secret}',
    access_token: '{access_token}',
  },
  keeps: granted,
  ...more,
})
const renewal = (more: Partial<TokenRenewal> = {}): TokenRenewal => ({
  endpoint: `${vendor.origin}/refresh_access_token`,
  method: 'GET',
  parameters: { grant_type: 'ig_refresh_token', access_token: '{access_token}' },
  keeps: granted,
  minimumAge: day,
  whileAlive: true,
  ...more,
})

function use(more: Partial<OAuthProvider> = {}, hosts?: string[]) {
  const own = { tokenSteps: [exchange()], renewal: renewal(), refreshMargin: 10 * day }
  const quirks = { endedGrantCodes: ['190'] }
  const provider = { keptFields: { user_id: 'user_id' }, clientAuthentication: 'post', quirks } as const
  world.useProvider(plainProvider(vendor.origin, { ...provider, ...own, ...more }), hosts ? { hosts } : {})
}

async function connect() {
  const { stateHash } = await world.start()
  return await world.finish(stateHash, slug, { code: 'c' })
}
const token = (otherThan: string | null = null, oauth: OAuth = world.oauth) =>
  oauth.accessToken(accountId, world.sourceId, { otherThan })
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    (value) => value,
    (error: unknown) => (error instanceof ConnectorError ? error.code : error),
  )
const pathsAsked = () => vendor.asked.map(({ path }) => path.split('?')[0])

describe('a short token', () => {
  it('is exchanged for the long one, and is nowhere then', async () => {
    expect((await connect()).kind).toBe('granted')
    expect(await world.grant()).toMatchObject({
      values: { access_token: 'long-1', token_type: 'Bearer', user_id: '17841' },
      lifetime: life,
    })
    expect(JSON.stringify(await world.grant())).not.toContain('short-1')
    expect(await token()).toBe('long-1')
  })

  it('is all that there is without the field', async () => {
    world.useProvider(plainProvider(vendor.origin, { clientAuthentication: 'post' }))
    await connect()
    expect(await world.grant()).toMatchObject({ values: { access_token: 'short-1' }, lifetime: null })
  })

  it('leaves nothing that came with it to the long one, but its scopes', async () => {
    const short = {
      access_token: 'short-1',
      refresh_token: 'of the short one',
      scope: 'basic',
      expires_in: 3_600,
    }
    const before = answer
    vendor.answer = (asked) => (asked.path === '/token' ? { body: short } : before(asked))
    await connect()
    expect((await world.grant())?.values).toEqual({
      ...{ access_token: 'long-1', token_type: 'Bearer', scope: 'basic' },
    })
  })

  it.each<[string, ReturnType<ScriptedProvider['answer']>, string]>([
    ['refuses', refusal('Invalid short-1 of s3cret &+'), 'provider_error'],
    ['says 200 and an error', { body: { error: { message: 'No', code: 190 } } }, 'provider_error'],
    ['says 200 and no token', { body: { expires_in: 60 } }, 'provider_error'],
    ['has a page instead', { status: 404, body: '<html>short-1' }, 'provider_error'],
    ['redirects', { status: 302, headers: { location: 'https://evil.test/' }, body: '' }, 'provider_error'],
    ['is out of order', { status: 503, body: '' }, 'unreachable'],
    ['hangs up', 'cut', 'unreachable'],
  ])(
    'is not kept where the exchange %s: nothing is, and what was there stays',
    async (_how, answered, reason) => {
      failure = answered
      expect(await connect()).toMatchObject({ kind: 'refused', refusal: { reason } })
      expect(await world.grant()).toBeNull()
      await world.haveGrant({ access_token: 'of before' }, null)
      expect(await connect()).toMatchObject({ kind: 'refused', refusal: { reason } })
      expect((await world.grant())?.values).toEqual({ access_token: 'of before' })
      expect(world.logged.join()).not.toMatch(/short-1|s3cret/)
    },
  )

  it('goes to no other host, whatever the vendor says', async () => {
    const thief = await startScriptedProvider()
    const { host } = new URL(vendor.origin)
    use(
      {
        keptFields: { user_id: 'user_id', home: 'home' },
        tokenSteps: [exchange({ endpoint: '{home}/access_token' })],
      },
      [host],
    )
    const before = answer
    vendor.answer = (asked) =>
      asked.path === '/token' ? { body: { access_token: 'short-1', home: thief.origin } } : before(asked)
    expect(await connect()).toMatchObject({ kind: 'refused', refusal: { reason: 'provider_error' } })
    expect([thief.asked, await world.grant()]).toEqual([[], null])
    thief.close()
  })
})

describe('a long token', () => {
  it('is renewed by itself before its end, once for all who ask', async () => {
    await connect()
    world.clock.offset = 49 * day
    expect(await token()).toBe('long-1')
    world.clock.offset = 51 * day
    const processes = [world.anotherProcess(), world.anotherProcess()]
    const tokens = await Promise.all(
      processes.flatMap((oauth) => Array.from({ length: 25 }, () => token(null, oauth))),
    )
    expect(new Set(tokens)).toEqual(new Set(['long-2']))
    expect(pathsAsked().filter((path) => path === '/refresh_access_token')).toHaveLength(1)
    expect(await world.grant()).toMatchObject({ lifetime: life, values: { user_id: '17841' } })
    world.clock.offset = 102 * day
    expect(await token()).toBe('long-3')
  })

  it('ends without the field', async () => {
    world.useProvider(
      plainProvider(vendor.origin, { clientAuthentication: 'post', tokenSteps: [exchange()] }),
    )
    await connect()
    world.clock.offset = 61 * day
    expect(await codeOf(token())).toBe('AuthorizationExpired')
  })

  it('is not renewed before it is a day old: one that is refused is over, as far as we know', async () => {
    await connect()
    world.clock.offset = day - 3_600_000
    expect(await codeOf(token('long-1'))).toBe('AuthorizationExpired')
    expect(pathsAsked()).not.toContain('/refresh_access_token')
    expect(await world.grant()).toMatchObject({ status: 'ok' })
    world.clock.offset = day
    expect(await token('long-1')).toBe('long-2')
  })

  it('is good while it is too young to be renewed, however short it lives', async () => {
    const before = answer
    vendor.answer = (asked) =>
      asked.path.startsWith('/access_token')
        ? { body: { access_token: 'long-0', expires_in: 7_200 } }
        : before(asked)
    await connect()
    expect(await token()).toBe('long-0')
    expect(pathsAsked()).not.toContain('/refresh_access_token')
  })

  it('is over with its time, without a question', async () => {
    await connect()
    world.clock.offset = life
    expect(await codeOf(token())).toBe('AuthorizationExpired')
    expect(pathsAsked()).not.toContain('/refresh_access_token')
    expect(await world.grant()).toMatchObject({ status: 'rejected' })
    expect(await world.feed()).toContainEqual(expect.objectContaining({ type: 'credentials.revoked' }))
  })

  it('is over when the vendor says so', async () => {
    await connect()
    long.clear()
    world.clock.offset = 51 * day
    expect(await codeOf(token())).toBe('AuthorizationExpired')
    expect(await world.grant()).toMatchObject({ status: 'rejected' })
  })

  it.each<[string, ReturnType<ScriptedProvider['answer']>]>([
    ['is out of order', { status: 503, body: '' }],
    ['hangs up', 'cut'],
    ['has a page instead', { status: 404, body: '<html>' }],
    ['says 200 and no token', { body: {} }],
  ])('is good for as long as it lives, where what renews it %s', async (_how, answered) => {
    await connect()
    failure = answered
    world.clock.offset = 51 * day
    expect(await token()).toBe('long-1')
    expect(await codeOf(token('long-1'))).toBe('VendorUnavailable')
    expect(await world.grant()).toMatchObject({ status: 'ok' })
    failure = null
    world.clock.offset += 3_600_000
    expect(await token()).toBe('long-2')
  })

  it.each<[keyof TokenRenewal, number, string]>([
    // Asked too early, the vendor takes it for a token that is none.
    ['minimumAge', 3_600_000, 'long-1'],
    // Asked in vain.
    ['whileAlive', life, ''],
  ])('is taken for another without %s', async (field, after, refused) => {
    use({ renewal: { ...renewal(), [field]: undefined } })
    await connect()
    world.clock.offset = after
    expect(await codeOf(token(refused))).toBe('AuthorizationExpired')
    expect(await world.grant()).toMatchObject({ status: 'rejected' })
    expect(pathsAsked()).toContain('/refresh_access_token')
  })
})

it('a long token that nobody asks for is renewed before it dies of that', async () => {
  await connect()
  const renewDue = world.renewDue()
  expect(await renewDue.claim()).toBeNull()
  world.clock.offset = 46 * day
  const due = await renewDue.claim()
  if (due) await renewDue.renew(due)
  expect((await world.grant())?.values['access_token']).toBe('long-2')
})
