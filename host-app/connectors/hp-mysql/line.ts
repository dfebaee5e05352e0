import { setTimeout as delay } from 'node:timers/promises'
import type { Connection } from 'mysql2'
import { ConnectorError } from '../connector.ts'
import { tellingError } from '../own-sockets/dialling-socket.ts'
import type { ServerSocket } from '../own-sockets/server-socket.ts'
import type { Stage } from '../own-sockets/socket-errors.ts'
import { tlsOptions } from '../own-sockets/tls-options.ts'
import type { Way } from '../ssh/way.ts'
import { openConnection } from './driver.ts'
import { translateMysqlError } from './mysql-errors.ts'
import { tlsFields, type MysqlSettings } from './mysql-settings.ts'
import { PacketGuard } from './packet-guard.ts'

interface LineOptions {
  readonly settings: MysqlSettings
  readonly way: Way
  readonly signal: AbortSignal
  /** Called once encryption stands and the server is to be told who comes. */
  readonly onSigningIn: () => void
}

const closed = 'The connection was closed.'
/** Milliseconds for the answer of what was silent, when it is asked whether it is PostgreSQL. */
const patience = 1_000
/** PostgreSQL's question whether there is TLS. */
const askPostgres = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f])

/**
 * A connection to the server, from dialling to hanging up. The socket is ours, so that an abort or a timeout ends it in
 * any state, and whatever goes wrong on it is told as a `ConnectorError`, by how far it had come.
 */
export class Line {
  #isReading = false
  #isLate = false
  /** What ended the connection, where we know better than the driver. */
  #fault: unknown = null
  readonly #socket: ServerSocket
  readonly #guard: PacketGuard
  readonly #options: LineOptions
  /** Of what is awaited of the connection. */
  #reject: ((error: unknown) => void) | null = null
  readonly #stop = () => {
    this.#socket.destroy()
    this.#reject?.(new Error(closed))
  }
  #connection: Connection | null = null

  constructor(options: LineOptions) {
    this.#options = options
    const { settings, way, signal } = options
    this.#guard = new PacketGuard({ isEncrypted: settings.tlsMode !== 'disable' })
    this.#socket = way.socket()
    this.#socket.on('error', (error) => (this.#fault ??= error))
    this.#socket.once('close', () => this.#reject?.(new Error(closed)))
    signal.addEventListener('abort', this.#stop)
  }

  /** Dials, encrypts, signs in. Throws `ConnectorError`, for certificates that cannot be used, too. */
  async signIn(): Promise<void> {
    const { settings } = this.#options
    const tls = tlsOptions(settings, tlsFields)
    const deadline = setTimeout(() => void this.#giveUp(), settings.connectTimeout)
    try {
      await this.#attempt(async () => {
        this.#socket.connect(settings.port)
        this.#socket.setNoDelay(true)
        this.#connection = await openConnection({
          socket: this.#socket,
          guard: this.#guard,
          settings,
          tls,
          onSigningIn: this.#options.onSigningIn,
          onFault: (error) => {
            this.#fault ??= error
            this.#stop()
          },
        })
      })
    } finally {
      clearTimeout(deadline)
    }
  }

  /** From now on what goes wrong is no matter of the sign-in. */
  beginReading(): void {
    this.#isReading = true
  }

  /** Rows of texts and nulls, by the columns' order. */
  async query(sql: string): Promise<unknown[]> {
    const connection = this.#connection
    if (!connection) throw new Error('A query needs a connection.')
    const deadline = setTimeout(() => {
      this.#isLate = true
      this.#stop()
    }, this.#options.settings.queryTimeout)
    try {
      return await this.#attempt(async () => {
        this.#guard.expectAnswer()
        return new Promise((resolve, reject) => {
          connection.query({ sql, rowsAsArray: true }, (error: Error | null, rows: unknown) =>
            error ? reject(error) : resolve(Array.isArray(rows) ? rows : []),
          )
        })
      })
    } finally {
      clearTimeout(deadline)
    }
  }

  /** A statement that a server need not know: what stands in front of many is no MySQL. What else it refuses counts. */
  async prepare(sql: string): Promise<void> {
    try {
      await this.query(sql)
    } catch (error) {
      const isUnknown = error instanceof ConnectorError && error.code === 'SignInRefused'
      if (!isUnknown || this.#socket.destroyed) throw error
    }
  }

  /** Never throws, and takes two seconds at most. */
  async close(): Promise<void> {
    this.#options.signal.removeEventListener('abort', this.#stop)
    const waiting = new AbortController()
    if (this.#connection && !this.#socket.destroyed) {
      this.#connection.end(() => {})
      this.#socket.once('close', () => waiting.abort())
      await delay(2_000, undefined, waiting).catch(() => {})
    }
    this.#socket.destroy()
  }

  async #giveUp(): Promise<void> {
    const isSilent = !this.#guard.hasSpoken && this.#socket.readyState === 'open'
    if (isSilent) {
      this.#guard.expectPostgres()
      this.#socket.write(askPostgres)
      await delay(patience)
    }
    if (this.#socket.destroyed) return
    this.#isLate = true
    this.#stop()
  }

  async #attempt<Result>(work: () => Promise<Result>): Promise<Result> {
    const { signal, way } = this.#options
    try {
      signal.throwIfAborted()
      // Not a race with a promise that lasts: it would hold each result for as long.
      return await new Promise<Result>((resolve, reject) => {
        this.#reject = reject
        work().then(resolve, reject)
      })
    } catch (error) {
      signal.throwIfAborted()
      if (way.fault) throw way.fault
      throw this.#isLate ? this.#silence(error) : this.#translated(this.#fault ?? error)
    }
  }

  #translated(error: unknown): ConnectorError {
    const { settings } = this.#options
    return translateMysqlError(tellingError(error), { settings, stage: this.#stage })
  }

  #silence(cause: unknown): ConnectorError {
    if (this.#stage === 'connecting') return new ConnectorError('ConnectionTimeout', { field: 'host', cause })
    const detail =
      this.#stage === 'signing_in'
        ? 'It fell silent during the sign-in.'
        : 'It fell silent, or took too long, while reading.'
    return new ConnectorError('ConnectionTimeout', { detail, cause })
  }

  get #stage(): Stage {
    if (this.#isReading) return 'reading'
    return this.#guard.hasSpoken ? 'signing_in' : 'connecting'
  }
}
