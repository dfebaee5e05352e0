import { isIP, Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { isolated } from '@bobbin/shared/isolated'
import { untilAborted } from '@bobbin/shared/until-aborted'
import { Client } from 'pg'
import { ConnectorError, type ConnectorContext } from '../connector.ts'
import { GuardedConnection } from './guarded-connection.ts'
import { translatePostgresError } from './postgres-errors.ts'
import type { PostgresSettings } from './postgres-settings.ts'
import { valueParsers } from './value-parsers.ts'

/** A signed-in connection inside one read-only transaction. */
export interface PostgresSession {
  /** Throws `ConnectorError`, or the signal's reason once it aborted. */
  query(sql: string, parameters?: unknown[]): Promise<unknown[]>
  /** Never throws, and takes two seconds at most. */
  close(): Promise<void>
}

type SessionContext = Pick<ConnectorContext, 'signal' | 'resolveHost' | 'report'>

/** Less than the silence after which a check is given up: the reason is better told by the server. */
const longestStatement = 50_000
const longestPause = 300_000

/**
 * Nothing is written, no lock is waited for, nobody else's functions are found by name, and the whole
 * catalog is read as of one moment. By SET LOCAL, since poolers refuse unknown start-up parameters.
 */
const beginReading = `
  begin transaction isolation level repeatable read read only;
  set local statement_timeout = ${longestStatement};
  set local lock_timeout = ${longestStatement};
  set local idle_in_transaction_session_timeout = ${longestPause};
  set local search_path = pg_catalog;`

/**
 * Dials, encrypts, signs in and begins reading. The socket is ours, so that an abort or a timeout ends it
 * in any state, and it dials exactly the address that was checked.
 */
export async function openSession(
  settings: PostgresSettings,
  { signal, resolveHost, report }: SessionContext,
): Promise<PostgresSession> {
  signal.throwIfAborted()
  report.phase('connecting')
  report.log(`Connecting to ${isolated(settings.host)}, port ${settings.port}${tlsInWords[settings.tlsMode]}`)
  const { address } = await untilAborted(resolveHost(settings.host), signal).catch((error: unknown) => {
    throw withField(error, 'host')
  })

  const socket = new Socket()
  const stop = () => socket.destroy()
  signal.addEventListener('abort', stop)
  let isSigningIn = false
  const signIn = () => {
    if (!isSigningIn) report.phase('signing_in')
    isSigningIn = true
    return settings.password
  }
  // The password is asked for once encryption stands and the server knows who comes.
  const options = {
    ...clientOptions(settings),
    password: signIn,
    host: address,
    types: valueParsers,
    connection: new GuardedConnection({ stream: socket, ssl: tlsOptions(settings), keepAlive: true }),
  }
  const client = new Client(options)
  // Each failure also rejects what is awaited; without a listener it would end the process.
  client.on('error', () => {})

  const deadline = new Deadline(settings.connectTimeout, stop)
  const attempt = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      signal.throwIfAborted()
      return await work()
    } catch (error) {
      signal.throwIfAborted()
      if (deadline.isOver) throw new ConnectorError('ConnectionTimeout', { field: 'host', cause: error })
      throw translatePostgresError(error, settings)
    }
  }
  const close = async () => {
    signal.removeEventListener('abort', stop)
    const patience = new AbortController()
    await Promise.race([client.end(), delay(2_000, undefined, patience)]).catch(() => {})
    patience.abort()
    socket.destroy()
  }

  try {
    await attempt(() => client.connect())
    // Where the server wants no password.
    signIn()
    await attempt(() => client.query(beginReading))
  } catch (error) {
    await close()
    throw error
  } finally {
    deadline.clear()
  }
  return {
    query: async (sql, parameters = []) =>
      (await attempt(() => client.query<Record<string, unknown>>(sql, parameters))).rows,
    close,
  }
}

const tlsInWords = {
  disable: ', without encryption',
  require: ', encrypted',
  'verify-full': ', encrypted and verified',
} as const

/** Everything is named, so that the driver falls back neither on our environment nor on ~/.pgpass. */
function clientOptions(settings: PostgresSettings) {
  return {
    port: settings.port,
    database: settings.dbname,
    user: settings.user,
    ssl: tlsOptions(settings),
    application_name: 'Bobbin',
  }
}

function tlsOptions({ tlsMode, host, caCertificate }: PostgresSettings) {
  if (tlsMode === 'disable') return false
  return {
    // The name that was asked for, not the address dialled, is what the certificate must be for.
    host,
    ...(isIP(host) === 0 && { servername: host }),
    rejectUnauthorized: tlsMode === 'verify-full',
    ...(tlsMode === 'verify-full' && caCertificate !== null && { ca: caCertificate }),
  }
}

class Deadline {
  isOver = false
  readonly #timer: NodeJS.Timeout

  constructor(milliseconds: number, act: () => void) {
    this.#timer = setTimeout(() => {
      this.isOver = true
      act()
    }, milliseconds)
  }

  clear(): void {
    clearTimeout(this.#timer)
  }
}

function withField(error: unknown, field: string): unknown {
  if (!(error instanceof ConnectorError) || error.field !== null) return error
  return new ConnectorError(error.code, { field, detail: error.detail ?? undefined, cause: error.cause })
}
