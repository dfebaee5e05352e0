import { z } from 'zod'
import { isolated } from '@bobbin/shared/isolated'
import { ConnectorError } from '../connector.ts'

/** Which files are a table, in the words of Singer's tap-sftp. */
export interface TableSpec {
  readonly table_name: string
  /** A folder. */
  readonly search_prefix: string
  /** A regular expression for the paths of files. */
  readonly search_pattern: string
  readonly key_properties: readonly string[]
  /** Null: found out by the files themselves. */
  readonly delimiter: string | null
  /** Columns that hold times, whatever it looks like. */
  readonly date_overrides: readonly string[]
}

export interface Tables {
  readonly specs: readonly TableSpec[]
  /** The settings that say which files they are: faults are told at them. */
  readonly fields: { readonly folder: string; readonly pattern: string; readonly key: string }
}

const mostTables = 100

/** All that is read where no pattern is given. */
const anyFile = '\\.(csv|tsv|txt|jsonl|ndjson|json)(\\.gz)?$'

/** Some have it as a list, some as one text with commas. */
const names = z
  .union([z.array(z.string().max(255)).max(1000), z.string().max(4096).transform(namesIn)])
  .nullish()
  .transform((list) => list ?? [])

const tableSpec = z.object({
  table_name: z.string().min(1).max(255),
  search_prefix: z.string().max(1024).nullish(),
  search_pattern: z.string().min(1).max(1024),
  key_properties: names,
  // Some write the tab as it is written in programs.
  delimiter: z
    .string()
    .transform((text) => (text === '\\t' ? '\t' : text))
    .pipe(
      z
        .string()
        .length(1)
        .regex(/[^"\r\n]/),
    )
    .nullish()
    .or(z.literal('').transform(() => null)),
  date_overrides: names,
})

/** Reads which tables there are. Throws `ConnectorError` SettingUnusable at `tables`. */
export function readTables(settings: Readonly<Record<string, string>>): Tables {
  const { tables } = settings
  if (tables === undefined || tables.trim() === '') {
    const spec: TableSpec = {
      table_name: settings['table_name'] || 'files',
      search_prefix: settings['search_prefix'] ?? '',
      search_pattern: settings['search_pattern'] || anyFile,
      key_properties: namesIn(settings['key_properties'] ?? ''),
      delimiter: null,
      date_overrides: [],
    }
    const fields = { folder: 'search_prefix', pattern: 'search_pattern', key: 'key_properties' }
    return { specs: [spec], fields }
  }
  return { specs: parseTables(tables), fields: { folder: 'tables', pattern: 'tables', key: 'tables' } }
}

function parseTables(text: string): TableSpec[] {
  const list = z.array(z.unknown()).safeParse(jsonIn(text))
  if (!list.success || list.data.length === 0)
    throw unusable('It has to be a JSON list with a table at least.')
  if (list.data.length > mostTables) throw unusable(`There may be ${mostTables} tables at most.`)
  const specs = list.data.map((item, index) => {
    const parsed = tableSpec.safeParse(item)
    if (parsed.success) {
      const { search_prefix: prefix, delimiter, ...rest } = parsed.data
      return { ...rest, search_prefix: prefix ?? '', delimiter: delimiter ?? null }
    }
    const [issue] = parsed.error.issues
    const where = issue?.path.length ? `${isolated(String(issue.path[0]))} of the table` : 'the table'
    throw unusable(`Something is missing or wrong with ${where} at position ${index + 1}.`)
  })
  const twice = specs.find(({ table_name: name }, index) =>
    specs.slice(0, index).some((other) => other.table_name === name),
  )
  if (twice) throw unusable(`There is more than one table ${isolated(twice.table_name)}.`)
  return specs
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw unusable('It is not valid JSON.')
  }
}

function unusable(detail: string): ConnectorError {
  return new ConnectorError('SettingUnusable', { field: 'tables', detail })
}

function namesIn(list: string): string[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
}
