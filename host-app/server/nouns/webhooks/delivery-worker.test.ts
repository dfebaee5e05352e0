import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createLog } from '../../ground/log.ts'
import { inRequest } from '../../ground/request-context.ts'
import { retryDelay } from '../../ground/retry-delay.ts'
import { createTestHooks, type TestHooks } from './hooks.testing.ts'
import { startReceiver, type Received, type TestReceiver } from '../../testing/receiver.testing.ts'
import { mortal } from '../../testing/mortal-child.testing.ts'

const hour = 3_600_000
const day = 24 * hour
let receiver: TestReceiver
const opened: { close(): Promise<void> }[] = []
beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(async () => {
  vi.useRealTimers()
  for (const one of opened.splice(0).toReversed()) await one.close()
  await receiver.close()
})

async function createTest(options: Parameters<typeof createTestHooks>[0] = {}): Promise<TestHooks> {
  const test = await createTestHooks(options)
  opened.push(test)
  return test
}

const isDrained = (statuses: string[]) => !statuses.includes('pending')
const seqsOf = (messages: readonly Received[], source: number) =>
  messages.filter(({ event }) => event.data['source_id'] === source).map(({ event }) => event.seq)

/** Resolves once so many of the deliveries have been attempted. */
async function attempted(test: TestHooks, id: string, number: number) {
  for (;;) {
    const rows = (await test.deliveries(id)).filter(({ attempts }) => attempts.length > 0)
    if (rows.length >= number) return rows
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** Only the date is made up, so that a day passes at once while sockets and timers are real. */
function stopTheClock() {
  vi.useFakeTimers({ toFake: ['Date'] })
  return (by: number) => vi.setSystemTime(Date.now() + by)
}

describe('deliveries', () => {
  it('come in order for each source, and a source that fails does not hold up another', async () => {
    const test = await createTest()
    const { id } = await test.addWebhook(receiver.url)
    receiver.answer = ({ event }) => (event.data['source_id'] === 1 ? 500 : 204)
    test.worker.start()
    await test.tell(1, 2, 1, 2, 1, 2)
    await test.until(id, (all) => all.filter((status) => status === 'delivered').length === 3)
    expect(seqsOf(receiver.received, 2)).toEqual([2, 4, 6])
    // The first of the other source failed; those behind it were not even tried.
    expect(seqsOf(receiver.received, 1)).toEqual([1])
    expect((await test.deliveries(id)).filter(({ next_attempt_at: next }) => next)).toHaveLength(1)
  })

  it('survive a receiver that is away for an hour', async () => {
    const pass = stopTheClock()
    const test = await createTest()
    const { id, secret } = await test.addWebhook(receiver.url)
    const port = Number(new URL(receiver.url).port)
    await receiver.close()
    test.worker.start()
    await test.tell(1, 2, 1, 2)
    const failed = async (times: number) => {
      for (;;) {
        const rows = await test.deliveries(id)
        const first = rows.filter(({ attempts }) => attempts.length >= times)
        if (first.length === 2) return rows
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    }
    for (let times = 1; times <= 6; times += 1) {
      const [row] = (await failed(times)).toReversed()
      expect(row?.attempts.at(-1)).toMatchObject({ status_code: null, error: 'ConnectionRefused' })
      pass(retryDelay(times, () => 0))
      await test.tell(times % 2 === 0 ? 1 : 2)
      test.worker.wake()
    }
    // Until none is under way: to a worker whose lease has ended it would be a dead one's.
    await failed(7)
    expect((await test.get(id)).failing_since).not.toBeNull()
    pass(hour)
    receiver = await startReceiver(port)
    test.worker.wake()
    await test.until(id, isDrained)
    const { received } = receiver
    expect(seqsOf(received, 1)).toEqual([1, 3, 6, 8, 10])
    expect(seqsOf(received, 2)).toEqual([2, 4, 5, 7, 9])
    for (const message of received) message.verify(secret)
    expect((await test.get(id)).failing_since).toBeNull()
  })

  it('fail for good after a day, and the next in line is tried', async () => {
    const pass = stopTheClock()
    const test = await createTest()
    const { id } = await test.addWebhook(receiver.url)
    receiver.answer = () => 503
    test.worker.start()
    await test.tell(1, 1)
    await receiver.count(1)
    await attempted(test, id, 1)
    pass(day)
    receiver.answer = ({ event }) => (event.seq === 1 ? 503 : 204)
    test.worker.wake()
    const rows = await test.until(id, isDrained)
    expect(rows.map(({ status }) => status)).toEqual(['delivered', 'failed'])
    expect(rows[1]?.attempts).toMatchObject([{ status_code: 503 }, { status_code: 503 }])
  })

  it('are given up at a webhook that is gone, and the account is told', async () => {
    const test = await createTest()
    const { id } = await test.addWebhook(receiver.url)
    receiver.answer = () => 410
    test.worker.start()
    await test.tell(1, 1, 1)
    await test.until(id, isDrained)
    expect(await test.get(id)).toMatchObject({ enabled: false, disabled_reason: 'gone' })
    expect(receiver.received).toHaveLength(1)
    const feed = await test.events.read('account:1', 3)
    expect(feed).toMatchObject([{ type: 'webhook.disabled', data: { webhook_id: id, reason: 'gone' } }])
    await test.tell(1)
    expect(await test.deliveries(id)).toHaveLength(3)
  })

  it('end at a webhook that took nothing for five days, as the log says in the name of who caused the last', async () => {
    const pass = stopTheClock()
    const lines: string[] = []
    const test = await createTest({ log: createLog('info', { write: (line) => void lines.push(line) }) })
    const { id } = await test.addWebhook(receiver.url)
    receiver.answer = () => 500
    test.worker.start()
    await test.tell(1)
    await attempted(test, id, 1)
    pass(5 * day - 1)
    await test.tell(2)
    await attempted(test, id, 2)
    expect(await test.get(id)).toMatchObject({ enabled: true, failing_since: expect.any(String) })
    pass(1)
    await inRequest('the-request', () => test.tell(3))
    await test.until(id, isDrained)
    expect(await test.get(id)).toMatchObject({ enabled: false, disabled_reason: 'failing' })
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { level: 'warn', webhookId: id, request_id: 'the-request' },
    ])
  })

  it('are never redirected, and nothing of the answer but its status is kept', async () => {
    const elsewhere = await startReceiver()
    opened.push(elsewhere)
    const test = await createTest()
    const { id } = await test.addWebhook(receiver.url)
    receiver.answer = () => (reply) => void reply.writeHead(307, { location: elsewhere.url }).end('hush')
    test.worker.start()
    await test.tell(1)
    await receiver.count(1)
    const [row] = await attempted(test, id, 1)
    expect(row?.attempts).toMatchObject([{ status_code: 307, error: null }])
    expect(
      JSON.stringify(await test.database.read.selectFrom('webhook_delivery').selectAll().execute()),
    ).not.toContain('hush')
    expect(elsewhere.received).toEqual([])
  })

  it('do not reach an internal address, by whatever name', async () => {
    const test = await createTest({ allowPrivateNetworks: false })
    const { id } = await test.addWebhook(receiver.url.replace('127.0.0.1', 'hooks.localhost'))
    test.worker.start()
    await test.tell(1)
    const [row] = await attempted(test, id, 1)
    expect(row?.attempts).toMatchObject([{ status_code: null, error: 'AddressNotAllowed' }])
    expect(receiver.received).toEqual([])
  })

  it('time out at a receiver that says nothing, which holds up nobody else', async () => {
    const quick = await startReceiver()
    opened.push(quick)
    const test = await createTest({ answerTime: 3_000 })
    const slow = await test.addWebhook(receiver.url)
    const other = await test.addWebhook(quick.url)
    let [open, most] = [0, 0]
    receiver.answer = () => (reply) => {
      most = Math.max(most, (open += 1))
      reply.once('close', () => (open -= 1))
    }
    test.worker.start()
    await test.tell(...Array.from({ length: 100 }, (_, index) => index + 1))
    await test.until(other.id, isDrained)
    expect(quick.received).toHaveLength(100)
    const [row] = await attempted(test, slow.id, 1)
    expect(row?.attempts[0]).toMatchObject({ status_code: null, error: 'ConnectionTimeout' })
    expect(most).toBe(4)
  })

  it('to the slow receivers of two accounts do not hold up those of a third', async () => {
    const quick = await startReceiver()
    opened.push(quick)
    const test = await createTest()
    receiver.answer = () => 'hang'
    for (const accountId of [1, 2]) {
      for (let number = 0; number < 10; number += 1) await test.addWebhook(receiver.url, accountId)
      await test.tellAccount(accountId, ...Array.from({ length: 10 }, (_, index) => index + 1))
    }
    await test.addWebhook(quick.url, 3)
    test.worker.start()
    // An account leaves as many places free as it holds: of 64 they get a third each.
    await receiver.count(43)
    const begun = performance.now()
    await test.tellAccount(3, 1)
    await quick.count(1)
    expect(performance.now() - begun).toBeLessThan(3_000)
    const perAccount = Map.groupBy(receiver.received, ({ event }) => event.account_id)
    expect([...perAccount.values()].map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([21, 22])
  })

  it('drain by the hundred, a few at a time', async () => {
    const test = await createTest()
    const { id } = await test.addWebhook(receiver.url)
    let [open, most] = [0, 0]
    receiver.answer = () => (reply) => {
      most = Math.max(most, (open += 1))
      setImmediate(() => reply.writeHead(204).end(() => (open -= 1)))
    }
    await test.tell(...Array.from({ length: 400 }, (_, index) => 1 + (index % 20)))
    test.worker.start()
    await receiver.count(400)
    await test.until(id, isDrained)
    expect(most).toBeLessThanOrEqual(4)
    for (let source = 1; source <= 20; source += 1) {
      const seqs = seqsOf(receiver.received, source)
      expect(seqs).toHaveLength(20)
      expect(seqs).toEqual(seqs.toSorted((one, other) => one - other))
    }
  })
})

describe('workers', () => {
  it('share one store, and none of them sends what another has', async () => {
    const one = await createTest({ ownsStore: false })
    const other = await createTest({ file: one.file, key: one.key, ownsStore: false })
    const { id } = await one.addWebhook(receiver.url)
    await one.tell(...Array.from({ length: 200 }, (_, index) => 1 + (index % 20)))
    one.worker.start()
    other.worker.start()
    await one.until(id, isDrained)
    const ids = receiver.received.map(({ headers }) => headers['webhook-id'])
    expect(ids).toHaveLength(200)
    expect(new Set(ids).size).toBe(200)
  })

  it('give back what a stop cuts short', async () => {
    const test = await createTest({ grace: 1 })
    const { id } = await test.addWebhook(receiver.url)
    receiver.answer = () => 'hang'
    test.worker.start()
    await test.tell(1)
    await receiver.count(1)
    await test.worker.stop()
    expect(await test.deliveries(id)).toMatchObject([
      { status: 'pending', attempts: [], next_attempt_at: expect.any(String) },
    ])
  })

  it('lose nothing by kill -9', async () => {
    const test = await createTest()
    const { id, secret } = await test.addWebhook(receiver.url)
    await test.tell(...Array.from({ length: 60 }, (_, index) => 1 + (index % 3)))
    const program = fileURLToPath(new URL('kill-deliverer.testing.ts', import.meta.url))
    const args = [program, test.file, Buffer.from(test.key).toString('base64')]
    const child = mortal(spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] }))
    const isDead = once(child, 'exit')
    receiver.answer = () => (receiver.received.length < 20 ? 204 : 'hang')
    await receiver.count(21)
    child.kill('SIGKILL')
    await isDead
    receiver.answer = () => 204

    test.worker.start()
    await test.until(id, isDrained)
    const { received } = receiver
    for (const message of received) message.verify(secret)
    for (let source = 1; source <= 3; source += 1) {
      const seqs = [...new Set(seqsOf(received, source))]
      expect(seqs).toHaveLength(20)
      expect(seqs).toEqual(seqs.toSorted((first, second) => first - second))
    }
    // What was under way came again under the id that it had.
    const ids = received.map(({ headers }) => headers['webhook-id'])
    expect(new Set(ids).size).toBe(60)
    expect(ids.length).toBeGreaterThan(60)
  })
})
