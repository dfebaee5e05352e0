import { Transform, type TransformCallback } from 'node:stream'

/** Bytes that are kept of a body; what is longer passes all the same. */
const limit = 1_000_000

/** Lets a body pass and remembers its text. */
export class Recorder extends Transform {
  readonly #chunks: Buffer[] = []
  #length = 0

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#length += chunk.length
    if (this.#length <= limit) this.#chunks.push(chunk)
    done(null, chunk)
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString()
  }
}
