import { Duplex } from 'node:stream'
import type { ServerSocket } from '../own-sockets/server-socket.ts'

type Done = (error?: Error | null) => void

/** A channel of an SSH connection, in place of a socket: opened once it is told to connect, and closed with it. */
export class TunnelSocket extends Duplex implements ServerSocket {
  readyState: 'opening' | 'open' | 'closed' = 'closed'
  #channel: Duplex | null = null
  #silence: NodeJS.Timeout | undefined
  readonly #open: () => Promise<Duplex>

  /** What `open` rejects with is the socket's error. */
  constructor(open: () => Promise<Duplex>) {
    // As a socket of Node's: who hangs up at the other end has hung up.
    super({ allowHalfOpen: false })
    this.#open = open
  }

  connect(): this {
    this.readyState = 'opening'
    this.#open().then(
      (channel) => this.#carry(channel),
      (error: unknown) => this.destroy(error instanceof Error ? error : new Error('aborted')),
    )
    return this
  }

  setTimeout(milliseconds: number): this {
    clearTimeout(this.#silence)
    this.#silence = milliseconds > 0 ? setTimeout(() => void this.emit('timeout'), milliseconds) : undefined
    return this
  }

  /** These are the SSH connection's own. */
  setNoDelay(): this {
    return this
  }
  setKeepAlive(): this {
    return this
  }
  ref(): this {
    return this
  }
  unref(): this {
    return this
  }

  override _read(): void {
    this.#channel?.resume()
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: Done): void {
    const channel = this.#channel
    if (!channel) return void this.once('connect', () => this._write(chunk, encoding, done))
    this.#silence?.refresh()
    channel.write(chunk, done)
  }

  override _final(done: Done): void {
    this.#channel?.end()
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.readyState = 'closed'
    clearTimeout(this.#silence)
    this.#channel?.destroy()
    // TLS on top of it ends by closing it, and says why in the turn after the next: that is what has to be heard first.
    setImmediate(() => setImmediate(done, error))
  }

  #carry(channel: Duplex): void {
    channel.on('error', () => {})
    if (this.destroyed) return void channel.destroy()
    this.#channel = channel
    this.readyState = 'open'
    channel.on('data', (chunk: Buffer) => {
      this.#silence?.refresh()
      if (!this.destroyed && !this.push(chunk)) channel.pause()
    })
    channel.on('end', () => this.destroyed || this.push(null))
    channel.on('close', () => this.destroy())
    this.emit('connect')
  }
}
