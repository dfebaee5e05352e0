import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import type { TokenStep } from '../../../connectors/token-step.ts'
import {
  type AskedToken,
  startScriptedProvider,
  type ScriptedProvider,
} from '../../testing/provider.testing.ts'
import { accountId, openWorld, plainProvider, slug, type World } from './oauth-world.testing.ts'

/* A vendor whose token replies say no lifetime, and whose introspection endpoint does (RFC 7662). */

const hour = 3_600_000
let world: World
let vendor: ScriptedProvider
let count: number
/** What introspection says of a token that lives. */
let introspect: (asked: AskedToken) => ReturnType<ScriptedProvider['answer']>

beforeEach(async () => {
  world = await openWorld()
  vendor = await startScriptedProvider()
  count = 0
  introspect = () => ({ body: { active: true, exp: Math.floor((now() + hour) / 1_000) } })
  vendor.answer = answer
  use()
})
afterEach(async () => {
  vendor.close()
  await world.close()
})

const now = () => Date.now() + world.clock.offset

/** It tells nothing to who is not its client, and knows the newest token alone. */
function answer(asked: AskedToken): ReturnType<ScriptedProvider['answer']> {
  const { path, parameters, method } = asked
  if (path === '/introspect') {
    const isOurs = parameters['client_id'] === 'client-1' && parameters['client_secret'] === 's3cret &+'
    if (method !== 'POST' || !isOurs) return { status: 401, body: { error: 'invalid_client' } }
    return parameters['token'] === `at-${count}` ? introspect(asked) : { body: { active: false } }
  }
  if (parameters['grant_type'] === 'refresh_token' && parameters['refresh_token'] !== `rt-${count}`) {
    return { status: 400, body: { error: 'invalid_grant' } }
  }
  count++
  return {
    body: { access_token: `at-${count}`, refresh_token: `rt-${count}`, instance: vendor.origin },
  }
}

const probe = (more: Partial<TokenStep> = {}): TokenStep => ({
  endpoint: `${vendor.origin}/introspect`,
  clientAuthentication: 'post',
  parameters: { token: '{access_token}', token_type_hint: 'access_token' },
  keeps: { expires_in: 'exp' },
  lifetimeUnit: 'epoch_seconds',
  ...more,
})

function use(more: Partial<OAuthProvider> = {}, hosts?: string[]) {
  world.useProvider(plainProvider(vendor.origin, { lifetimeProbe: probe(), ...more }), hosts ? { hosts } : {})
}

async function connect() {
  const { stateHash } = await world.start()
  return (await world.finish(stateHash, slug, { code: 'c' })).kind
}
const token = (otherThan: string | null = null) =>
  world.oauth.accessToken(accountId, world.sourceId, { otherThan })
const life = async () => (await world.grant())?.lifetime ?? null
const about = (expected: number) => expect.closeTo(expected, -5)

describe('the life of a token that no reply tells', () => {
  it('is asked for after the exchange, and after each renewal', async () => {
    expect(await connect()).toBe('granted')
    expect(await life()).toEqual(about(hour))
    introspect = () => ({ body: { active: true, exp: Math.floor((now() + 2 * hour) / 1_000) } })
    world.clock.offset = hour
    expect(await token()).toBe('at-2')
    expect(await world.grant()).toMatchObject({
      ...{ lifetime: about(2 * hour), expiresAt: about(now() + 2 * hour) },
      values: { refresh_token: 'rt-2' },
    })
    world.clock.offset += 2 * hour
    expect(await token()).toBe('at-3')
  })

  it('is not known without the field, and the token then renewed when the vendor refuses it', async () => {
    world.useProvider(plainProvider(vendor.origin))
    await connect()
    expect(await life()).toBeNull()
    world.clock.offset = hour
    expect(await token()).toBe('at-1')
    expect(await token('at-1')).toBe('at-2')
  })

  it('is not asked for where the reply tells it', async () => {
    vendor.answer = () => ({ body: { access_token: 'at-1', expires_in: 60 } })
    await connect()
    expect(await life()).toBe(60_000)
    expect(vendor.asked.map(({ path }) => path)).toEqual(['/token'])
  })

  it.each<[Partial<TokenStep>, () => object]>([
    [{ keeps: { expires_in: 'expires_in' }, lifetimeUnit: 'seconds' }, () => ({ expires_in: 3_600 })],
    [
      { keeps: { expires_in: 'data.left' }, lifetimeUnit: 'milliseconds' },
      () => ({ data: { left: '3600000' } }),
    ],
    [
      { keeps: { expires_in: 'until' }, lifetimeUnit: 'epoch_milliseconds' },
      () => ({ until: Date.now() + hour }),
    ],
    [
      { keeps: { expires_in: 'until' }, lifetimeUnit: 'date' },
      () => ({ until: new Date(Date.now() + hour).toISOString() }),
    ],
  ])('is read as %j says it', async (fields, said) => {
    use({ lifetimeProbe: probe(fields) })
    introspect = () => ({ body: said() })
    await connect()
    expect(await life()).toEqual(about(hour))
  })

  it('is asked for by a vendor’s own request, too', async () => {
    use({ lifetimeProbe: probe({ method: 'GET', endpoint: `${vendor.origin}/tokeninfo` }) })
    vendor.answer = (asked) =>
      asked.path.startsWith('/tokeninfo?token=at-1&token_type_hint=access_token&client_id=client-1&')
        ? { body: { exp: Math.floor((now() + hour) / 1_000) } }
        : answer(asked)
    await connect()
    expect(await life()).toEqual(about(hour))
  })
})

describe('a probe that fails', () => {
  const failures: [string, () => ReturnType<ScriptedProvider['answer']>][] = [
    ['is out of order', () => ({ status: 503, body: '' })],
    ['hangs up', () => 'cut'],
    ['is a page', () => ({ status: 404, body: '<html>' })],
    ['redirects', () => ({ status: 302, headers: { location: 'https://evil.test/' }, body: '' })],
    ['knows no such token', () => ({ body: { active: false } })],
    ['says nonsense', () => ({ body: { active: true, exp: 'soon' } })],
    ['says what is over', () => ({ body: { active: true, exp: 1 } })],
    ['does not let us ask', () => ({ status: 401, body: { error: 'invalid_client' } })],
    ['says that the grant is gone', () => ({ status: 400, body: { error: 'invalid_grant' } })],
  ]
  it.each(failures)('and %s, loses nothing', async (_how, failure) => {
    introspect = failure
    expect(await connect()).toBe('granted')
    expect(await life()).toBeNull()
    expect(await token()).toBe('at-1')
    expect(await token('at-1')).toBe('at-2')
    expect(await world.grant()).toMatchObject({ status: 'ok', values: { refresh_token: 'rt-2' } })
    expect(await token('at-2')).toBe('at-3')
    expect(world.logged.join()).not.toMatch(/at-\d|rt-\d|s3cret/)
  })

  it('leaves a token its life of before, and that which the connector assumes', async () => {
    await connect()
    introspect = () => ({ status: 503, body: '' })
    expect(await token('at-1')).toBe('at-2')
    expect(await life()).toEqual(about(hour))
    use({ assumedLifetime: 900_000 })
    await connect()
    expect(await life()).toBe(900_000)
  })

  it('cannot keep from being saved what was renewed', async () => {
    await connect()
    let saved: string | undefined
    introspect = async () => {
      saved = (await world.grant())?.values['refresh_token']
      return { body: { active: true, exp: Math.floor((now() + hour) / 1_000) } }
    }
    expect(await token('at-1')).toBe('at-2')
    expect(saved).toBe('rt-2')
  })

  it('says nothing of a grant that took the place of the one that it was asked about', async () => {
    await connect()
    introspect = async () => {
      await world.haveGrant({ access_token: 'of another consent' }, null)
      return { body: { active: true, exp: Math.floor((now() + hour) / 1_000) } }
    }
    await token('at-1')
    expect(await world.grant()).toMatchObject({ lifetime: null, expiresAt: null })
  })
})

it('does not send a token, or our secret, to where a reply would have it sent', async () => {
  const thief = await startScriptedProvider()
  const { port } = new URL(vendor.origin)
  use(
    {
      keptFields: { instance: 'instance' },
      lifetimeProbe: probe({ endpoint: '{instance}/introspect' }),
    },
    [`127.0.0.1:${port}`],
  )
  await connect()
  expect(await life()).toEqual(about(hour))
  vendor.answer = () => ({
    body: { access_token: 'at-9', refresh_token: 'rt-9', instance: thief.origin },
  })
  expect(await connect()).toBe('granted')
  expect(await life()).toBeNull()
  expect(await token('at-9')).toBe('at-9')
  expect(thief.asked).toEqual([])
  thief.close()
})
