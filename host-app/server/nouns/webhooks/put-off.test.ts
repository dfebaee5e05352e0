import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startReceiver, type TestReceiver } from '../../testing/receiver.testing.ts'
import { createTestHooks, type TestHooks } from './hooks.testing.ts'

let receiver: TestReceiver
let other: TestReceiver
let test: TestHooks
let offset: number
beforeEach(async () => {
  offset = 0
  receiver = await startReceiver()
  other = await startReceiver()
  test = await createTestHooks({ now: () => Date.now() + offset })
})
afterEach(async () => {
  await test.close()
  await receiver.close()
  await other.close()
})

const hour = 3_600_000
const sent = ({ received }: TestReceiver) => received.map(({ event }) => event.data['source_id'])
const refuse = (status: number, seconds: string) => {
  receiver.answer = () => (reply) => void reply.writeHead(status, { 'retry-after': seconds }).end()
}

/** A webhook whose first delivery was refused so. When the next may come, in milliseconds from now. */
async function refused(status: number, seconds: string) {
  const { id } = await test.addWebhook(receiver.url)
  refuse(status, seconds)
  test.worker.start()
  await test.tell(1)
  await receiver.count(1)
  const waits = async () => {
    const rows = await test.deliveries(id)
    const pending = rows.filter(({ status: state }) => state === 'pending')
    return pending.map(({ next_attempt_at: at }) =>
      at === null ? null : Date.parse(at) - Date.now() - offset,
    )
  }
  await expect.poll(async () => (await test.deliveries(id))[0]?.attempts.length).toBe(1)
  return { id, waits }
}

describe.each([429, 503])('a receiver that asks for time by %i', (status) => {
  it('is sent nothing before, and then all in its order; others are not held up', async () => {
    const { id, waits } = await refused(status, '600')
    await test.addWebhook(other.url)
    await test.tell(2, 3, 2, 1)
    await other.count(4)
    // Of each source the first is due, all at the same time.
    const due = (await waits()).filter((wait) => wait !== null)
    expect(due).toHaveLength(3)
    for (const wait of due) expect(wait).toBeGreaterThan(590_000)
    receiver.answer = () => 204
    offset = 590_000
    test.worker.wake()
    await test.tell(4)
    await other.count(5)
    expect(sent(receiver)).toEqual([1])

    offset = 601_000
    test.worker.wake()
    await test.until(id, (states) => states.every((state) => state === 'delivered'))
    const order = sent(receiver).slice(1)
    expect(order).toHaveLength(6)
    for (const source of [1, 2]) {
      const seqs = receiver.received.filter(({ event }) => event.data['source_id'] === source)
      const numbers = seqs.map(({ event }) => event.seq)
      expect(numbers).toEqual(numbers.toSorted((one, two) => one - two))
    }
  })

  it('waits six hours at most, and no longer once it is at another address', async () => {
    const { id, waits } = await refused(status, '9999999')
    await test.tell(2)
    for (const wait of await waits()) expect(wait).toBeLessThanOrEqual(6 * hour)
    await test.database.write((tx) => test.webhooks.update(tx, 1, id, { url: other.url }))
    test.worker.wake()
    expect((await other.count(2)).map(({ event }) => event.data['source_id']).toSorted()).toEqual([1, 2])
  })
})

it('a failure of another kind puts off its own delivery alone', async () => {
  const { waits } = await refused(500, '600')
  receiver.answer = () => 204
  await test.tell(2)
  await receiver.count(2)
  expect(sent(receiver)).toEqual([1, 2])
  await expect.poll(async () => (await waits()).length).toBe(1)
  expect((await waits())[0]).toBeGreaterThan(590_000)
})
