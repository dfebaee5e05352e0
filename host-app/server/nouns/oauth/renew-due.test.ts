import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RefreshTraits } from '../../../connectors/refresh-traits.ts'
import { startScriptedProvider, type ScriptedProvider } from '../../testing/provider.testing.ts'
import { createRenewalWorker } from './renewal-worker.ts'
import { accountId, openWorld, plainProvider, slug, type World } from './oauth-world.testing.ts'

const minute = 60_000
const day = 86_400_000
const idle: RefreshTraits = { rotates: true, idleDeath: 60 * day }

let world: World
let provider: ScriptedProvider
beforeEach(async () => {
  world = await openWorld()
  provider = await startScriptedProvider()
  provider.answer = rotate
  await connect(idle)
})
afterEach(async () => {
  provider.close()
  await world.close()
})

/** A new token each time. What is used twice ends the grant. */
let current = 0
const rotate: ScriptedProvider['answer'] = ({ parameters }) => {
  const { refresh_token: spent } = parameters
  if (spent !== undefined && spent !== `rt-${current}`)
    return { status: 400, body: { error: 'invalid_grant' } }
  current += 1
  return { body: { access_token: `at-${current}`, refresh_token: `rt-${current}`, expires_in: 1800 } }
}
const down = () => ({ status: 503, body: {} })

async function connect(refreshTraits?: RefreshTraits) {
  world.useProvider(plainProvider(provider.origin, refreshTraits && { refreshTraits }))
  const { stateHash } = await world.start()
  await world.finish(stateHash, slug, { code: 'c' })
  provider.asked.length = 0
}
const at = (time: number) => void (world.clock.offset = time)
const told = async () => (await world.feed()).map(({ type }) => type)
const row = () => world.database.read.selectFrom('credential').selectAll().executeTakeFirstOrThrow()

describe('a grant that nobody asks for', () => {
  it('is renewed in good time, again and again, and nobody hears of it', async () => {
    const before = await told()
    for (const count of [1, 2, 3]) {
      at((count - 1) * 45 * day + 30 * day - minute)
      if (count === 1) await world.renewAllDue()
      if (count === 1) expect(provider.asked).toHaveLength(0)
      at(count * 45 * day)
      await world.renewAllDue()
      expect(provider.asked).toHaveLength(count)
    }
    expect(await world.grant()).toMatchObject({ status: 'ok', version: 4 })
    expect(await told()).toEqual(before)
  })

  it('is so while its source is paused, and after a restart', async () => {
    await world.database.write((tx) => tx.db.updateTable('source').set({ paused_at: 1 }).execute())
    at(45 * day)
    await world.renewAllDue(world.anotherProcess())
    expect(provider.asked).toHaveLength(1)
  })

  it('is left alone once its source is deleted, or it is dead', async () => {
    at(45 * day)
    await world.database.write((tx) => tx.db.updateTable('source').set({ deleted_at: 1 }).execute())
    await world.renewAllDue()
    await world.database.write(async (tx) => {
      await tx.db.updateTable('source').set({ deleted_at: null }).execute()
      await world.credentials.reject(tx, accountId, world.sourceId, 'oauth')
    })
    await world.renewAllDue()
    expect(provider.asked).toHaveLength(0)
  })

  it('is left alone while others renew it, and where no renewal helps', async () => {
    at(30 * day - minute)
    await world.oauth.accessToken(accountId, world.sourceId)
    at(45 * day)
    await world.renewAllDue()
    expect(provider.asked).toHaveLength(1)
    await connect({ ...idle, absoluteDeath: 60 * day })
    at(104 * day)
    await world.renewAllDue()
    expect(provider.asked).toHaveLength(0)
  })

  it.each<[string, RefreshTraits | undefined]>([
    ['nothing', undefined],
    ['no idle death', { rotates: true, absoluteDeath: 365 * day }],
  ])('is left alone where its provider is known for %s', async (_known, traits) => {
    await connect(traits)
    at(10 * 365 * day)
    await world.renewAllDue()
    expect(provider.asked).toHaveLength(0)
    expect(await row()).toMatchObject({ idle_death: null, renew_unasked_at: null })
  })

  it('is put off by an outage, of which people hear nothing, and renewed after it', async () => {
    const before = await told()
    provider.answer = down
    at(45 * day)
    await world.renewAllDue()
    await world.renewAllDue()
    expect(provider.asked).toHaveLength(1)
    at(45 * day + 61 * minute)
    await world.renewAllDue()
    expect(provider.asked).toHaveLength(2)
    provider.answer = rotate
    at(46 * day)
    await world.renewAllDue()
    expect(provider.asked).toHaveLength(3)
    expect(await world.grant()).toMatchObject({ status: 'ok', version: 2 })
    expect(await told()).toEqual(before)
  })

  it('is told to be dead where it has died all the same', async () => {
    provider.answer = () => ({ status: 400, body: { error: 'invalid_grant' } })
    at(100 * day)
    await world.renewAllDue()
    await world.renewAllDue()
    expect(await told()).toContain('credentials.revoked')
    expect(provider.asked).toHaveLength(1)
  })

  it('is renewed once by two processes that both find it due', async () => {
    at(45 * day)
    const due = await world.renewDue().claim()
    if (!due) throw new Error('It is due.')
    const processes = [world.anotherProcess(), world.anotherProcess()]
    await Promise.all(processes.map((process) => world.renewDue(process).renew(due)))
    expect(await world.renewDue().claim()).toBeNull()
    expect(provider.asked).toHaveLength(1)
    expect(await world.grant()).toMatchObject({ status: 'ok', version: 2 })
  })

  it('has a date from the next start on where its provider was not known before', async () => {
    await connect()
    expect(await row()).toMatchObject({ idle_death: null })
    world.useProvider(
      plainProvider(provider.origin, { refreshTraits: { ...idle, absoluteDeath: 365 * day } }),
    )
    await world.renewDue().prepare()
    const { updated_at: granted, consented_at: consented, ...dates } = await row()
    const absolute = (consented ?? 0) + 365 * day
    expect(dates).toMatchObject({ idle_death: granted + 60 * day, absolute_death: absolute })
    at(45 * day)
    await world.renewAllDue()
    expect(provider.asked).toHaveLength(1)
  })
})

describe('a renewal whose answer was lost', () => {
  const forgiving: RefreshTraits = { rotates: true, reuseGrace: 30 * minute }

  it('is asked for again while the provider takes the spent token once more', async () => {
    await connect(forgiving)
    provider.answer = () => 'cut'
    at(31 * minute)
    await expect(world.oauth.accessToken(accountId, world.sourceId)).rejects.toThrow()
    await world.renewAllDue()
    // The provider wants a moment.
    expect(provider.asked).toHaveLength(1)
    provider.answer = rotate
    at(32 * minute)
    await world.renewAllDue()
    expect(provider.asked).toHaveLength(2)
    expect(await world.grant()).toMatchObject({ status: 'ok', version: 3 })
  })

  it('is asked for again after its process was killed', async () => {
    await connect(forgiving)
    provider.answer = () => 'hang'
    at(31 * minute)
    // Whoever hangs there never comes back.
    void world
      .anotherProcess()
      .accessToken(accountId, world.sourceId)
      .catch(() => {})
    while ((await row()).refresh_lease === null || provider.asked.length === 0)
      await new Promise(setImmediate)
    provider.answer = rotate
    at(33 * minute)
    await world.renewAllDue()
    expect(provider.asked).toHaveLength(2)
    expect(await world.grant()).toMatchObject({ status: 'ok', version: 3 })
  })

  it.each<[string, RefreshTraits]>([
    ['whose tokens are not spent', { rotates: false }],
    ['that takes none twice', { rotates: true }],
  ])('waits for who needs the token at a provider %s', async (_which, traits) => {
    await connect(traits)
    provider.answer = () => 'cut'
    at(31 * minute)
    await expect(world.oauth.accessToken(accountId, world.sourceId)).rejects.toThrow()
    at(60 * minute)
    await world.renewAllDue()
    expect(provider.asked).toHaveLength(1)
  })

  it('is not asked for for ever', async () => {
    await connect(forgiving)
    provider.answer = () => 'cut'
    for (let time = 31; time < 31 + 300; time += 5) {
      at(time * minute)
      if (time === 31) await world.oauth.accessToken(accountId, world.sourceId).catch(() => {})
      await world.renewAllDue()
    }
    expect(provider.asked.length).toBeGreaterThan(3)
    expect(provider.asked.length).toBeLessThan(15)
  })
})

describe('the worker', () => {
  it('spreads out what has become due at once', async () => {
    const source = await world.source()
    const grant = await row()
    const ids = [101, 102, 103]
    await world.database.write(async (tx) => {
      for (const id of ids) {
        tx.touch({ accountId, sourceId: id })
        await tx.db
          .insertInto('source')
          .values({ ...source, id, name: `crm-${id}` })
          .execute()
        await tx.db
          .insertInto('credential')
          .values({ ...grant, source_id: id })
          .execute()
      }
    })
    const begun: number[] = []
    const isDone = Promise.withResolvers<void>()
    const { prepare, claim } = world.renewDue()
    const spacing = 200
    const worker = createRenewalWorker({
      renewDue: {
        ...{ prepare, claim },
        renew: () => {
          begun.push(performance.now())
          if (begun.length === 4) isDone.resolve()
          return Promise.resolve()
        },
      },
      ...{ lease: 1_500, spacing, log: world.base.log },
    })
    at(45 * day)
    worker.start()
    await isDone.promise
    await worker.stop()
    const gaps = begun.slice(1).map((time, index) => time - (begun[index] ?? 0))
    for (const gap of gaps) expect(gap).toBeGreaterThan(spacing - 20)
  })
})
