import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Openint } from './directory.ts'
import { pageOf, pagesOf, serveAnswers, silence, type Answer } from './directory-server.testing.ts'
import type { ListConnectorsOptions } from './directory-types.ts'

const names = Array.from({ length: 7 }, (_, number) => `c${number}`)

async function listOf(answers: Answer[], options?: ListConnectorsOptions) {
  const server = await serveAnswers(...answers)
  return { server, list: new Openint({ token: 'My Token', baseURL: server.url }).listConnectors(options) }
}

async function namesOf(list: AsyncIterable<{ name: string }>): Promise<string[]> {
  const found: string[] = []
  for await (const { name } of list) found.push(name)
  return found
}

/** What a promise is fulfilled with, or rejected. */
const ending = (promise: PromiseLike<unknown>): PromiseLike<unknown> =>
  promise.then(undefined, (error: unknown) => error)

/** Long enough for a request that should not be there to arrive. */
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 50))

describe('for await', () => {
  it('goes through all pages, by as many requests', async () => {
    const { server, list } = await listOf([pagesOf(names)], { limit: 3, expand: ['schemas'], q: 'a b' })
    expect(await namesOf(list)).toEqual(names)
    expect(server.asked.map(({ path }) => path)).toEqual(
      [0, 3, 6].map((offset) => `/connector?limit=3&offset=${offset}&expand=schemas&q=a+b`),
    )
    expect(new Set(server.asked.map(({ key }) => key))).toEqual(new Set(['My Token']))
  })

  it('begins where it is told to', async () => {
    const { list } = await listOf([pagesOf(names)], { limit: 2, offset: 3 })
    expect(await namesOf(list)).toEqual(names.slice(3))
  })

  it('can be done again, and takes the first page from who has waited for it', async () => {
    const { server, list } = await listOf([pagesOf(names)], { limit: 4 })
    await list
    expect([await namesOf(list), await namesOf(list)]).toEqual([names, names])
    expect(server.asked.map(({ path }) => /offset=(\d)/.exec(path)?.[1])).toEqual(['0', '4', '4'])
  })

  it('fetches one page ahead, and never a second one', async () => {
    const { server, list } = await listOf([pagesOf(names)], { limit: 1 })
    const steps = list[Symbol.asyncIterator]()
    await aWhile()
    expect(server.asked).toHaveLength(0)
    for (const count of [2, 3, 4]) {
      await steps.next()
      await server.came(count)
      await aWhile()
      expect(server.asked).toHaveLength(count)
    }
  })

  it('of nothing is nothing, and so it is with a limit of 0', async () => {
    const { list } = await listOf([pagesOf([])])
    expect(await namesOf(list)).toEqual([])
    const none = await listOf([pagesOf(names)], { limit: 0 })
    expect(await namesOf(none.list)).toEqual([])
    expect(none.server.asked.map(({ path }) => path)).toEqual(['/connector?limit=0&offset=0'])
  })

  it('ends at an empty page that says there was more', async () => {
    const always: Answer = (_, response, query) => response.end(JSON.stringify(pageOf(names, query, true)))
    const { server, list } = await listOf([always], { limit: 4 })
    expect(await namesOf(list)).toEqual(names)
    expect(server.asked).toHaveLength(3)
  })

  it('is refused the first page for ever, as from a cache that does not look at the query', async () => {
    const { server, list } = await listOf([{ body: pageOf(names, new URLSearchParams({ limit: '2' })) }])
    await expect(namesOf(list)).rejects.toMatchObject({ code: 'UnexpectedReply', status: 200 })
    expect(server.asked).toHaveLength(2)
  })

  it('tells a failure of the next page behind the last row of the one before', async () => {
    const broken = { status: 404, body: { error: 'NotFound', message: 'Gone.', data: {}, request_id: 'r1' } }
    const { list } = await listOf([pagesOf(names), broken], { limit: 2 })
    const steps = list[Symbol.asyncIterator]()
    await aWhile()
    expect([(await steps.next()).value.name, (await steps.next()).value.name]).toEqual(['c0', 'c1'])
    await aWhile()
    await expect(steps.next()).rejects.toMatchObject({ code: 'NotFound' })
    expect(await steps.next()).toEqual({ done: true, value: undefined })
  })
})

describe('whatever comes and goes between the pages', () => {
  it('the list ends, has nothing twice, and all that stayed with nothing before it going', async () => {
    const change = fc.record({ adds: fc.boolean(), at: fc.nat({ max: 30 }), count: fc.nat({ max: 4 }) })
    const changes = fc.array(change, { maxLength: 12 })
    let pages: (query: URLSearchParams) => unknown = () => null
    const server = await serveAnswers((_, response, query) => response.end(JSON.stringify(pages(query))))
    const client = new Openint({ token: 't', baseURL: server.url })
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 20 }),
        fc.integer({ min: 1, max: 6 }),
        changes,
        async (size, limit, plan) => {
          const rows = Array.from({ length: size }, (_, number) => `r${number}`)
          const original = [...rows]
          const left = [...plan]
          let asked = 0
          pages = (query) => {
            const next = asked++ > 0 ? left.shift() : undefined
            const added = Array.from({ length: next?.count ?? 0 }, (_, number) => `n${asked}-${number}`)
            if (next?.adds) rows.splice(next.at, 0, ...added)
            else if (next) rows.splice(next.at, next.count)
            return pageOf(rows, query)
          }
          const found = await namesOf(client.listConnectors({ limit }))
          expect(found).toHaveLength(new Set(found).size)
          // Where nothing has gone, nothing has moved forward, past the reader.
          if (plan.every(({ adds }) => adds)) expect(found).toEqual(expect.arrayContaining(original))
          if (plan.length === 0) expect(found).toEqual(original)
        },
      ),
      { numRuns: 100 },
    )
  })
})

describe('what stops', () => {
  it.each(['break', 'throw'] as const)(
    'by %s asks for no more, and what is on its way is aborted',
    async (how) => {
      const { server, list } = await listOf([pagesOf(names), silence], { limit: 2 })
      const loop = async () => {
        for await (const { name } of list) {
          await server.came(2)
          if (how === 'break') return name
          throw new Error('enough')
        }
      }
      expect(await ending(loop())).toEqual(how === 'break' ? 'c0' : new Error('enough'))
      await expect.poll(() => server.asked[1]?.isGone).toBe(true)
      await aWhile()
      expect(server.asked).toHaveLength(2)
    },
  )

  it('by return does so while the next page is waited for, which then is the end', async () => {
    const { server, list } = await listOf([silence])
    const steps = list[Symbol.asyncIterator]()
    const next = steps.next()
    await server.came(1)
    expect(await steps.return?.()).toEqual({ done: true, value: undefined })
    expect(await next).toEqual({ done: true, value: undefined })
    await expect.poll(() => server.asked[0]?.isGone).toBe(true)
  })

  it('before it has begun asks for nothing', async () => {
    const { server, list } = await listOf([pagesOf(names)])
    await list[Symbol.asyncIterator]().return?.()
    await aWhile()
    expect(server.asked).toHaveLength(0)
  })

  it('leaves a page that somebody else waits for', async () => {
    let answer = () => {}
    const late: Answer = (_, response, query) =>
      void (answer = () => response.end(JSON.stringify(pageOf(names, query))))
    const { server, list } = await listOf([late])
    const page = list.then(({ total }) => total)
    const steps = list[Symbol.asyncIterator]()
    const next = steps.next()
    await server.came(1)
    await steps.return?.()
    expect(await next).toEqual({ done: true, value: undefined })
    answer()
    expect(await page).toBe(names.length)
  })

  it('by a signal has its reason: before, while it waits, and between rows that are there', async () => {
    const reason = new Error('left the page')
    const early = await listOf([pagesOf(names)], { signal: AbortSignal.abort(reason) })
    await expect(early.list).rejects.toBe(reason)
    await expect(namesOf(early.list)).rejects.toBe(reason)
    expect(early.server.asked).toHaveLength(0)

    const stop = new AbortController()
    const waiting = await listOf([silence], { signal: stop.signal })
    const failed = ending(namesOf(waiting.list))
    await waiting.server.came(1)
    stop.abort(reason)
    expect(await failed).toBe(reason)
    await expect.poll(() => waiting.server.asked[0]?.isGone).toBe(true)

    const later = new AbortController()
    const { list } = await listOf([pagesOf(names)], { signal: later.signal })
    const steps = list[Symbol.asyncIterator]()
    await steps.next()
    later.abort(reason)
    await expect(steps.next()).rejects.toBe(reason)
  })
})

describe('await', () => {
  it('gives the first page, and page by page those behind it', async () => {
    const { server, list } = await listOf([pagesOf(names)], { limit: 4 })
    const page = await list
    expect(page).toMatchObject({ total: 7, limit: 4, offset: 0, has_next_page: true })
    expect([page.items.length, page.hasNextPage()]).toEqual([4, true])
    await aWhile()
    expect(server.asked).toHaveLength(1)
    const next = await page.getNextPage()
    expect([next.items.length, next.offset, next.hasNextPage()]).toEqual([3, 4, false])
    await expect(next.getNextPage()).rejects.toThrow(RangeError)
    expect(server.asked).toHaveLength(2)
  })

  it('asks once, however many wait; and not at all where nobody does', async () => {
    const { server, list } = await listOf([pagesOf(names)])
    await aWhile()
    expect(server.asked).toHaveLength(0)
    const [one, other] = await Promise.all([list, list.finally(() => {})])
    expect(one).toBe(other)
    expect(await list.catch(() => null)).toBe(one)
    expect(server.asked).toHaveLength(1)
  })
})
