import { isolated } from '@bobbin/shared/isolated'
import { ConnectorError, type ConnectorContext } from '../connector.ts'
import { tlsInWords } from '../own-sockets/tls-settings.ts'
import { openWay, tunnelInWords, type Way } from '../ssh/way.ts'
import { Line } from './line.ts'
import { explainHba } from './other-way-in.ts'
import type { PostgresSettings } from './postgres-settings.ts'

/** A signed-in connection inside one read-only transaction. */
export interface PostgresSession {
  /** Throws `ConnectorError`, or the signal's reason once it aborted. */
  query(sql: string, parameters?: unknown[]): Promise<unknown[]>
  /** Never throws, and takes two seconds at most; four through a tunnel. */
  close(): Promise<void>
}

type SessionContext = Pick<ConnectorContext, 'signal' | 'resolveAddresses' | 'report'>

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

interface SessionOptions {
  /** The server could not convert what it has to UTF-8: it is to send it as it is. */
  readonly unconverted?: boolean
}

/** Dials one of the addresses that were checked, or opens a tunnel; encrypts, signs in and begins reading. */
export async function openSession(
  settings: PostgresSettings,
  context: SessionContext,
  options: SessionOptions = {},
): Promise<PostgresSession> {
  const { signal, report } = context
  signal.throwIfAborted()
  report.phase('connecting')
  const how = `${tunnelInWords(settings)}${tlsInWords[settings.tlsMode]}`
  report.log(`Connecting to ${isolated(settings.host)}, port ${settings.port}${how}`)
  const way = await openWay(settings, context)
  try {
    return await signInBy(way, settings, context, options)
  } catch (error) {
    await way.close()
    throw error
  }
}

async function signInBy(
  way: Way,
  settings: PostgresSettings,
  { signal, report }: SessionContext,
  { unconverted = false }: SessionOptions,
): Promise<PostgresSession> {
  let isSigningIn = false
  const askPassword = () => {
    if (!isSigningIn) report.phase('signing_in')
    isSigningIn = true
    return settings.password
  }
  const options = { settings, way, signal, askPassword }
  const line = new Line(options)
  try {
    await line.signIn()
    // Where the server wants no password.
    askPassword()
    const conversion = unconverted || line.isWithoutEncoding ? line.readUnconverted() : ''
    await line.begin(`${beginReading}${conversion}`)
  } catch (error) {
    await line.close()
    if (line.isRefusedByHba && error instanceof ConnectorError) throw await explainHba(error, options)
    throw error
  }
  return {
    query: (sql, parameters = []) => line.query(sql, parameters),
    async close() {
      await line.close()
      await way.close()
    },
  }
}
