import { afterEach, beforeEach, expect, it } from 'vitest'
import { type RealProvider, startRealProvider } from '../oauth/real-provider.testing.ts'
import { accountId, openRevocations, type RevocationWorld, slug } from './revocations.testing.ts'

/* At a whole OAuth server: what is over here is over there. */

let world: RevocationWorld
let provider: RealProvider
beforeEach(async () => {
  world = await openRevocations()
  provider = await startRealProvider(world.url)
  world.useProvider(provider.record)
  provider.allow('anna')
})
afterEach(async () => {
  provider.close()
  await world.close()
})

/** What a whole trip has stored. */
async function authorize() {
  const { url, stateHash } = await world.start()
  expect(await world.finish(stateHash, slug, await provider.browse(url))).toEqual({ kind: 'granted' })
  return grant()
}

async function grant() {
  const { access_token: access = '', refresh_token: refresh = '' } = (await world.grant())?.values ?? {}
  return { access, refresh }
}

const areActive = ({ access, refresh }: { access: string; refresh: string }) =>
  Promise.all([provider.isActive(access), provider.isActive(refresh)])

it('a deleted source has both of its tokens dead at the provider, and nothing refreshes', async () => {
  const tokens = await authorize()
  expect(await areActive(tokens)).toEqual([true, true])
  await world.remove()
  world.work()
  await expect.poll(() => world.rows()).toEqual([])
  expect(await world.told()).toMatchObject([{ because: 'deleted', at_provider: 'revoked' }])
  expect(await areActive(tokens)).toEqual([false, false])
  const refreshed = await world.providers.refresh(
    { slug, provider: provider.record, hosts: undefined },
    { accountId, oauthClientId: null },
    { access_token: tokens.access, refresh_token: tokens.refresh },
  )
  expect(refreshed).toMatchObject({ kind: 'refused', code: 'invalid_grant' })
})

it('while it is down the source is deleted all the same, and the grant ends when it is back', async () => {
  const tokens = await authorize()
  provider.setDown(true)
  await world.remove()
  world.work()
  await expect.poll(() => world.rows()).toMatchObject([{ attempts: 1 }])
  expect([(await world.source()).deleted_at, await world.grant()]).toEqual([expect.any(Number), null])
  expect(await areActive(tokens)).toEqual([true, true])
  provider.setDown(false)
  world.clock.offset += 60_000
  await expect.poll(() => world.rows()).toEqual([])
  expect(await areActive(tokens)).toEqual([false, false])
})

it('a grant that was renewed many times ends as a whole', async () => {
  const first = await authorize()
  for (let round = 0; round < 3; round += 1) await world.oauth.accessToken(accountId, world.sourceId)
  const last = await grant()
  expect(last.refresh).not.toBe(first.refresh)
  await world.remove()
  world.work()
  await expect.poll(() => world.rows()).toEqual([])
  expect([await areActive(first), await areActive(last)]).toEqual([
    [false, false],
    [false, false],
  ])
})

it('reconnecting the same account leaves the new grant alive', async () => {
  await authorize()
  const renewed = await authorize()
  world.work()
  await world.addSource('somebody else')
  expect([await world.rows(), await areActive(renewed)]).toEqual([[], [true, true]])
})
