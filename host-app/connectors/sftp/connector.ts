import type { DiscoveredStream } from '@bobbin/shared/catalog'
import { isolated } from '@bobbin/shared/isolated'
import { ConnectorError, type Connector, type ConnectorContext } from '../connector.ts'
import { matchingPaths } from './file-pattern.ts'
import { openFiles, PathRefused, pathFault } from './file-session.ts'
import { fileStream } from './file-stream.ts'
import { createFileFinder } from './find-files.ts'
import { sampleFiles } from './sample-files.ts'
import { sftpInfo } from './sftp-info.ts'
import { readTables } from './table-specs.ts'

/** Files of an SFTP server: CSV and JSON lines, many of them one table. */
export const sftp: Connector = {
  info: sftpInfo,
  check,
  discover,

  /** What Singer's tap-sftp reads; the key itself in place of a path to it, and what the server is known by. */
  config({ settings }) {
    const { specs } = readTables(settings)
    const tables = specs.map((spec) => ({ ...spec, delimiter: spec.delimiter ?? ',' }))
    return {
      ...withoutOwnTable(settings),
      port: settings['port'] || '22',
      // It wants one: all files are younger.
      start_date: settings['start_date'] ?? '1970-01-01T00:00:00Z',
      tables: JSON.stringify(tables),
    }
  },
}

/** The settings without those that say what one table is, where nobody lists several. */
function withoutOwnTable(settings: Readonly<Record<string, string>>): Record<string, string> {
  const own = ['search_prefix', 'search_pattern', 'table_name', 'key_properties']
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !own.includes(name)))
}

async function check(context: ConnectorContext): Promise<void> {
  const { specs, fields } = readTables(context.settings)
  const session = await openFiles(context)
  try {
    context.report.log('Signed in. The server speaks SFTP.')
    for (const prefix of new Set(specs.map((spec) => spec.search_prefix || '.'))) {
      try {
        await session.stat(prefix)
      } catch (error) {
        throw error instanceof PathRefused ? pathFault(error, prefix, fields.folder) : error
      }
    }
  } finally {
    await session.close()
  }
}

async function* discover(context: ConnectorContext): AsyncGenerator<DiscoveredStream> {
  const { report, signal } = context
  const { specs, fields } = readTables(context.settings)
  const session = await openFiles(context)
  try {
    report.phase('reading_schema')
    const filesBelow = createFileFinder(session, { field: fields.folder, log: report.log })
    for (const table of specs) {
      const named = isolated(table.table_name)
      const files = await filesBelow(table.search_prefix)
      const matching = matchingPaths(
        table.search_pattern,
        files.map(({ path }) => path),
        fields.pattern,
      )
      const own = files.filter(({ path }) => matching.has(path))
      if (own.length === 0) throw nothing(files.length, table, fields.pattern)
      report.log(`${named}: ${own.length} of ${files.length} files match.`)
      const sample = await sampleFiles(session, own, { table, fields, log: report.log })
      signal.throwIfAborted()
      yield fileStream(table, sample)
      signal.throwIfAborted()
    }
  } finally {
    await session.close()
  }
}

function nothing(
  count: number,
  {
    table_name: name,
    search_prefix: prefix,
    search_pattern: pattern,
  }: { table_name: string; search_prefix: string; search_pattern: string },
  field: string,
): ConnectorError {
  const folder = isolated(prefix === '' ? '.' : prefix)
  const detail =
    count === 0
      ? `For the table ${isolated(name)}: there is no file with anything in it in ${folder}.`
      : `For the table ${isolated(name)}: none of the ${count} files in ${folder} matches the pattern ${isolated(pattern)}.`
  return new ConnectorError('NothingFound', { field, detail })
}
