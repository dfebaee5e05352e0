import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ScriptedProvider, startScriptedProvider } from '../../testing/provider.testing.ts'
import { accountId, openRevocations, type RevocationWorld, revoking, slug } from './revocations.testing.ts'

/* Which grants are given up, and which of them are revoked. */

let world: RevocationWorld
let vendor: ScriptedProvider
/** Whose grant the next code is exchanged for. */
let person: string
beforeEach(async () => {
  vendor = await startScriptedProvider()
  person = 'anna'
  vendor.answer = ({ path }) =>
    path === '/revoke'
      ? { body: '' }
      : { body: { access_token: `at of ${person}`, refresh_token: `rt of ${person}`, expires_in: 3600 } }
  world = await openRevocations()
  use()
})
afterEach(async () => {
  await world.close()
  vendor.close()
})

const use = (revocation: Parameters<typeof revoking>[1] = {}) =>
  world.useProvider(revoking(vendor.origin, revocation), {
    identify: ({ grant }) => Promise.resolve(grant?.accessToken.replace('at of ', '') ?? null),
  })
const revoked = () =>
  vendor.asked.flatMap(({ path, parameters }) => (path === '/revoke' ? [parameters['token']] : []))
async function ended() {
  await expect.poll(() => world.rows()).toEqual([])
}
const flow = { accountId, flowId: 'flow-1' }

/** A whole trip of the flow, for whoever is at the provider. */
async function authorize(name: string) {
  person = name
  const { stateHash } = await world.start()
  return world.finish(stateHash, slug, { code: 'code' })
}

/** Connected as anna. */
async function connect() {
  await world.database.write((tx) => tx.db.updateTable('source').set({ external_account: null }).execute())
  expect(await authorize('anna')).toEqual({ kind: 'granted' })
}

describe('an authorization that takes the place of another', () => {
  it('of the same account leaves the old one alone: to revoke it might end the new one', async () => {
    await connect()
    expect(await authorize('anna')).toEqual({ kind: 'granted' })
    expect(await world.rows()).toEqual([])
  })

  it('of the same account has it revoked where that ends nothing else', async () => {
    use({ endsNothingElse: true })
    await connect()
    expect(await authorize('anna')).toEqual({ kind: 'granted' })
    world.work()
    await ended()
    expect(revoked()).toEqual(['rt of anna'])
    expect(await world.told()).toEqual([
      { source_id: world.sourceId, because: 'replaced', at_provider: 'revoked' },
    ])
  })

  it('of another account has the old one revoked', async () => {
    await connect()
    expect(await authorize('otto')).toEqual({ kind: 'asked' })
    const { oauth, sourceId } = world
    await world.database.write(async (tx) => {
      const grant = await oauth.takeAside(tx, flow)
      if (grant) await oauth.keepGrant(tx, { accountId, sourceId }, grant)
    })
    world.work()
    await ended()
    expect(revoked()).toEqual(['rt of anna'])
    expect((await world.grant())?.values['refresh_token']).toBe('rt of otto')
  })
})

describe('a grant that nobody keeps', () => {
  it('is revoked when the person keeps the connected account', async () => {
    await connect()
    await authorize('otto')
    await world.database.write((tx) => world.oauth.dropAside(tx, flow))
    world.work()
    await ended()
    expect(revoked()).toEqual(['rt of otto'])
    expect(await world.told()).toMatchObject([{ because: 'dropped', at_provider: 'revoked' }])
  })

  it('is revoked with the source, when that is deleted before the answer', async () => {
    await connect()
    await authorize('otto')
    await world.remove()
    world.work()
    await ended()
    expect(revoked().toSorted()).toEqual(['rt of anna', 'rt of otto'])
  })

  it('is revoked when the source was deleted while the person was at the provider', async () => {
    const { stateHash } = await world.start()
    await world.remove()
    expect(await world.finish(stateHash, slug, { code: 'code' })).toMatchObject({ kind: 'refused' })
    world.work()
    await ended()
    expect(revoked()).toEqual(['rt of anna'])
  })
})

describe('an account that is connected elsewhere too', () => {
  it('loses nothing by a removal, and whoever removed hears that it was not revoked', async () => {
    await connect()
    await world.addSource('anna')
    await world.remove()
    world.work()
    await ended()
    expect(revoked()).toEqual([])
    expect(await world.told()).toMatchObject([{ because: 'deleted', at_provider: 'in_use' }])
  })

  it('and is told to nobody but whose it is: another of our accounts hears the same as where nothing can be revoked', async () => {
    await connect()
    await world.addSource('anna', 8)
    await world.remove()
    world.work()
    await ended()
    expect(revoked()).toEqual([])
    expect(await world.told()).toMatchObject([{ because: 'deleted', at_provider: 'not_offered' }])
    expect(await world.told(8)).toEqual([])
  })

  it('and is connected anew before an old removal has been told to the provider: the new grant lives', async () => {
    await connect()
    await world.remove()
    await world.addSource('anna')
    world.work()
    await ended()
    expect(revoked()).toEqual([])
  })

  it('counts as such within our account when nobody can tell whose a grant is', async () => {
    await connect()
    await world.addSource(null, 8)
    const nameless = await world.addSource(null)
    await world.remove()
    const worker = world.createWorker()
    worker.start()
    await ended()
    expect(revoked()).toEqual([])
    await world.remove(nameless)
    await ended()
    expect(revoked()).toEqual([`rt of ${nameless}`])
  })

  it('is no reason where a revocation ends nothing else', async () => {
    use({ endsNothingElse: true })
    await connect()
    await world.addSource('anna')
    await world.remove()
    world.work()
    await ended()
    expect(revoked()).toEqual(['rt of anna'])
  })
})

describe('a renewal that is under way', () => {
  /** Deletes the source while its token is renewed. */
  async function removeMeanwhile(renewal: () => object) {
    await world.haveGrant({ access_token: 'at-1', refresh_token: 'rt-1' }, -1)
    const isAsked = Promise.withResolvers<void>()
    const mayAnswer = Promise.withResolvers<void>()
    vendor.answer = async ({ path }) => {
      if (path === '/revoke') return { body: '' }
      isAsked.resolve()
      await mayAnswer.promise
      return renewal() as { body: object }
    }
    const renewing = world.oauth.accessToken(accountId, world.sourceId).catch(() => null)
    await isAsked.promise
    await world.remove()
    return { renewing, answer: mayAnswer.resolve }
  }

  it('brings what is revoked, since it may have spent the old token', async () => {
    const { renewing, answer } = await removeMeanwhile(() => ({
      body: { access_token: 'at-2', refresh_token: 'rt-2', expires_in: 3600 },
    }))
    world.work()
    answer()
    expect(await renewing).toBeNull()
    await ended()
    expect([revoked(), await world.grant()]).toEqual([['rt-2'], null])
    expect(await world.told()).toHaveLength(1)
  })

  it('brings what is revoked as well, when the old one has been', async () => {
    const { renewing, answer } = await removeMeanwhile(() => ({
      body: { access_token: 'at-2', refresh_token: 'rt-2', expires_in: 3600 },
    }))
    world.work()
    // The lease is over, so nobody waits for it any more.
    world.clock.offset += 60_000
    await ended()
    answer()
    expect(await renewing).toBeNull()
    await expect.poll(revoked).toEqual(['rt-1', 'rt-2'])
    await ended()
  })

  it('and comes to nothing is waited for as long as it may take', async () => {
    const { renewing, answer } = await removeMeanwhile(() => ({ status: 503, body: {} }))
    world.work()
    answer()
    expect(await renewing).toBeNull()
    expect(await world.rows()).toHaveLength(1)
    world.clock.offset += 60_000
    await ended()
    expect(revoked()).toEqual(['rt-1'])
  })
})
