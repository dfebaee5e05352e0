import { once } from 'node:events'
import { get } from 'node:http'
import { gunzipSync } from 'node:zlib'
import Fastify from 'fastify'
import { afterEach, expect, it } from 'vitest'
import { JsonStream } from './json-stream.ts'

let app = Fastify()
afterEach(() => app.close())

/** Serves these portions at `/`. */
function serve(portions: () => AsyncIterable<readonly unknown[]>) {
  app = Fastify()
  app.get('/', (request, reply) => new JsonStream('{"items":[', portions(), ']}').send(request, reply))
  return app
}

async function* of(...portions: unknown[][]) {
  for (const portion of portions) yield await Promise.resolve(portion)
}

it.each([[[]], [[[]]], [[[], [1], []]], [[[1, '2'], [{ three: null }], [], [[4]]]]])(
  'puts %j into one text',
  async (portions: unknown[][]) => {
    const plain = await serve(() => of(...portions)).inject({ url: '/' })
    expect(plain.json()).toEqual({ items: portions.flat() })
    expect(plain.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      vary: 'Accept-Encoding',
    })
    expect(plain.headers['content-encoding']).toBeUndefined()
    const small = await app.inject({ url: '/', headers: { 'accept-encoding': 'br, gzip' } })
    expect(small.headers['content-encoding']).toBe('gzip')
    expect(JSON.parse(gunzipSync(small.rawPayload).toString())).toEqual({ items: portions.flat() })
  },
)

it.each<Record<string, string>>([{}, { 'accept-encoding': 'gzip' }])(
  'reads no further for who has gone: %j',
  async (headers) => {
    let read = 0
    const { promise: end, resolve: ended } = Promise.withResolvers<void>()
    const endless = async function* () {
      try {
        for (;;) {
          read += 1
          yield await Promise.resolve(['x'.repeat(100_000)])
        }
      } finally {
        ended()
      }
    }
    const address = await serve(endless).listen({ port: 0, host: '127.0.0.1' })
    const call = get(address, { headers })
    const [reply] = (await once(call, 'response')) as [NodeJS.ReadableStream]
    await once(reply, 'data')
    call.destroy()
    // It is told to end, and so reads nothing any more.
    await end
    expect(read).toBeGreaterThan(0)
  },
)

it.each<Record<string, string>>([{}, { 'accept-encoding': 'gzip' }])(
  'ends the connection where reading fails: %j',
  async (headers) => {
    const failing = async function* () {
      yield await Promise.resolve(['x'.repeat(100_000)])
      throw new Error('the disk has gone')
    }
    const address = await serve(failing).listen({ port: 0, host: '127.0.0.1' })
    const read = async () => (await fetch(address, { headers })).text()
    await expect(read()).rejects.toThrow()
  },
)
