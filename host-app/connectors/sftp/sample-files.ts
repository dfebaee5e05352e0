import { isolated } from '@bobbin/shared/isolated'
import { ConnectorError } from '../connector.ts'
import { columnNames, csvRows, sniffDelimiter } from './csv.ts'
import { PathRefused, pathFault, type FileSession } from './file-session.ts'
import { MalformedFile, textOf, unpacked } from './file-text.ts'
import type { FoundFile } from './find-files.ts'
import { jsonLines } from './json-lines.ts'
import type { TableSpec } from './table-specs.ts'
import { kindOfText, kindOfValue, type ValueKind } from './value-kinds.ts'

/** As Singer's tap-sftp samples. */
const mostFiles = 5
const mostRows = 1_000
const mostBytes = 262_144
const mostFields = 2_000

/** What a table is made of, by its newest files. */
export interface Sample {
  /** The kinds of values of each field, in the order in which they were met. */
  readonly fields: ReadonlyMap<string, ReadonlySet<ValueKind>>
  /** What the columns of CSV are separated by; null where there is no CSV. */
  readonly delimiter: string | null
}

interface SampleOptions {
  readonly table: TableSpec
  /** The settings that faults are told at: of files, and of what the table says of their columns. */
  readonly fields: { readonly pattern: string; readonly key: string }
  log(line: string): void
}

/** Reads the beginnings of the newest files. Throws `ConnectorError` FileMalformed or PermissionDenied. */
export async function sampleFiles(
  session: FileSession,
  files: readonly FoundFile[],
  { table, fields: at, log }: SampleOptions,
): Promise<Sample> {
  const newest = files.toSorted((one, other) => other.modifiedAt - one.modifiedAt).slice(0, mostFiles)
  const fields = new Map<string, Set<ValueKind>>()
  let delimiter: string | null = null
  let refused: ConnectorError | null = null
  let count = 0
  for (const file of newest) {
    try {
      const rows = await rowsOf(session, file, table)
      delimiter = rows.delimiter ?? delimiter
      for (const row of rows.kinds) addRow(fields, row)
      // Each file of CSV has all columns; of JSON lines hardly one has.
      if (rows.delimiter !== null)
        requireFields(new Set(Array.from(rows.kinds[0] ?? [], ([name]) => name)), table)
      count += 1
    } catch (error) {
      if (error instanceof MalformedFile)
        throw malformed(error, file.path, error instanceof MissingColumn ? at.key : at.pattern)
      if (!(error instanceof PathRefused)) throw error
      refused = pathFault(error, file.path, at.pattern)
      log(`The file ${isolated(file.path)} cannot be read and is left out.`)
    }
  }
  if (count === 0 && refused) throw refused
  if (fields.size > mostFields) {
    const detail = `The files of ${isolated(table.table_name)} have more than ${mostFields} fields.`
    throw new ConnectorError('AnswerTooLarge', { field: at.pattern, detail })
  }
  const [file] = newest
  try {
    requireFields(fields, table)
  } catch (error) {
    throw error instanceof MissingColumn ? malformed(error, file?.path ?? '', at.key) : error
  }
  return { fields, delimiter }
}

type Row = Iterable<readonly [string, ValueKind | null]>

async function rowsOf(
  session: FileSession,
  file: FoundFile,
  table: TableSpec,
): Promise<{ kinds: Row[]; delimiter: string | null }> {
  const name = file.path.toLowerCase()
  if (/\.(zip|tar|tgz|tar\.gz|bz2|xz|7z|xlsx?|parquet)$/.test(name)) {
    throw new MalformedFile(
      'files of its kind are not read, only CSV and JSON lines, as they are or packed by gzip',
    )
  }
  const isPacked = name.endsWith('.gz')
  const read = await session.readStart(file.path, mostBytes)
  const start = isPacked ? await unpacked(read) : read
  const text = textOf(start)
  const { isWhole } = start
  if (/\.(jsonl|ndjson|json)(\.gz)?$/.test(name)) {
    const kinds = jsonLines(text, { isWhole, mostRows }).map((row): Row =>
      Object.entries(row).map(([key, value]) => [key, kindOfValue(value)]),
    )
    return { kinds, delimiter: null }
  }
  return csvKinds(text, isWhole, table)
}

function csvKinds(text: string, isWhole: boolean, table: TableSpec): { kinds: Row[]; delimiter: string } {
  if (text.includes('\0')) throw new MalformedFile('it holds characters that no text has')
  const delimiter = table.delimiter ?? sniffDelimiter(text, isWhole)
  const [header, ...rows] = csvRows(text, { delimiter, isWhole, mostRows: mostRows + 1 })
  if (!header) {
    const why = isWhole
      ? 'there is nothing in it but empty lines'
      : 'its first line is longer than can be read'
    throw new MalformedFile(why)
  }
  const names = columnNames(header)
  const empty: Row = names.flatMap((name) => (name === null ? [] : [[name, null] as const]))
  const kinds = rows.map((row): Row =>
    names.flatMap((name, index) => (name === null ? [] : [[name, kindOfText(row[index] ?? '')] as const])),
  )
  return { kinds: [empty, ...kinds], delimiter }
}

/** What a table says of its columns does not fit its files. */
class MissingColumn extends MalformedFile {}

function requireFields(names: { has(name: string): boolean }, table: TableSpec): void {
  for (const wanted of [...table.key_properties, ...table.date_overrides]) {
    if (!names.has(wanted)) throw new MissingColumn(`it has no column ${isolated(wanted)}`)
  }
}

function addRow(fields: Map<string, Set<ValueKind>>, row: Row): void {
  for (const [name, kind] of row) {
    const kinds = fields.get(name) ?? new Set()
    if (kinds.size === 0 && fields.size > mostFields) continue
    fields.set(name, kinds)
    if (kind !== null) kinds.add(kind)
  }
}

function malformed({ message }: MalformedFile, path: string, field: string): ConnectorError {
  const detail = `The file ${isolated(path)} cannot be read: ${message}.`
  return new ConnectorError('FileMalformed', { field, detail })
}
