import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { openTestStore } from '../../testing/store.testing.ts'
import { claimJob, createCheckTurns } from './check-lease.ts'
import type { CheckRunner } from './check-runner.ts'
import { connectorInfo, property, table } from '../../testing/made-up-connector.testing.ts'
import { createTestParts, type TestParts } from '../../testing/parts.testing.ts'

const [hostile, healthy] = [1, 2]
/** What a check of a healthy server takes, in milliseconds. */
const work = 400

let test: TestParts
afterEach(() => test.close())

/** A server that says nothing for ever, or answers after a while. */
const connector = {
  info: connectorInfo({ properties: [property('host')] }),
  async *discover({ settings, signal }: { settings: Record<string, string>; signal: AbortSignal }) {
    await delay(settings['host'] === 'silent' ? 600_000 : work, undefined, { signal })
    yield table('orders')
  },
}

async function createTest() {
  test = await createTestParts({ connectors: [connector] })
  return test
}

async function check(host: string, accountId: number): Promise<string> {
  const source = await test.addSource('platform.shop', { host }, `${host} ${Math.random()}`, accountId)
  return test.startCheck(source.id, accountId)
}

async function checkHealthy(accountId: number): Promise<number> {
  const begun = performance.now()
  const name = await check('healthy', accountId)
  expect(await test.finished(name, accountId)).toMatchObject({ status: 'succeeded' })
  return performance.now() - begun
}

const underWay = async (accountId: number) => {
  const rows = await test.database.read
    .selectFrom('check_job')
    .select('lease')
    .where('account_id', '=', accountId)
    .where('status', '=', 'running')
    .execute()
  return rows.length
}

it('eight silent checks of one account do not hold up the check of another', async () => {
  await createTest()
  test.checkRunner.start()
  const alone = await checkHealthy(healthy)
  for (let number = 0; number < 8; number += 1) await check('silent', hostile)
  await expect.poll(() => underWay(hostile)).toBe(3)
  expect(await checkHealthy(healthy)).toBeLessThan(2 * alone)
  // Nor do they all run when others have gone: three is what an account gets.
  expect(await underWay(hostile)).toBe(3)
})

it('a place is left free for whoever comes next, however many accounts are at it', async () => {
  await createTest()
  const silent = [hostile, ...(await Promise.all([test.addAccount('b@b.test'), test.addAccount('c@c.test')]))]
  test.checkRunner.start()
  const alone = await checkHealthy(healthy)
  for (const accountId of silent) for (let n = 0; n < 4; n += 1) await check('silent', accountId)
  await expect.poll(async () => (await Promise.all(silent.map(underWay))).reduce((a, b) => a + b)).toBe(7)
  expect(await checkHealthy(healthy)).toBeLessThan(2 * alone)
})

it('accounts take turns, each with its oldest check, and none has more under way than there are places', async () => {
  await createTest()
  const [a, b, c] = [await check('a', hostile), await check('b', hostile), await check('c', hostile)]
  const [x, y] = [await check('x', healthy), await check('y', healthy)]
  const turns = createCheckTurns(3)
  const next = async (free: number) => (await claimJob(test, turns, free, 15_000))?.name
  expect([await next(8), await next(7), await next(6), await next(5)]).toEqual([a, x, b, y])
  expect([await next(2), await next(3), await next(2)]).toEqual([undefined, c, undefined])
})

it('with one place only, a long line of one account does not keep another waiting', async () => {
  await createTest()
  for (let number = 0; number < 50; number += 1) await check('healthy', hostile)
  const runner = test.createRunner({ slots: { atOnce: 1, perAccount: 1 } })
  runner.start()
  await expect.poll(() => underWay(hostile)).toBe(1)
  expect(await checkHealthy(healthy)).toBeLessThan(10 * work)
  await runner.stop()
})

it('an account has its share once, however many processes there are', async () => {
  await createTest()
  const other = await openTestStore(test.file)
  const runners = [test.database, other].map((database) => test.createRunner({ database, ownsStore: false }))
  for (let number = 0; number < 8; number += 1) await check('silent', hostile)
  const begun = await Promise.all([checkAfter(runners[0]), checkAfter(runners[1])])
  expect(begun).toEqual([3, 3])
  const fast = await check('healthy', healthy)
  expect(await test.finished(fast, healthy)).toMatchObject({ status: 'succeeded' })
  expect(await underWay(hostile)).toBe(3)
  await Promise.all(runners.map((runner) => runner.stop()))
  await other.close()

  async function checkAfter(runner: CheckRunner | undefined): Promise<number> {
    runner?.start()
    await expect.poll(() => underWay(hostile)).toBeGreaterThan(2)
    return underWay(hostile)
  }
})

it('a check that waits says so, and goes on from there', async () => {
  await createTest()
  test.checkRunner.start()
  for (let number = 0; number < 3; number += 1) await check('silent', hostile)
  await expect.poll(() => underWay(hostile)).toBe(3)
  const waiting = await check('healthy', hostile)
  expect(await test.checks.find(hostile, waiting)).toMatchObject({ status: 'running', phase: 'queued' })
  expect((await test.events.read(`check:${waiting}`, 0)).map(({ data }) => data)).toEqual([
    { phase: 'queued' },
  ])

  const other = test.createRunner({
    slots: { atOnce: 8, perAccount: 4 },
    ownsStore: false,
  })
  other.start()
  await expect.poll(async () => (await test.checks.find(hostile, waiting))?.phase).toBe('connecting')
  expect(await test.finished(waiting, hostile)).toMatchObject({ status: 'succeeded', phase: null })
  const phases = (await test.events.read(`check:${waiting}`, 0)).filter(({ type }) => type === 'phase')
  expect(phases.map(({ data }) => data)).toEqual([
    { phase: 'queued' },
    { phase: 'connecting' },
    { phase: 'reading_schema' },
  ])
  await other.stop()
})
