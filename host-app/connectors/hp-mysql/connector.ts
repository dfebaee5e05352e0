import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import type { DiscoveredStream } from '@bobbin/shared/catalog'
import { isolated } from '@bobbin/shared/isolated'
import { ConnectorError, type Connector, type ConnectorContext, type OptionsPage } from '../connector.ts'
import { findOnceMore, lostLine, onceMore, type Attempts } from '../own-sockets/once-more.ts'
import { forTap } from '../own-sockets/tap-settings.ts'
import { tunnelForTap } from '../ssh/tunnel-settings.ts'
import { findAmbiguous } from './ambiguous-names.ts'
import { readDatabases, readVersion } from './catalog-queries.ts'
import { readStreams } from './database-streams.ts'
import { counted, inWords, whyNothing } from './databases-in-words.ts'
import { logObstacles } from './log-readiness.ts'
import { mariadbInfo, mysqlInfo } from './infos.ts'
import { readMysqlSettings, type MysqlSettings } from './mysql-settings.ts'
import { isTooOld } from './server-versions.ts'
import { openSession } from './session.ts'
import { stitchSettings } from './stitch-settings.ts'
import { createTableStreams } from './table-stream.ts'

/** Databases of which the log says what is in them. */
const mostLoggedDatabases = 50

/** MySQL, read through its information schema with a session that cannot write. */
export const hpMysql = mysqlConnector(mysqlInfo, {})
/** The same for MariaDB, which taps are told. */
export const hpMariadb = mysqlConnector(mariadbInfo, { engine: 'mariadb' })

const attempts: Attempts<null> = {
  first: null,
  second: ({ code }) => (code === 'ConnectionLost' ? { attempt: null, line: lostLine } : null),
}

function mysqlConnector(info: ConnectorInfo, tapFacts: Record<string, string>): Connector {
  return {
    info,
    mayFindNothing: true,
    check: (context) => onceMore(context, attempts, check),
    discover: (context) => findOnceMore(context, attempts, discover),
    options: listDatabases,
    config: ({ settings }) => ({ ...tapConfig(settings), ...tapFacts }),
  }
}

/** The databases that the user may see, for the setting that names one. */
async function listDatabases(context: ConnectorContext): Promise<OptionsPage> {
  const settings = Object.entries(context.settings).filter(([name]) => name !== 'dbname')
  const session = await openSession(readMysqlSettings(Object.fromEntries(settings)), context)
  try {
    const names = await readDatabases(session)
    return { options: names.map((name) => ({ value: name, label: name })), nextCursor: null }
  } finally {
    await session.close()
  }
}

/** What Singer's tap-mysql reads; certificates are in PEM form, of which whoever runs it makes files. */
function tapConfig(settings: Readonly<Record<string, string>>): Record<string, string> {
  const { host, port, user, password, dbname, tlsMode, ...read } = readMysqlSettings(settings)
  const isVerified = tlsMode.startsWith('verify-')
  return {
    host,
    port: String(port),
    user,
    password,
    ssl: String(tlsMode !== 'disable'),
    ...(tlsMode !== 'disable' && {
      verify_mode: String(isVerified),
      check_hostname: String(tlsMode === 'verify-full'),
    }),
    ...(isVerified && read.caCertificate !== null && { ssl_ca: read.caCertificate }),
    ...(read.clientCertificate !== null && {
      ssl_client_auth_enabled: 'true',
      ssl_cert: read.clientCertificate,
    }),
    ...(read.clientKey !== null && { ssl_key: read.clientKey }),
    ...(read.clientKeyPassphrase !== null && { ssl_key_passphrase: read.clientKeyPassphrase }),
    ...(dbname !== null && { database: dbname }),
    ...tunnelForTap(settings),
    ...forTap(stitchSettings, settings),
    ...(read.databases && { filter_dbs: read.databases.join() }),
  }
}

async function check(context: ConnectorContext): Promise<void> {
  const session = await openSession(readMysqlSettings(context.settings), context)
  try {
    const { text, comment, foldsNames } = await readVersion(session)
    context.report.log(`Signed in. The server is ${isolated(text)}, ${isolated(comment)}.`)
    if (foldsNames) context.report.log('It does not tell upper case from lower case in names of tables.')
    if (isTooOld(text)) {
      const detail = 'MySQL 5.6 or newer is needed, or MariaDB 10.0 or newer.'
      throw new ConnectorError('CheckFailed', { detail })
    }
  } finally {
    await session.close()
  }
}

async function* discover(context: ConnectorContext): AsyncGenerator<DiscoveredStream> {
  const settings = readMysqlSettings(context.settings)
  const { log } = context.report
  const session = await openSession(settings, context)
  try {
    context.report.phase('reading_schema')
    const { foldsNames } = await readVersion(session)
    const databases = chosen(await readDatabases(session), settings, foldsNames)
    const obstacles = await logObstacles(session)
    log(
      obstacles.length === 0
        ? 'Log-based replication is possible.'
        : `Log-based replication is not possible: ${obstacles.join('; ')}.`,
    )
    const ambiguous = await findAmbiguous(session, databases)
    const streamOf = createTableStreams({ isLogReady: obstacles.length === 0, ambiguous })
    const found = yield* readStreams(session, databases, { streamOf, signal: context.signal })
    for (const [database, counts] of [...found].slice(0, mostLoggedDatabases)) log(inWords(database, counts))
    const rest = databases.length - mostLoggedDatabases
    if (rest > 0) log(`And ${counted(rest, 'more database', 'more databases')}.`)
    const counts = [...found.values()]
    const count = counts.reduce((sum, { offered }) => sum + offered, 0)
    if (count === 0) {
      const detail = whyNothing(counts)
      if (detail !== null) throw new ConnectorError('NothingFound', { field: 'user', detail })
      log('There is no table or view in it yet.')
    }
    log(`Found ${counted(count, 'table or view', 'tables and views')}.`)
  } finally {
    await session.close()
  }
}

/** Those that are to be looked at. Throws where none of them is there. */
function chosen(all: readonly string[], { databases, dbname }: MysqlSettings, foldsNames: boolean): string[] {
  const folded = (name: string) => (foldsNames ? name.toLowerCase() : name)
  const wanted = databases && new Set(databases.map(folded))
  const found = all.filter((name) => wanted?.has(folded(name)) ?? true)
  if (found.length > 0) return found
  if (wanted) {
    const field = dbname !== null && wanted.has(folded(dbname)) ? 'dbname' : 'filter_dbs'
    const detail = 'None of the databases that are to be looked at is there, or may be looked at.'
    throw new ConnectorError('NothingFound', { field, detail })
  }
  const detail = 'The user has no right on any database.'
  throw new ConnectorError('NothingFound', { field: 'user', detail })
}
