import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { DirectoryError, Openint, type DirectoryOptions } from './directory.ts'
import { hangUp, pagesOf, serveAnswers, silence, type Answer } from './directory-server.testing.ts'

/** The shortest pauses between tries. */
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0))
afterEach(() => void vi.restoreAllMocks())

const good = pagesOf(['acorn', 'oak'])
const envelope = (error: string, data: object = {}) => ({
  error,
  message: `In words: ${error}.`,
  data,
  request_id: 'r-1',
})
const busy = (status: number, retryAfter?: string): Answer => ({
  status,
  headers: retryAfter === undefined ? {} : { 'Retry-After': retryAfter },
  body: envelope(status === 429 ? 'RateLimited' : 'Unavailable'),
})
const refused: Answer = { status: 401, body: envelope('Unauthorized') }

async function ask(answers: Answer[], options: Partial<DirectoryOptions> = { token: 't' }) {
  const server = await serveAnswers(...answers)
  return { server, client: new Openint({ baseURL: server.url, ...options }) }
}

/** What a promise is fulfilled with, or rejected. */
const ending = (promise: PromiseLike<unknown>): PromiseLike<unknown> =>
  promise.then(undefined, (error: unknown) => error)

async function failureOf(promise: PromiseLike<unknown>): Promise<DirectoryError> {
  const error = await ending(promise)
  expect(error).toBeInstanceOf(DirectoryError)
  return error as DirectoryError
}

const pauses = ({ asked }: { asked: { at: number }[] }) =>
  asked.slice(1).map(({ at }, index) => at - (asked[index]?.at ?? 0))

describe('what passes is tried again', () => {
  it.each([
    ['429', busy(429)],
    ['503 of a proxy', { status: 503, body: '<h1>Back soon</h1>' }],
    ['502', { status: 502, body: '' }],
    ['504', { status: 504, body: '' }],
    ['a connection that ends in the middle', hangUp],
    ['a connection that ends at once', (request: { destroy(): unknown }) => void request.destroy()],
  ] as [string, Answer][])('%s', async (_, answer) => {
    const { server, client } = await ask([answer, answer, good])
    expect((await client.listConnectors()).items).toHaveLength(2)
    expect(server.asked).toHaveLength(3)
  })

  it.each([
    ['seconds', () => '1', 1_000],
    ['a date', () => new Date(Date.now() + 2_000).toUTCString(), 900],
    ['what is neither', () => 'May 2100', 100],
  ])('after the time that Retry-After says: %s', async (_, header, least) => {
    const { server, client } = await ask([busy(429, header()), good])
    await client.listConnectors()
    expect(pauses(server)[0]).toBeGreaterThanOrEqual(least)
    expect(pauses(server)[0]).toBeLessThan(5_000)
  })

  it('four times in all, more slowly each time', async () => {
    const { server, client } = await ask([busy(503)])
    const error = await failureOf(client.getConnector('acorn'))
    expect([error.code, error.status]).toEqual(['Unavailable', 503])
    expect(server.asked).toHaveLength(4)
    // A busy machine makes any of them longer, and none shorter; a timer may be a moment early.
    const early = 10
    const tooShort = pauses(server).filter((pause, index) => pause < 125 * 2 ** index - early)
    expect(tooShort).toEqual([])
  })

  it('and not at all where the pause would be long', async () => {
    const { server, client } = await ask([busy(429, '61')])
    expect(await failureOf(client.listConnectors())).toMatchObject({ code: 'RateLimited', status: 429 })
    expect(server.asked).toHaveLength(1)
  })

  it('in the midst of a list', async () => {
    const { client } = await ask([good, hangUp, busy(429), good])
    const found: string[] = []
    for await (const { name } of client.listConnectors({ limit: 1 })) found.push(name)
    expect(found).toEqual(['acorn', 'oak'])
  })

  it('until a signal is aborted, in the pause, too', async () => {
    const { server, client } = await ask([busy(429, '60')])
    const stop = new AbortController()
    const failed = ending(client.getConnector('acorn', { signal: stop.signal }))
    await server.came(1)
    // The answer has to be there before the pause begins.
    await new Promise((resolve) => setTimeout(resolve, 50))
    stop.abort('enough')
    expect(await failed).toBe('enough')
    expect(server.asked).toHaveLength(1)
  })

  it('and is Unreachable when nothing ever came back', async () => {
    const { server, client } = await ask([hangUp])
    const error = await failureOf(client.listConnectors())
    expect(error).toMatchObject({ code: 'Unreachable', status: 0, data: {}, requestId: null })
    expect(error.cause).toBeInstanceOf(Error)
    expect(server.asked).toHaveLength(4)
  })

  it('also where a host says nothing for a minute', async () => {
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      expect(ms).toBe(60_000)
      const stop = new AbortController()
      setTimeout(() => stop.abort(new DOMException('late', 'TimeoutError')), 200)
      return stop.signal
    })
    const { client } = await ask([silence, good])
    expect((await client.listConnectors()).total).toBe(2)
  })
})

describe('a refusal', () => {
  it('has what the envelope says', async () => {
    const data = { paths: { limit: 'It must be a whole number from 0 on.' } }
    const { server, client } = await ask([{ status: 400, body: envelope('BadRequest', data) }])
    const error = await failureOf(client.listConnectors({ limit: -1 }))
    expect(error).toMatchObject({
      name: 'DirectoryError',
      code: 'BadRequest',
      status: 400,
      data,
      requestId: 'r-1',
    })
    expect(error.message).toBe('In words: BadRequest.')
    expect(server.asked.map(({ path }) => path)).toEqual(['/connector?limit=-1&offset=0'])
  })

  it.each([
    ['a page of a proxy', { status: 403, body: '<html>No.</html>' }],
    ['a page that is there', { status: 200, body: '<html>Welcome</html>' }],
    ['nothing', { status: 500, body: '' }],
    ['JSON of somebody else', { status: 404, body: { error: { type: 'x' } } }],
    ['JSON that is no object', { status: 200, body: 'null' }],
    ['an object that is no page', { status: 200, body: { items: 'many' } }],
    ['a connector where a page was wanted', { status: 200, body: { name: 'acorn' } }],
  ])('that is %s has no envelope, and its status', async (_, answer) => {
    const { server, client } = await ask([{ ...answer, headers: { 'X-Request-Id': 'r-2' } }])
    const error = await failureOf(client.listConnectors())
    expect(error).toMatchObject({ code: 'UnexpectedReply', status: answer.status, requestId: 'r-2' })
    expect(error.message).toContain(server.url)
    expect(error.message).not.toContain('<')
  })

  it.each(['', '.', '..', undefined])(
    'of %j comes before the question, as no connector is called that',
    async (name) => {
      const { server, client } = await ask([good])
      await expect(client.getConnector(name as string)).rejects.toThrow(TypeError)
      expect(server.asked).toHaveLength(0)
    },
  )
})

describe('a token', () => {
  it('is told in the header, with getConnector, too', async () => {
    const { server, client } = await ask([{ body: { name: 'a/b' } }], { apiKey: 'id:sécret ~\n' })
    expect(await client.getConnector('a/b?', { expand: ['schemas', 'integrations'] })).toEqual({
      name: 'a/b',
    })
    expect(server.asked[0]?.path).toBe('/connector/a%2Fb%3F?expand=schemas%2Cintegrations')
    expect(server.asked[0]?.key).toBe('id:sécret ~')
  })

  it('of a function is kept, until it is refused; then the function is asked once more', async () => {
    const get = vi
      .fn<() => string | Promise<string>>()
      .mockReturnValueOnce('one')
      .mockResolvedValueOnce('two')
    const { server, client } = await ask([good, good, refused, good], { token: get })
    await client.listConnectors()
    await client.listConnectors()
    expect(get).toHaveBeenCalledTimes(1)
    await client.listConnectors()
    expect(server.asked.map(({ key }) => key)).toEqual(['one', 'one', 'one', 'two'])
  })

  it('is asked for once, and the refusal told when that is of no use', async () => {
    const get = vi.fn<() => string>(() => 'stale')
    const { server, client } = await ask([refused], { token: get })
    expect(await failureOf(client.listConnectors())).toMatchObject({ code: 'Unauthorized', status: 401 })
    expect([server.asked.length, get.mock.calls.length]).toEqual([2, 2])
  })

  it('is asked for once by all calls that were refused together', async () => {
    let tokens = 0
    const byKey: Answer = (_, response, query) => {
      if (response.req.headers.authorization === 'Bearer t2') return good(response.req, response, query)
      // Late, so that all of them came with the first token.
      setTimeout(() => response.writeHead(401).end(JSON.stringify(envelope('Unauthorized'))), 50)
    }
    const { client } = await ask([byKey], { token: () => `t${++tokens}` })
    await Promise.all([1, 2, 3].map((limit) => client.listConnectors({ limit })))
    expect(tokens).toBe(2)
  })

  it('that is a text is not tried again', async () => {
    const { server, client } = await ask([refused])
    expect(await failureOf(client.listConnectors())).toMatchObject({ code: 'Unauthorized' })
    expect(server.asked).toHaveLength(1)
  })

  it.each([
    ['rejects', () => Promise.reject(new Error('offline'))],
    [
      'throws',
      () => {
        throw new Error('offline')
      },
    ],
    ['gives nothing', () => ''],
    ['gives no text', () => 7 as never],
  ])('of a function that %s is not there, and asked for again by the next call', async (_, fail) => {
    const get = vi.fn<() => string | Promise<string>>().mockImplementationOnce(fail).mockReturnValue('t')
    const { client } = await ask([good], { token: get })
    const error = await failureOf(client.listConnectors())
    expect([error.code, error.status]).toEqual(['TokenUnavailable', 0])
    expect(error.cause).toBeInstanceOf(Error)
    expect((await client.listConnectors()).total).toBe(2)
  })

  it('that does not come is no longer waited for once the signal is aborted', async () => {
    const { server, client } = await ask([good], { token: () => new Promise<string>(() => {}) })
    const stop = new AbortController()
    const failed = ending(client.listConnectors({ signal: stop.signal }))
    await Promise.resolve()
    stop.abort('enough')
    expect(await failed).toBe('enough')
    expect(server.asked).toHaveLength(0)
  })

  it.each([
    [{}],
    [{ token: '' }],
    [{ apiKey: ' \n' }],
    [undefined],
    [{ token: 'sec\nret' }],
    [{ token: 'secret→' }],
  ])('is needed, and no word of it is told: %j', (options) => {
    const make = () => new Openint({ baseURL: 'http://h', ...options })
    expect(make).toThrow(TypeError)
    expect(make).toThrow(/^token: (?!.*sec)/)
  })
})

it('options that mean nothing are named on the console', async () => {
  const warn = vi.spyOn(console, 'warn').mockReturnValue()
  const { client } = await ask([good], { token: 't', baseUrl: 'x' } as never)
  await client.listConnectors({ limit: 1, filter: 'x' } as never)
  await client.getConnector('acorn', { limit: 1 } as never).catch(() => {})
  expect(warn.mock.calls.flat()).toEqual([
    'new Openint does not take baseUrl. It takes token apiKey baseURL.',
    'listConnectors does not take filter. It takes limit offset expand q category auth_type stage signal.',
    'getConnector does not take limit. It takes expand signal.',
  ])
})
