import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sealedColumns } from '../../sealed-columns.ts'
import { type ScriptedProvider, startScriptedProvider } from '../../testing/provider.testing.ts'
import { createKeyRing, openGivenUp, rotateKeys } from '../credentials/credentials.ts'
import { accountId, openRevocations, type RevocationWorld, revoking } from './revocations.testing.ts'
import { mortal } from '../../testing/mortal-child.testing.ts'

let world: RevocationWorld
let vendor: ScriptedProvider
beforeEach(async () => {
  vendor = await startScriptedProvider()
  vendor.answer = () => ({ body: '' })
  world = await openRevocations()
  world.useProvider(revoking(vendor.origin))
  await world.haveGrant(tokens, null)
})
afterEach(async () => {
  await world.close()
  vendor.close()
})

const tokens = { access_token: 'access-token-of-anna', refresh_token: 'refresh-token-of-anna' }
const minute = 60_000
const day = 86_400_000
const deleted = (at_provider: string) => ({ source_id: world.sourceId, because: 'deleted', at_provider })
async function ended() {
  await expect.poll(() => world.rows()).toEqual([])
}
/** Waits until so many attempts have been made, and the last of them has been written down. */
async function tried(times: number) {
  await expect.poll(() => world.rows()).toMatchObject([{ attempts: times, lease: null }])
  return (await world.rows())[0]
}

it('what a deleted source was granted is ended at its provider, once, and erased', async () => {
  await world.remove()
  expect(await world.grant()).toBeNull()
  expect(JSON.stringify(await world.rows())).not.toContain('of-anna')
  expect(await world.told()).toEqual([])
  world.work()
  world.createWorker({ ownsStore: false }).start()
  await ended()
  expect(vendor.asked).toMatchObject([
    { path: '/revoke', parameters: { token: 'refresh-token-of-anna', token_type_hint: 'refresh_token' } },
  ])
  expect(await world.told()).toEqual([deleted('revoked')])
  const feed = JSON.stringify(await world.feed())
  for (const secret of [...Object.values(tokens), 's3cret']) {
    expect(world.logged.join('\n')).not.toContain(secret)
    expect(feed).not.toContain(secret)
  }
})

it('without a way to tell the provider nothing is sent, and the event says so', async () => {
  world.useProvider(revoking(vendor.origin, {}, { revocation: undefined }))
  await world.remove()
  world.work()
  await ended()
  expect([vendor.asked, await world.told()]).toEqual([[], [deleted('not_offered')]])
})

it('a source without a grant tells nothing', async () => {
  await world.remove()
  const { id } = await world.base.database.write((tx) =>
    world.sources.create(
      ...([tx, accountId] as const),
      { type: 'platform.test-crm', display_name: 'Plain', properties: {} },
      { mustBeComplete: false, uniqueName: false },
    ),
  )
  await world.remove(id)
  expect(await world.rows()).toHaveLength(1)
})

describe('a provider that does not do it at once', () => {
  it('is asked again, more and more seldom, or when it says; and the removal waited for none of it', async () => {
    vendor.answer = () => ({ status: 503, body: 'down' })
    await world.remove()
    world.work()
    const first = await tried(1)
    expect((first?.due_at ?? 0) - Date.now()).toBeLessThanOrEqual(5_000)
    vendor.answer = () => ({ status: 503, headers: { 'retry-after': '1800' }, body: '' })
    world.clock.offset += minute
    const second = await tried(2)
    const wait = (second?.due_at ?? 0) - (Date.now() + world.clock.offset)
    expect(wait).toBeGreaterThan(29 * minute)
    expect(wait).toBeLessThanOrEqual(30 * minute)
    vendor.answer = () => ({ body: '' })
    world.clock.offset += 31 * minute
    await ended()
    expect([vendor.asked.length, await world.told()]).toEqual([3, [deleted('revoked')]])
  })

  it('is given up after a day; then the secrets are erased, and the account is told', async () => {
    vendor.answer = () => ({ status: 503, headers: { 'retry-after': '999999999' }, body: '' })
    await world.remove()
    world.work()
    const row = await tried(1)
    expect((row?.due_at ?? 0) - (row?.created_at ?? 0)).toBeLessThan(7 * 60 * minute)
    world.clock.offset += day
    await ended()
    expect(await world.told()).toEqual([deleted('failed')])
    expect(world.logged.join('\n')).toContain('could not be revoked for a day')
  })

  it('is not asked again when it says that it never will', async () => {
    vendor.answer = () => ({ status: 400, body: { error: 'unsupported_token_type' } })
    await world.remove()
    world.work()
    await ended()
    expect([vendor.asked.length, await world.told()]).toEqual([1, [deleted('failed')]])
  })

  it('does it when the operator has mended the client that it refused', async () => {
    // Strict: it takes id and secret in the body alone.
    vendor.answer = ({ authorization, parameters }) =>
      authorization === null && parameters['client_secret'] === 's3cret &+'
        ? { body: '' }
        : { status: 401, body: { error: 'invalid_client' } }
    await world.remove()
    world.work()
    await tried(1)
    expect(world.logged.join('\n')).toMatch(/rejects our client.*BOBBIN_OAUTH_TEST_CRM_CLIENT_ID/)
    world.useProvider(revoking(vendor.origin, {}, { clientAuthentication: 'post' }))
    world.clock.offset += minute
    await ended()
    expect(await world.told()).toEqual([deleted('revoked')])
  })

  it('is not asked again by a stop that cuts an attempt short', async () => {
    const isAsked = Promise.withResolvers<void>()
    vendor.answer = () => {
      isAsked.resolve()
      return 'hang'
    }
    await world.remove()
    const worker = world.createWorker()
    worker.start()
    await isAsked.promise
    await worker.stop()
    expect(await world.rows()).toMatchObject([{ attempts: 0, lease: null }])
  })
})

it('an access token whose time is over is renewed, kept, and then revoked', async () => {
  world.useProvider(revoking(vendor.origin, { token: 'access_token', tokenIn: 'bearer' }))
  await world.haveGrant(tokens, -1)
  vendor.answer = ({ path }) =>
    path === '/token'
      ? { body: { access_token: 'at-2', refresh_token: 'rt-2', expires_in: 3600 } }
      : { status: 503, body: '' }
  await world.remove()
  world.work()
  await tried(1)
  vendor.answer = () => ({ body: '' })
  world.clock.offset += minute
  await ended()
  expect(vendor.asked).toMatchObject([
    { path: '/token', parameters: { refresh_token: tokens.refresh_token } },
    { path: '/revoke', authorization: 'Bearer at-2' },
    { path: '/revoke', authorization: 'Bearer at-2' },
  ])
})

it('dials no private address unless the operator allows it', async () => {
  const guarded = await openRevocations({ allowPrivateNetworks: false })
  guarded.useProvider(revoking(vendor.origin))
  await guarded.haveGrant(tokens, null)
  await guarded.remove()
  guarded.work()
  await expect.poll(() => guarded.rows()).toMatchObject([{ attempts: 1 }])
  expect([vendor.asked, guarded.logged.join('\n')]).toEqual([
    [],
    expect.stringContaining('AddressNotAllowed'),
  ])
  await guarded.close()
})

it('keeps accounts apart: one whose provider is silent holds up no other, and hears of its own alone', async () => {
  const theirs = await world.addSource('Otto', 8)
  const own = await Promise.all(Array.from({ length: 12 }, (_, index) => world.addSource(`Anna ${index}`)))
  vendor.answer = ({ parameters }) =>
    parameters['token'] === `rt of ${theirs}` ? { body: '' } : ('hang' as const)
  for (const id of own) await world.remove(id)
  await world.remove(theirs, 8)
  world.work()
  await expect.poll(() => world.told(8)).toMatchObject([{ source_id: theirs, at_provider: 'revoked' }])
  expect(await world.told()).toEqual([])
  expect(await world.rows()).toHaveLength(12)
})

it('is sealed anew when keys are rotated, and waits for a key that is missing', async () => {
  await world.remove()
  const old = { id: 'test', key: Buffer.from(world.place.key, 'base64') }
  const fresh = { id: 'fresh', key: randomBytes(32) }
  const both = createKeyRing([fresh, old])
  const options = { keyRing: both, columns: sealedColumns, now: Date.now }
  const { database } = world
  const never = new AbortController().signal
  expect(await rotateKeys({ database, ...options, signal: never })).toMatchObject({ resealed: 1 })
  const [row] = await world.rows()
  if (!row) throw new Error('The grant is gone.')
  expect(openGivenUp(createKeyRing([fresh]), row)).toEqual(tokens)
  // The worker has the old key only.
  world.work()
  await tried(1)
  expect([vendor.asked, world.logged.join('\n')]).toEqual([[], expect.stringContaining('unknown_key')])
})

describe('kill -9', () => {
  function spawnRevoker(origin: string | null) {
    const program = fileURLToPath(new URL('kill-revoker.testing.ts', import.meta.url))
    const task = JSON.stringify({ place: world.place, origin })
    return mortal(spawn(process.execPath, [program, task], { stdio: ['ignore', 'inherit', 'inherit'] }))
  }

  it('between erasing and revoking loses no grant', async () => {
    await once(spawnRevoker(null), 'exit')
    expect([await world.grant(), (await world.source()).deleted_at]).toEqual([null, expect.any(Number)])
    expect(await world.rows()).toHaveLength(1)
    world.work()
    await ended()
    expect(await world.told()).toEqual([deleted('revoked')])
  })

  it('while the provider is asked has it asked again, and the account told once', async () => {
    const isAsked = Promise.withResolvers<void>()
    vendor.answer = () => {
      isAsked.resolve()
      return 'hang'
    }
    await world.remove()
    const child = spawnRevoker(vendor.origin)
    const isDead = once(child, 'exit')
    await isAsked.promise
    child.kill('SIGKILL')
    await isDead
    vendor.answer = () => ({ body: '' })
    world.work()
    await ended()
    expect([vendor.asked.length, await world.told()]).toEqual([2, [deleted('revoked')]])
  })
})
