import { setTimeout as delay } from 'node:timers/promises'
import { Client, DatabaseError } from 'pg'
import { ConnectorError } from '../connector.ts'
import { tellingError } from '../own-sockets/dialling-socket.ts'
import type { ServerSocket } from '../own-sockets/server-socket.ts'
import type { Stage } from '../own-sockets/socket-errors.ts'
import { tlsOptions } from '../own-sockets/tls-options.ts'
import type { Way } from '../ssh/way.ts'
import { GuardedConnection } from './guarded-connection.ts'
import { translatePostgresError } from './postgres-errors.ts'
import { tlsFields, type PostgresSettings } from './postgres-settings.ts'
import { isRefusedByHba } from './refusals.ts'
import { textDecoder } from './unconverted-text.ts'
import { valueParsers } from './value-parsers.ts'

interface LineOptions {
  readonly settings: PostgresSettings
  readonly way: Way
  readonly signal: AbortSignal
  /** Called once encryption stands and the server wants to know who comes. */
  readonly askPassword: () => string
}

/**
 * A connection to the server, from dialling to hanging up. The socket is ours, so that an abort, a timeout or silence
 * ends it in any state, and whatever goes wrong on it is told as a `ConnectorError`, by how far it had come.
 */
export class Line {
  /** No line of the server's pg_hba.conf let us in. */
  isRefusedByHba = false
  #stage: 'connecting' | 'begun' | 'reading' = 'connecting'
  #isLate = false
  #isSilent = false
  /** What ended the connection while nothing was awaited. */
  #fault: unknown = null
  readonly #socket: ServerSocket
  readonly #way: Way
  readonly #connection: GuardedConnection
  readonly #client: Client
  readonly #deadline: NodeJS.Timeout
  readonly #settings: PostgresSettings
  readonly #signal: AbortSignal
  readonly #stop = () => this.#socket.destroy()

  /** Throws `ConnectorError` for certificates that cannot be used. */
  constructor({ settings, way, signal, askPassword }: LineOptions) {
    this.#settings = settings
    this.#signal = signal
    const ssl = tlsOptions(settings, tlsFields)
    this.#way = way
    this.#socket = way.socket()
    this.#connection = new GuardedConnection({ stream: this.#socket, ssl, keepAlive: true }, askPassword)
    // Everything is named, so that the driver falls back neither on our environment nor on ~/.pgpass.
    const options = {
      host: settings.host,
      port: settings.port,
      database: settings.dbname,
      user: settings.user,
      password: askPassword,
      ssl,
      application_name: 'Bobbin',
      types: valueParsers,
      connection: this.#connection,
    }
    this.#client = new Client(options)
    // Most failures also reject what is awaited; without a listener they would end the process.
    this.#client.on('error', (error) => (this.#fault ??= error))
    signal.addEventListener('abort', this.#stop)
    this.#socket.on('timeout', () => {
      this.#isSilent = true
      this.#stop()
    })
    this.#deadline = setTimeout(() => {
      this.#isLate = true
      this.#stop()
    }, settings.connectTimeout)
  }

  /** Whether what answers has said a word of PostgreSQL's. */
  get hasSpoken(): boolean {
    return this.#connection.hasSpoken
  }

  /** Dials, encrypts, signs in. */
  async signIn(): Promise<void> {
    await this.#attempt(() => this.#client.connect())
    this.#stage = 'begun'
  }

  /**
   * Has the server send its texts as they are stored, and reads them here. To be said at the beginning; returns what to
   * tell it for that, or nothing where there is nothing to convert.
   */
  readUnconverted(): string {
    const { serverEncoding } = this.#connection
    if (!/^\w+$/.test(serverEncoding) || serverEncoding === 'UTF8') return ''
    this.#connection.decode = textDecoder(serverEncoding)
    return `set local client_encoding = '${serverEncoding}';`
  }

  /** Nobody knows in which encoding the database has its texts. */
  get isWithoutEncoding(): boolean {
    return this.#connection.serverEncoding === 'SQL_ASCII'
  }

  /** The first statement. A pooler lets in by itself, and may refuse here what a server refuses before. */
  async begin(sql: string): Promise<void> {
    await this.#attempt(() => this.#client.query(sql))
    clearTimeout(this.#deadline)
    this.#stage = 'reading'
  }

  async query(sql: string, parameters: unknown[]): Promise<unknown[]> {
    this.#socket.setTimeout(this.#settings.longestSilence)
    try {
      const { rows } = await this.#attempt(() => this.#client.query<Record<string, unknown>>(sql, parameters))
      return rows
    } finally {
      this.#socket.setTimeout(0)
    }
  }

  /** Never throws, and takes two seconds at most. */
  async close(): Promise<void> {
    clearTimeout(this.#deadline)
    this.#signal.removeEventListener('abort', this.#stop)
    const patience = new AbortController()
    await Promise.race([this.#client.end(), delay(2_000, undefined, patience)]).catch(() => {})
    patience.abort()
    this.#socket.destroy()
  }

  async #attempt<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      this.#signal.throwIfAborted()
      return await work()
    } catch (error) {
      this.#signal.throwIfAborted()
      if (this.#way.fault) throw this.#way.fault
      throw this.#isLate || this.#isSilent ? this.#silence(error) : this.#translated(this.#fault ?? error)
    }
  }

  #translated(error: unknown): ConnectorError {
    const { password } = this.#settings
    this.isRefusedByHba = error instanceof DatabaseError && isRefusedByHba(error)
    return translatePostgresError(tellingError(error), {
      settings: this.#settings,
      stage: this.#stageOf(error),
      secrets: [password, ...this.#connection.answers],
    })
  }

  #silence(cause: unknown): ConnectorError {
    if (this.#stageOf(cause) === 'connecting')
      return new ConnectorError('ConnectionTimeout', { field: 'host', cause })
    const detail =
      this.#stage === 'connecting'
        ? 'It fell silent during the sign-in. If a pooler answers there, the server behind it may be down, or has no such database.'
        : 'It fell silent while reading.'
    return new ConnectorError('ConnectionTimeout', { detail, cause })
  }

  #stageOf(error: unknown): Stage {
    if (this.#stage === 'reading') return 'reading'
    if (this.#stage === 'begun') return isOfPooler(error) ? 'signing_in' : 'reading'
    return this.#connection.hasSpoken ? 'signing_in' : 'connecting'
  }
}

/** A genuine server names its own function in every error. */
function isOfPooler(error: unknown): boolean {
  return error instanceof DatabaseError && error.routine === undefined
}
