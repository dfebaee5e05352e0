import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { nextTurn } from '../ground/next-turn.ts'

/**
 * A reply that is too large to be held: JSON whose one long array comes in portions, each read when the one
 * before has been sent. Nothing is read before the reply begins, or for who has gone.
 */
export class JsonStream {
  readonly #opening: string
  readonly #portions: AsyncIterable<readonly unknown[]>
  readonly #closing: string

  /** `opening` and `closing` stand around the items: `[` and `]`, say. */
  constructor(opening: string, portions: AsyncIterable<readonly unknown[]>, closing: string) {
    this.#opening = opening
    this.#portions = portions
    this.#closing = closing
  }

  /** Compressed for whoever takes gzip. What fails on the way ends the connection: half an answer is none. */
  send(request: Pick<FastifyRequest, 'headers'>, reply: FastifyReply): FastifyReply {
    const text = Readable.from(this.#text(), { objectMode: false })
    void reply.type('application/json; charset=utf-8').header('Vary', 'Accept-Encoding')
    if (!takesGzip(request.headers['accept-encoding'])) return reply.send(text)
    void reply.header('Content-Encoding', 'gzip')
    const compressed = createGzip()
    text.on('error', (error) => compressed.destroy(error))
    compressed.on('close', () => text.destroy())
    return reply.send(text.pipe(compressed))
  }

  async *#text(): AsyncGenerator<string> {
    let before = this.#opening
    for await (const items of this.#portions) {
      // Others are answered in between.
      await nextTurn()
      if (items.length === 0) continue
      yield `${before}${JSON.stringify(items).slice(1, -1)}`
      before = ','
    }
    yield before === ',' ? this.#closing : `${before}${this.#closing}`
  }
}

/** `gzip` or `*` by name, unless its quality is 0 (RFC 9110, 12.5.3). */
export function takesGzip(acceptEncoding: string | string[] | undefined): boolean {
  const offers = [acceptEncoding ?? []].flat().join(',').toLowerCase().split(',')
  const qualities = new Map(
    offers.map((offer) => {
      const [coding = '', ...parameters] = offer.split(';').map((part) => part.trim())
      const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
      return [coding, quality === undefined ? 1 : Number(quality)]
    }),
  )
  return (qualities.get('gzip') ?? qualities.get('x-gzip') ?? qualities.get('*') ?? 0) > 0
}
