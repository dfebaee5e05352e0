import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startReceiver, type TestReceiver } from '../../testing/receiver.testing.ts'
import { createTestHooks, type TestHooks } from './hooks.testing.ts'
import { readHints } from './read-answer.ts'

const now = Date.parse('2026-11-29T10:00:00Z')
const hintsOf = (status: number, headers: Record<string, string>, at = now) =>
  readHints(new Response(null, { status, headers }), 'https://hooks.test/a/b?c', at)

describe('Retry-After', () => {
  it.each([
    ['120', 120],
    ['0', 0],
    [' 7 ', 7],
    ['Sun, 29 Nov 2026 10:02:00 GMT', 120],
    ['Sunday, 29-Nov-26 10:02:00 GMT', 120],
    ['Sun Nov 29 10:02:00 2026', 120],
    ['Sun, 29 Nov 2026 09:00:00 GMT', 0],
    ['99999999999999999999', null],
    ['-5', null],
    ['1.5', 2],
    ['soon', null],
    ['2026-11-29', null],
    ['', null],
  ])('%j asks for %j seconds', (text, seconds) => {
    for (const status of [429, 503]) {
      const { retryAfter } = hintsOf(status, { 'retry-after': text })
      expect(retryAfter).toBe(seconds === null ? null : seconds * 1_000)
    }
  })
})

describe('a redirect', () => {
  it.each([
    ['https://other.test/hook', 'https://other.test/hook'],
    ['/moved', 'https://hooks.test/moved'],
    ['//other.test', 'https://other.test/'],
    ['https://anna:secret@other.test/', 'https://other.test/'],
    ['http://[', null],
    [`https://other.test/${'x'.repeat(5_000)}`, `https://other.test/${'x'.repeat(2_048 - 19)}`],
  ])('to %.60s leads to %.60s', (location, target) => {
    for (const status of [301, 302, 303, 307, 308]) {
      expect(hintsOf(status, { location }).redirectedTo).toBe(target)
    }
    expect(hintsOf(200, { location }).redirectedTo).toBeNull()
  })
})

describe('a delivery', () => {
  let receiver: TestReceiver
  let test: TestHooks
  beforeEach(async () => {
    receiver = await startReceiver()
    test = await createTestHooks()
  })
  afterEach(async () => {
    await test.close()
    await receiver.close()
  })

  /** The first delivery, once it was attempted. */
  async function attempted(id: string) {
    for (;;) {
      const [row] = await test.deliveries(id)
      if (row && row.attempts.length > 0) return row
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  it.each([
    [429, () => '600'],
    [503, () => new Date(Date.now() + 600_000).toUTCString()],
  ])('that is answered %i waits for as long as it is asked to', async (status, asked) => {
    const { id } = await test.addWebhook(receiver.url)
    receiver.answer = () => (reply) => void reply.writeHead(status, { 'retry-after': asked() }).end()
    test.worker.start()
    await test.tell(1)
    const { attempts, next_attempt_at: next, created_at: queued } = await attempted(id)
    expect(attempts).toMatchObject([
      { status_code: status, retry_after_seconds: expect.toSatisfy((n) => n > 590 && n <= 601) },
    ])
    const wait = Date.parse(next ?? '') - Date.parse(queued)
    expect(wait).toBeGreaterThanOrEqual(599_000)
    expect(wait).toBeLessThan(660_000)
    expect(receiver.received).toHaveLength(1)
  })

  it('that is redirected is noted with where to, and is not followed', async () => {
    const { id } = await test.addWebhook(receiver.url)
    receiver.answer = () => (reply) => void reply.writeHead(308, { location: '/new-hook' }).end()
    test.worker.start()
    await test.tell(1)
    expect((await attempted(id)).attempts).toMatchObject([
      { status_code: 308, error: null, redirected_to: receiver.url.replace('/hook', '/new-hook') },
    ])
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook'])
  })
})
