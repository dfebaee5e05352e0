import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { nextTurn } from '../ground/next-turn.ts'
import { takesGzip, variesByEncoding } from './takes-gzip.ts'

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
    void reply.type('application/json; charset=utf-8')
    variesByEncoding(reply)
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
