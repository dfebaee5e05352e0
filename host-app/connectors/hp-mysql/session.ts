import { isolated } from '@bobbin/shared/isolated'
import type { ConnectorContext } from '../connector.ts'
import { tlsInWords } from '../own-sockets/tls-settings.ts'
import { openWay, tunnelInWords } from '../ssh/way.ts'
import { Line } from './line.ts'
import type { MysqlSettings } from './mysql-settings.ts'

/** A signed-in connection that cannot write. */
export interface MysqlSession {
  /** Rows of texts and nulls. Throws `ConnectorError`, or the signal's reason once it aborted. */
  query(sql: string): Promise<unknown[]>
  /** Never throws, and takes two seconds at most; four through a tunnel. */
  close(): Promise<void>
}

type SessionContext = Pick<ConnectorContext, 'signal' | 'resolveAddresses' | 'report'>

/**
 * Texts come as UTF-8, nothing is written, no lock is waited for long, and no default of the server's cuts off what is
 * read. What only MySQL 5.7, or MariaDB, knows stands where the others see a comment; seconds there, milliseconds here.
 */
const preparations = [
  'set names utf8mb4',
  'set session transaction read only',
  `set session lock_wait_timeout = 50, session sql_big_selects = 1, session sql_select_limit = 18446744073709551615
    /*!50708 , session max_execution_time = 50000 */ /*M!100101 , session max_statement_time = 50 */`,
]

/** Dials one of the addresses that were checked, or opens a tunnel; encrypts, signs in and begins reading. */
export async function openSession(
  settings: MysqlSettings,
  { signal, resolveAddresses, report }: SessionContext,
): Promise<MysqlSession> {
  signal.throwIfAborted()
  report.phase('connecting')
  const how = `${tunnelInWords(settings)}${tlsInWords[settings.tlsMode]}`
  report.log(`Connecting to ${isolated(settings.host)}, port ${settings.port}${how}`)
  const way = await openWay(settings, { signal, resolveAddresses, report })
  const line = new Line({ settings, way, signal, onSigningIn: () => report.phase('signing_in') })
  const close = async () => {
    await line.close()
    await way.close()
  }
  try {
    await line.signIn()
    // A password that has expired is told of at the first statement.
    for (const sql of preparations) await line.prepare(sql)
    line.beginReading()
  } catch (error) {
    await close()
    throw error
  }
  return {
    query: (sql) => line.query(sql),
    close,
  }
}
