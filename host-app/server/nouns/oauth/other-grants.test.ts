import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConnectorError } from '../../../connectors/connector.ts'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import {
  type AskedToken,
  startScriptedProvider,
  type ScriptedProvider,
} from '../../testing/provider.testing.ts'
import { connectorGrant, grantKind, openGivenUp, roleOfGivenUp } from '../credentials/credentials.ts'
import { accountId, openWorld, plainProvider, slug, type World } from './oauth-world.testing.ts'
import type { OAuth } from './oauth.ts'

/* Several grants in one reply: an app's and a person's, each with a refresh token that may be used once. */

let world: World
let provider: ScriptedProvider
/** How often each role was renewed, and which have ended at the provider. */
let renewed: { main: number; user: number }
let ended: Set<string>

const roles = (fatal: boolean): Partial<OAuthProvider> => ({
  quirks: { okFlag: true, noPkce: true },
  otherGrants: [{ role: 'user', path: ['authed_user'], fatal }],
  revocation: { endpoint: `${provider.origin}/revoke`, endsNothingElse: true },
})

beforeEach(async () => {
  world = await openWorld({ timings: { lease: 1_500 } })
  provider = await startScriptedProvider()
  renewed = { main: 0, user: 0 }
  ended = new Set()
  provider.answer = answer
  world.useProvider(plainProvider(provider.origin, roles(false)))
})
afterEach(async () => {
  provider.close()
  await world.close()
})

/** Ends a grant whose refresh token comes twice, and tells one's from the other's. */
function answer({ parameters }: AskedToken) {
  if (parameters['grant_type'] === 'authorization_code') {
    return {
      body: {
        ok: true,
        ...{ access_token: 'main-0', refresh_token: 'r-main-0', expires_in: 43_200, scope: 'channels:read' },
        authed_user: {
          ...{ id: 'U1', access_token: 'user-0', refresh_token: 'r-user-0', expires_in: 3_600 },
          scope: 'search:read',
        },
      },
    }
  }
  for (const role of ['main', 'user'] as const) {
    if (parameters['refresh_token'] !== `r-${role}-${renewed[role]}` || ended.has(role)) continue
    const count = ++renewed[role]
    const tokens = {
      access_token: `${role}-${count}`,
      refresh_token: `r-${role}-${count}`,
      expires_in: 3_600,
    }
    return { body: { ok: true, ...tokens } }
  }
  return { body: { ok: false, error: 'invalid_grant' } }
}

async function authorize() {
  const { stateHash } = await world.start()
  return await world.finish(stateHash, slug, { code: 'c' })
}

const fresh = (oauth: OAuth = world.oauth, otherThan: string | null = null) =>
  oauth.freshGrant(accountId, world.sourceId, { otherThan })
const tokensOf = (granted: Awaited<ReturnType<typeof fresh>>) => [
  granted?.values.access_token,
  granted?.others['user']?.access_token,
]
const stored = (role: string | null) => world.credentials.open(accountId, world.sourceId, grantKind(role))
const typesTold = async () => (await world.feed()).map(({ type }) => type)
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error: unknown) => (error instanceof ConnectorError ? error.code : error),
  )
const refreshes = () =>
  provider.asked.filter(({ parameters }) => parameters['grant_type'] === 'refresh_token')
const givenUp = async () => {
  const rows = await world.database.read.selectFrom('given_up_grant').selectAll().orderBy('id').execute()
  return rows.map((row) => ({
    role: roleOfGivenUp(row),
    token: openGivenUp(world.base.keyRing, row)['access_token'],
  }))
}

describe('two grants in one reply', () => {
  it('are kept apart, with tokens, lifetime and scopes of their own, and handed out together', async () => {
    expect((await authorize()).kind).toBe('granted')
    expect(await stored(null)).toMatchObject({ lifetime: 43_200_000, values: { scope: 'channels:read' } })
    expect(await stored('user')).toMatchObject({ lifetime: 3_600_000, values: { scope: 'search:read' } })
    const granted = await fresh()
    expect(granted && connectorGrant(world.connector(), granted, null)).toMatchObject({
      accessToken: 'main-0',
      scopes: ['channels:read'],
      others: { user: { accessToken: 'user-0', scopes: ['search:read'] } },
    })
  })

  it('are one without the field', async () => {
    world.useProvider(plainProvider(provider.origin, { ...roles(false), otherGrants: [] }))
    await authorize()
    expect(tokensOf(await fresh())).toEqual(['main-0', undefined])
  })

  it('are renewed apart, each when its own time is over', async () => {
    await authorize()
    world.clock.offset = 3_600_000
    expect(tokensOf(await fresh())).toEqual(['main-0', 'user-1'])
    expect(refreshes()).toHaveLength(1)
    world.clock.offset = 43_200_000
    expect(tokensOf(await fresh())).toEqual(['main-1', 'user-2'])
    expect(refreshes()).toHaveLength(3)
  })

  it('are renewed once each for 50 callers of two processes', async () => {
    await authorize()
    world.clock.offset = 43_200_000
    const processes = [world.anotherProcess(), world.anotherProcess()]
    const all = await Promise.all(
      processes.flatMap((oauth) =>
        Array.from({ length: 25 }, async () => tokensOf(await fresh(oauth)).join()),
      ),
    )
    expect(new Set(all)).toEqual(new Set(['main-1,user-1']))
    expect(refreshes()).toHaveLength(2)
  })

  it('renews the one that was refused before its time, and no other', async () => {
    await authorize()
    expect(tokensOf(await fresh(world.oauth, 'user-0'))).toEqual(['main-0', 'user-1'])
    expect(tokensOf(await fresh(world.oauth, 'main-0'))).toEqual(['main-1', 'user-1'])
  })

  it('goes on without one that ended, and says so once', async () => {
    await authorize()
    ended.add('user')
    world.clock.offset = 3_600_000
    const all = await Promise.all([fresh(), fresh(), fresh(world.anotherProcess())])
    expect(new Set(all.map((one) => tokensOf(one).join()))).toEqual(new Set(['main-0,']))
    expect(await stored('user')).toMatchObject({ status: 'rejected' })
    expect(await stored(null)).toMatchObject({ status: 'ok' })
    expect(await fresh()).toMatchObject({ others: {} })
    const told = (await world.feed()).filter(({ type }) => type.startsWith('credentials.'))
    expect(told).toEqual([
      { type: 'credentials.partly_revoked', data: { source_id: world.sourceId, role: 'user' } },
    ])
    expect(world.logged.join()).toContain('"role":"user"')
    // The next consent brings it back.
    ended.clear()
    renewed = { main: 0, user: 0 }
    await authorize()
    expect(tokensOf(await fresh())).toEqual(['main-0', 'user-0'])
  })

  it('ends the source with one that is fatal', async () => {
    world.useProvider(plainProvider(provider.origin, roles(true)))
    await authorize()
    ended.add('user')
    world.clock.offset = 3_600_000
    expect(await codeOf(fresh())).toBe('AuthorizationExpired')
    expect(await stored(null)).toMatchObject({ status: 'rejected' })
    expect(await typesTold()).toContain('credentials.revoked')
  })

  it('believes that one has ended only if its row still holds what was refused', async () => {
    await authorize()
    world.clock.offset = 3_600_000
    provider.answer = async () => {
      const values = { access_token: 'of another process', refresh_token: 'r-9' }
      const by = { accountId, sourceId: world.sourceId, kind: grantKind('user'), values }
      await world.database.write((tx) => world.credentials.save(tx, by))
      return { body: { ok: false, error: 'invalid_grant' } }
    }
    expect(tokensOf(await fresh())).toEqual(['main-0', 'of another process'])
    expect(await stored('user')).toMatchObject({ status: 'ok' })
  })

  it('waits as long as is needed after an outage, for the one alone that met it', async () => {
    await authorize()
    world.clock.offset = 3_600_000
    provider.answer = () => ({ status: 503, body: 'busy' })
    expect(await codeOf(fresh())).toBe('VendorUnavailable')
    expect(await stored('user')).toMatchObject({ status: 'ok', failure: 'unreachable' })
    expect(await stored(null)).toMatchObject({ failure: null })
    provider.answer = answer
    world.clock.offset += 20_000
    expect(tokensOf(await fresh())).toEqual(['main-0', 'user-1'])
  })

  it('hands out what could not be saved yet, until it is', async () => {
    await authorize()
    world.clock.offset = 3_600_000
    const { write } = world.database
    provider.answer = (asked) => {
      world.database.write = () => Promise.reject(new Error('disk is full'))
      return answer(asked)
    }
    expect(tokensOf(await fresh())).toEqual(['main-0', 'user-1'])
    expect(tokensOf(await fresh())).toEqual(['main-0', 'user-1'])
    expect((await stored('user'))?.values['access_token']).toBe('user-0')
    world.database.write = write
    await expect.poll(async () => (await stored('user'))?.values['refresh_token']).toBe('r-user-1')
    expect(refreshes()).toHaveLength(1)
  })

  it('grants nothing without one that is fatal, and goes on without one that is not', async () => {
    provider.answer = () => ({ body: { ok: true, access_token: 'main-0', authed_user: { id: 'U1' } } })
    expect((await authorize()).kind).toBe('granted')
    expect(tokensOf(await fresh())).toEqual(['main-0', undefined])
    world.useProvider(plainProvider(provider.origin, roles(true)))
    expect(await authorize()).toMatchObject({ kind: 'refused', refusal: { reason: 'provider_error' } })
  })
})

describe('where grants are kept, moved and given up', () => {
  const nameAs = (name: string) =>
    world.useProvider(plainProvider(provider.origin, roles(false)), {
      identify: () => Promise.resolve(name),
    })

  it('waits aside with all its roles, and takes the place of all', async () => {
    nameAs('old name')
    await authorize()
    nameAs('another')
    expect((await authorize()).kind).toBe('asked')
    const flow = { accountId, flowId: 'flow-1' }
    expect(await world.oauth.findAside(flow)).toEqual({ externalAccount: 'another' })
    const grant = await world.database.write((tx) => world.oauth.takeAside(tx, flow))
    expect(grant).toMatchObject({ others: [{ role: 'user', values: { access_token: 'user-0' } }] })
    expect(await world.oauth.findAside(flow)).toBeNull()
    const place = { accountId, sourceId: world.sourceId }
    await world.database.write(async (tx) => world.oauth.keepGrant(tx, place, { ...must(grant) }))
    expect(tokensOf(await fresh())).toEqual(['main-0', 'user-0'])
    // What was there is revoked, each for itself.
    expect((await givenUp()).map(({ role }) => role)).toEqual([null, 'user'])
  })

  it('gives up each of what waits aside', async () => {
    nameAs('another')
    await authorize()
    await world.database.write((tx) => world.oauth.dropAside(tx, { accountId, flowId: 'flow-1' }))
    expect(await givenUp()).toEqual([
      { role: null, token: 'main-0' },
      { role: 'user', token: 'user-0' },
    ])
  })

  it('gives up each when the source is deleted, with what a renewal under way brings', async () => {
    nameAs('old name')
    await authorize()
    world.clock.offset = 3_600_000
    provider.answer = async (asked) => {
      await world.database.write((tx) => world.credentials.erase(tx, accountId, world.sourceId))
      return answer(asked)
    }
    expect(await fresh()).toMatchObject({ others: {} })
    expect(await stored('user')).toBeNull()
    expect(await givenUp()).toEqual([
      { role: null, token: 'main-0' },
      { role: 'user', token: 'user-1' },
    ])
  })

  it('forgets a role that the next consent does not bring', async () => {
    nameAs('old name')
    await authorize()
    provider.answer = () => ({ body: { ok: true, access_token: 'alone' } })
    await authorize()
    expect(tokensOf(await fresh())).toEqual(['alone', undefined])
    expect((await givenUp()).map(({ role }) => role)).toEqual([null, 'user'])
  })
})

function must<Value>(value: Value | null): Value {
  if (value === null) throw new Error('There is none.')
  return value
}
