import type { DiscoveredStream } from '@bobbin/shared/catalog'
import { isolated } from '@bobbin/shared/isolated'
import { ConnectorError, type Connector, type ConnectorContext } from '../connector.ts'
import { findOnceMore, onceMore } from '../own-sockets/once-more.ts'
import { oneAhead } from '../own-sockets/one-ahead.ts'
import { forTap } from '../own-sockets/tap-settings.ts'
import { tunnelForTap } from '../ssh/tunnel-settings.ts'
import { attempts, type Attempt } from './attempts.ts'
import {
  countRelations,
  readColumns,
  readSchemas,
  readServerVersion,
  readTables,
  type ColumnRow,
  type SchemaRow,
  type TableRow,
} from './catalog-queries.ts'
import { createColumnShapes, type ColumnShapes } from './column-shapes.ts'
import { listDatabases } from './list-databases.ts'
import { postgresInfo } from './postgres-info.ts'
import { readPostgresSettings, type PostgresSettings } from './postgres-settings.ts'
import { counted, logSchemas, whyNothing } from './schemas-in-words.ts'
import { openSession, type PostgresSession } from './session.ts'
import { stitchSettings } from './stitch-settings.ts'
import { createTableStreams } from './table-stream.ts'

/** Tables whose columns are read at once, and columns of them; bounds memory whatever the size of the database. */
const batchSize = 500
const batchColumns = 20_000

const oldestVersion = 100_000

/** PostgreSQL, read through its own catalog with a session that cannot write. */
export const hpPostgres: Connector = {
  info: postgresInfo,

  mayFindNothing: true,

  check: (context) => onceMore(context, attempts, check),

  discover: (context) => findOnceMore(context, attempts, discover),

  options: listDatabases,

  /** What Singer's tap-postgres reads; `sslmode` and the certificate are for taps that know them. */
  config({ settings }) {
    const read = readPostgresSettings(settings)
    const { host, port, dbname, user, password, tlsMode, caCertificate } = read
    return {
      host,
      port: String(port),
      dbname,
      user,
      password,
      ssl: String(tlsMode !== 'disable'),
      sslmode: tlsMode,
      ...(tlsMode.startsWith('verify-') && caCertificate !== null && { ssl_ca_certificate: caCertificate }),
      ...(read.clientCertificate !== null && { ssl_client_certificate: read.clientCertificate }),
      ...(read.clientKey !== null && { ssl_client_key: read.clientKey }),
      ...(read.clientKeyPassphrase !== null && { ssl_client_key_passphrase: read.clientKeyPassphrase }),
      ...tunnelForTap(settings),
      ...forTap(stitchSettings, settings),
      ...(read.schemas && { filter_schemas: read.schemas.join() }),
      ...(read.databases && { filter_dbs: read.databases.join() }),
    }
  },
}

async function check(context: ConnectorContext, attempt: Attempt): Promise<void> {
  const session = await openSession(readPostgresSettings(context.settings), context, attempt)
  try {
    const { version, number } = await readServerVersion(session)
    context.report.log(`Signed in. The server runs PostgreSQL ${isolated(version)}.`)
    if (number < oldestVersion) {
      throw new ConnectorError('CheckFailed', { detail: 'PostgreSQL 10 or newer is needed.' })
    }
  } finally {
    await session.close()
  }
}

async function* discover(context: ConnectorContext, attempt: Attempt): AsyncGenerator<DiscoveredStream> {
  const settings = readPostgresSettings(context.settings)
  const session = await openSession(settings, context, attempt)
  try {
    context.report.phase('reading_schema')
    requireDatabase(settings)
    const isWanted = wantedSchemas(settings)
    const schemas = (await readSchemas(session)).filter(({ name }) => isWanted(name))
    const lookedAt = schemas.filter((schema) => schema.may_use && !schema.is_inner)
    const counts = await countRelations(session, lookedAt)
    logSchemas(schemas, counts, context.report.log)
    const shapes = createColumnShapes(session)
    const streamOf = createTableStreams(settings)
    let count = 0
    for await (const batch of oneAhead(readBatches(session, shapes, lookedAt))) {
      for (const { table, columns } of batch) {
        yield streamOf(table, columns)
        context.signal.throwIfAborted()
        count++
      }
    }
    if (count === 0) {
      if (settings.schemas && schemas.length === 0) {
        const detail = 'None of the schemas that are to be looked at is there.'
        throw new ConnectorError('NothingFound', { field: 'filter_schemas', detail })
      }
      const detail = whyNothing(schemas, counts)
      if (detail !== null) throw new ConnectorError('NothingFound', { field: 'user', detail })
      context.report.log('The database is empty: there is no table or view in it yet.')
    }
    context.report.log(`Found ${counted(count, 'table or view', 'tables and views')}.`)
  } finally {
    await session.close()
  }
}

/** Tables with their columns. */
async function* readBatches(
  session: PostgresSession,
  shapes: ColumnShapes,
  schemas: readonly SchemaRow[],
): AsyncGenerator<{ table: TableRow; columns: readonly ColumnRow[] }[]> {
  for await (const batch of readTables(session, schemas, batchSize)) {
    for (const tables of inPortions(batch)) {
      const columns = await readColumns(session, shapes, tables)
      yield tables.map((table) => ({ table, columns: columns.get(table.oid) ?? [] }))
    }
  }
}

function inPortions(tables: readonly TableRow[]): TableRow[][] {
  const portions: TableRow[][] = []
  let columns = Infinity
  for (const table of tables) {
    columns += table.column_count
    if (columns > batchColumns) {
      portions.push([])
      columns = table.column_count
    }
    portions.at(-1)!.push(table)
  }
  return portions
}

/** A source reads one database; a filter can leave it out, and nothing else. */
function requireDatabase({ databases, dbname }: PostgresSettings): void {
  if (databases === null || databases.includes(dbname)) return
  const detail = `The database ${isolated(dbname)} is not among those that are to be looked at.`
  throw new ConnectorError('NothingFound', { field: 'filter_dbs', detail })
}

function wantedSchemas({ schemas }: PostgresSettings): (name: string) => boolean {
  const wanted = schemas && new Set(schemas)
  return (name) => wanted?.has(name) ?? true
}
