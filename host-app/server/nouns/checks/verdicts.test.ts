import { walkOf } from '@bobbin/shared/steps'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConnectorError, type Connector } from '../../../connectors/connector.ts'
import { connectorInfo, property, table } from '../../testing/made-up-connector.testing.ts'
import { createTestParts, type TestParts } from '../../testing/parts.testing.ts'

/* What a check says of settings: they work, they are refused, or nothing can be told of them now. */

/** Whether the vendor is there, and whether it takes the key. */
let vendor: 'up' | 'down' = 'up'
const check: Connector['check'] = ({ settings }) => {
  if (vendor === 'down') throw new ConnectorError('VendorUnavailable')
  if (settings['key'] !== 'good') throw new ConnectorError('CredentialsRejected', { field: 'key' })
  return Promise.resolve()
}
const properties = [property('key', { is_credential: true })]
/** Nothing is discovered in the one, and all is in the other. */
const parcel: Connector = {
  info: connectorInfo({ type: 'platform.parcel', slug: 'parcel', steps: ['form'], properties }),
  check,
}
const shop: Connector = {
  info: connectorInfo({ steps: ['form', 'discover_schema'], properties }),
  check,
  async *discover() {
    yield table('a')
  },
}

const minute = 60_000
let time: number
let test: TestParts
beforeEach(async () => {
  vendor = 'up'
  time = 1_800_000_000_000
  test = await createTestParts({ connectors: [parcel, shop], now: () => time })
  test.checkRunner.start()
})
afterEach(() => test.close())

const add = async (type: string, key: string) => (await test.addSource(type, { key })).id
const finishedOf = async (id: number) => [...(await test.sources.finishedSteps(1, id))]
const dueOf = async (id: number) => (await test.sources.get(1, id)).recheck_at
const run = async (id: number) => {
  const name = await test.database.write((tx) => test.checks.start(tx, 1, id))
  return test.finished(name)
}
/** Waits for the check that was started by itself, if one was. */
async function repeated(id: number) {
  const before = (await test.checks.latest(1, id))?.name
  await test.checks.repeatDue()
  const latest = await test.checks.latest(1, id)
  return latest && latest.name !== before ? test.finished(latest.name) : null
}

it('a type in which nothing is discovered is checked all the same, and has no such step in its card', async () => {
  const info = test.registry.find('platform.parcel')?.info
  expect(info && walkOf(info)).toEqual(['form', 'discover_schema'])
  const id = await add('platform.parcel', 'good')
  const name = await test.database.write((tx) => test.checks.startWhenReady(tx, 1, id))
  expect(await test.finished(name ?? '')).toMatchObject({
    status: 'succeeded',
    verdict: 'works',
    stream_count: 0,
  })
  expect(await finishedOf(id)).toEqual(['form', 'discover_schema'])
  const { report_card: card } = await test.sources.view(await test.sources.get(1, id))
  expect(card.steps.map(({ type }) => type)).toEqual(['form', 'fully_configured'])
  expect(await test.database.write((tx) => test.checks.startWhenReady(tx, 1, id))).toBeNull()
})

describe.each(['platform.parcel', 'platform.shop'])('a check of %s', (type) => {
  const isParcel = type === 'platform.parcel'

  it('that is refused is not repeated, and its step stays open', async () => {
    const id = await add(type, 'bad')
    expect(await run(id)).toMatchObject({ status: 'failed', verdict: 'refused' })
    expect([await dueOf(id), await finishedOf(id)]).toEqual([null, ['form']])
  })

  it('that cannot tell is repeated until it can, and is in the way of a discovery alone', async () => {
    vendor = 'down'
    const id = await add(type, 'good')
    expect(await run(id)).toMatchObject({ status: 'failed', verdict: 'unknown' })
    expect(await finishedOf(id)).toEqual(isParcel ? ['form', 'discover_schema'] : ['form'])
    expect(await dueOf(id)).toBe(time + minute)
    expect(await repeated(id)).toBeNull()
    time += minute
    expect(await repeated(id)).toMatchObject({ verdict: 'unknown' })
    expect(await dueOf(id)).toBe(time + 2 * minute)
    time += 2 * minute
    vendor = 'up'
    expect(await repeated(id)).toMatchObject({ verdict: 'works' })
    expect([await dueOf(id), await finishedOf(id)]).toEqual([null, ['form', 'discover_schema']])
  })

  it('that comes to be refused closes no step any more', async () => {
    vendor = 'down'
    const id = await add(type, 'bad')
    await run(id)
    vendor = 'up'
    time += minute
    expect(await repeated(id)).toMatchObject({ verdict: 'refused' })
    expect([await dueOf(id), await finishedOf(id)]).toEqual([null, ['form']])
  })

  it('is repeated each hour at last, and no more after a day', async () => {
    vendor = 'down'
    const id = await add(type, 'good')
    await run(id)
    const waits: number[] = []
    for (let due = await dueOf(id); due !== null; due = await dueOf(id)) {
      waits.push((due - time) / minute)
      time = due
      await repeated(id)
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, ...Array.from({ length: 23 }, () => 60)])
  })

  it('is not repeated for other settings, nor for a source that has gone', async () => {
    vendor = 'down'
    const [changed, gone] = [await add(type, 'good'), await add(type, 'good')]
    await run(changed)
    await run(gone)
    await test.database.write(async (tx) => {
      await test.sources.softDelete(tx, 1, gone)
      await test.sources.update(tx, 1, changed, { properties: { key: 'better' } }, 'merge')
    })
    expect(await finishedOf(changed)).toEqual(['form'])
    time += minute
    const last = (await test.checks.latest(1, gone))?.name
    // Of its new settings it is the first one.
    expect(await repeated(changed)).toMatchObject({ verdict: 'unknown' })
    expect(await dueOf(changed)).toBe(time + minute)
    expect((await test.checks.latest(1, gone))?.name).toBe(last)
  })
})

it('of two processes one repeats a check', async () => {
  vendor = 'down'
  const id = await add('platform.parcel', 'good')
  await run(id)
  time += minute
  await Promise.all([test.checks.repeatDue(), test.checks.repeatDue()])
  const jobs = await test.database.read.selectFrom('check_job').select('name').execute()
  expect(jobs).toHaveLength(2)
})
