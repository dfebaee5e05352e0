import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ConnectorError } from '../../../connectors/connector.ts'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import { createOutbound } from '../../edges/outbound/outbound.ts'
import type { OAuth } from './oauth.ts'
import { startScriptedProvider, type ScriptedProvider } from '../../testing/provider.testing.ts'
import { accountId, openWorld, plainProvider, rotating, type World } from './oauth-world.testing.ts'

let world: World
let provider: ScriptedProvider

// The first request of a process loads what it is sent with: that takes longer, on a busy machine, than these leases.
beforeAll(async () => {
  const { origin, close } = await startScriptedProvider()
  await createOutbound({ allowPrivateNetworks: true }).fetch(origin)
  close()
})
beforeEach(async () => {
  world = await openWorld({ timings: { lease: 1_500 } })
  provider = await startScriptedProvider()
  world.useProvider(plainProvider(provider.origin))
})
afterEach(async () => {
  provider.close()
  await world.close()
})

const use = (more: Partial<OAuthProvider>) => world.useProvider(plainProvider(provider.origin, more))
const token = (oauth: OAuth = world.oauth) => oauth.accessToken(accountId, world.sourceId)
const typesTold = async () => (await world.feed()).map(({ type }) => type)
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'ok',
    (error: unknown) => (error instanceof ConnectorError ? error.code : error),
  )
const old = { access_token: 'old', refresh_token: 'rt-1', token_type: 'Bearer', scope: 'x' }

const rotate = () => void (provider.answer = rotating())

describe('accessToken', () => {
  it('is null without OAuth', async () => {
    world.useProvider(plainProvider(provider.origin), { oauth: undefined })
    expect(await token()).toBeNull()
  })

  it('is not found for a foreign, an unknown or a deleted source', async () => {
    await world.haveGrant(old, null)
    await expect(world.oauth.accessToken(99, world.sourceId)).rejects.toMatchObject({
      code: 'SourceNotFound',
    })
    await expect(world.oauth.accessToken(accountId, 99)).rejects.toMatchObject({ code: 'SourceNotFound' })
    await world.database.write((tx) => tx.db.updateTable('source').set({ deleted_at: 1 }).execute())
    await expect(token()).rejects.toMatchObject({ code: 'SourceNotFound' })
  })

  it('is expired when nothing was ever granted, or was rejected', async () => {
    expect(await codeOf(token())).toBe('AuthorizationExpired')
    await world.haveGrant(old, null)
    await world.database.write((tx) => world.credentials.reject(tx, accountId, world.sourceId, 'oauth'))
    expect(await codeOf(token())).toBe('AuthorizationExpired')
  })

  it('is the stored token while that lives another minute, or has no end', async () => {
    await world.haveGrant(old, 61_000)
    expect(await token()).toBe('old')
    await world.haveGrant(old, null)
    expect(await token()).toBe('old')
    expect(provider.asked).toHaveLength(0)
  })

  it('is refreshed when it lives less than a minute, and what rotated replaces the old in one write', async () => {
    rotate()
    await world.haveGrant(old, 59_000)
    expect(await token()).toBe('at-2')
    expect(provider.asked).toMatchObject([
      {
        parameters: { grant_type: 'refresh_token', refresh_token: 'rt-1' },
        authorization: expect.stringMatching(/^Basic /),
      },
    ])
    expect(await world.grant()).toMatchObject({
      values: { access_token: 'at-2', refresh_token: 'rt-2', token_type: 'Bearer', scope: 'x' },
      version: 2,
    })
    expect(await token()).toBe('at-2')
    expect((await world.source()).settings_version).toBe(1)
  })

  it('keeps the refresh token and kept fields that a reply leaves out', async () => {
    provider.answer = () => ({ body: { access_token: 'new' } })
    await world.haveGrant({ ...old, instance_url: 'https://x.test' }, -1)
    expect(await token()).toBe('new')
    expect((await world.grant())?.values).toEqual({
      ...old,
      access_token: 'new',
      instance_url: 'https://x.test',
    })
  })

  it('hands out a token that lives shorter than a minute when it is fresh', async () => {
    provider.answer = () => ({ body: { access_token: `at-${provider.asked.length}`, expires_in: 5 } })
    await world.haveGrant(old, -1)
    expect(await token()).toBe('at-1')
    expect(await token()).toBe('at-2')
  })

  it('refreshes once for 50 callers at once', async () => {
    rotate()
    await world.haveGrant(old, -1)
    const tokens = await Promise.all(Array.from({ length: 50 }, () => token()))
    expect(new Set(tokens)).toEqual(new Set(['at-2']))
    expect(provider.asked).toHaveLength(1)
  })

  it('refreshes once for two processes with 25 callers each', async () => {
    rotate()
    await world.haveGrant(old, -1)
    const processes = [world.anotherProcess(), world.anotherProcess()]
    const tokens = await Promise.all(
      processes.flatMap((oauth) => Array.from({ length: 25 }, () => token(oauth))),
    )
    expect(new Set(tokens)).toEqual(new Set(['at-2']))
    expect(provider.asked).toHaveLength(1)
    expect(await world.grant()).toMatchObject({ status: 'ok', version: 2 })
  })

  it('goes on when the process that held the lease died', async () => {
    rotate()
    await world.haveGrant(old, -1)
    // What a process leaves behind that died between taking the lease and saving.
    await world.database.write((tx) =>
      tx.db
        .updateTable('credential')
        .set({ refresh_lease: 'dead', refresh_lease_until: Date.now() + 400 })
        .execute(),
    )
    const began = performance.now()
    expect(await token()).toBe('at-2')
    expect(performance.now() - began).toBeGreaterThanOrEqual(390)
    expect(provider.asked).toHaveLength(1)
  })

  /** A lease in the row, as another process would have it. */
  const haveLease = (id: string, until: number) =>
    world.database.write((tx) =>
      tx.db.updateTable('credential').set({ refresh_lease: id, refresh_lease_until: until }).execute(),
    )

  it('goes on when a clock that was set back left a lease that ends in the future', async () => {
    rotate()
    await world.haveGrant(old, -1)
    await haveLease('of a fast clock', Date.now() + 86_400_000)
    expect(await token()).toBe('at-2')
    expect(provider.asked).toHaveLength(1)
  })

  it('does not wait for ever for a lease that others take again and again', async () => {
    await world.haveGrant(old, -1)
    let taken = 0
    const takeAgain = () => haveLease(`busy-${++taken}`, Date.now() + 600)
    await takeAgain()
    const others = setInterval(() => void takeAgain(), 200)
    expect(await codeOf(token())).toBe('VendorUnavailable')
    clearInterval(others)
    expect(provider.asked).toHaveLength(0)
  })

  it('looks at the row again after invalid_grant, and takes what another process saved', async () => {
    provider.answer = async () => {
      await world.haveGrant({ ...old, access_token: 'saved by another', refresh_token: 'rt-9' }, 3_600_000)
      return { status: 400, body: { error: 'invalid_grant' } }
    }
    await world.haveGrant(old, -1)
    expect(await token()).toBe('saved by another')
    expect(await world.grant()).toMatchObject({ status: 'ok', version: 2 })
    expect(await typesTold()).toEqual(['source.configured'])
  })

  it('does not replace a new authorization by the refresh of the old one', async () => {
    provider.answer = async () => {
      await world.haveGrant({ ...old, access_token: 'new grant' }, 3_600_000)
      return { body: { access_token: 'of the old grant', expires_in: 3600 } }
    }
    await world.haveGrant(old, -1)
    expect(await token()).toBe('new grant')
    expect((await world.grant())?.values['access_token']).toBe('new grant')
  })

  it('does not bring back credentials that were erased or rejected meanwhile', async () => {
    provider.answer = async () => {
      await world.database.write((tx) => world.credentials.erase(tx, accountId, world.sourceId))
      return { body: { access_token: 'late', expires_in: 3600 } }
    }
    await world.haveGrant(old, -1)
    expect(await codeOf(token())).toBe('AuthorizationExpired')
    expect(await world.grant()).toBeNull()
    provider.answer = async () => {
      await world.database.write((tx) => world.credentials.reject(tx, accountId, world.sourceId, 'oauth'))
      return { body: { access_token: 'late', expires_in: 3600 } }
    }
    await world.haveGrant(old, -1)
    expect(await codeOf(token())).toBe('AuthorizationExpired')
    expect(await world.grant()).toMatchObject({ status: 'rejected', values: { access_token: 'old' } })
  })

  it('declares a grant dead once, with one event, when the provider ended it', async () => {
    provider.answer = () => ({ status: 400, body: { error: 'invalid_grant' } })
    await world.haveGrant(old, -1)
    const codes = await Promise.all([
      codeOf(token()),
      codeOf(token()),
      codeOf(token(world.anotherProcess())),
      codeOf(token(world.anotherProcess())),
    ])
    expect(new Set(codes)).toEqual(new Set(['AuthorizationExpired']))
    expect(await world.grant()).toMatchObject({ status: 'rejected' })
    expect(await typesTold()).toEqual(['source.configured', 'credentials.revoked'])
    expect(provider.asked).toHaveLength(1)
  })

  it("knows a provider's own words for a dead grant", async () => {
    use({ quirks: { okFlag: true, endedGrantCodes: ['token_revoked'] } })
    provider.answer = () => ({ body: { ok: false, error: 'token_revoked' } })
    await world.haveGrant(old, -1)
    expect(await codeOf(token())).toBe('AuthorizationExpired')
    expect(await world.grant()).toMatchObject({ status: 'rejected' })
  })

  it('is expired without a refresh token', async () => {
    await world.haveGrant({ access_token: 'old' }, -1)
    expect(await codeOf(token())).toBe('AuthorizationExpired')
    expect(await typesTold()).toEqual(['source.configured', 'credentials.revoked'])
    expect(provider.asked).toHaveLength(0)
  })

  it.each<[string, Parameters<typeof respond>[0]]>([
    ['a server error', { status: 500, body: { error: 'invalid_grant' } }],
    ['silence', 'hang'],
    ['a page instead of a reply', { body: '<html>', contentType: 'text/html' }],
  ])('leaves the grant alive after %s, and can try again after a while', async (_name, answer) => {
    respond(answer)
    await world.haveGrant(old, -1)
    expect(await codeOf(token())).toBe('VendorUnavailable')
    expect(await world.grant()).toMatchObject({ status: 'ok', values: old, version: 1 })
    rotate()
    world.clock.offset = 15_000
    const began = performance.now()
    expect(await token()).toBe('at-2')
    expect(performance.now() - began).toBeLessThan(5_000)
  })

  it('is unavailable, with a line for the operator, when the client is not configured', async () => {
    const bare = await openWorld({ hasClient: false })
    bare.useProvider(plainProvider(provider.origin))
    await bare.haveGrant(old, -1)
    expect(await codeOf(bare.oauth.accessToken(accountId, bare.sourceId))).toBe('AppMisconfigured')
    expect(bare.logged.join()).toContain('BOBBIN_OAUTH_TEST_CRM_CLIENT_ID')
    await bare.close()
  })

  it('logs no token', async () => {
    await world.haveGrant(old, -1)
    respond({ status: 400, body: { error: 'invalid_request', error_description: 'rt-1 old' } })
    await codeOf(token())
    world.clock.offset = 120_000
    respond({ status: 400, body: { error: 'invalid_grant' } })
    await codeOf(token())
    expect(world.logged).toHaveLength(2)
    expect(world.logged.join()).not.toMatch(/rt-1|"old"|s3cret/)
  })

  function respond(answer: Awaited<ReturnType<ScriptedProvider['answer']>>) {
    provider.answer = () => answer
  }
})
