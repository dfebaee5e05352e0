import { Client, types, type QueryResult } from 'pg'

/*
 * A reader of PostgreSQL that keeps to the rules of Singer's tap-postgres and imports nothing of ours: it takes the two
 * files of a source, believes what they say to the letter, and refuses where that tap refuses, crashes or garbles.
 */

type Json = Record<string, unknown>
interface Stream {
  tap_stream_id: string
  stream: string
  table_name?: string | undefined
  schema: { properties: Json }
  metadata: { breadcrumb: string[]; metadata: Json }[]
}
export interface Message extends Json {
  type: 'SCHEMA' | 'RECORD' | 'STATE' | 'ACTIVATE_VERSION'
  stream?: string
  schema?: object
  record?: Json
  value?: State
}
export interface State {
  bookmarks?: Record<string, Json>
  currently_syncing?: string | null
}

/** What a tap prints in one run, in order. Throws what would end it. */
export async function runTap(config: Json, catalog: { streams: Stream[] }, state: State): Promise<Message[]> {
  for (const name of ['dbname', 'host', 'port', 'user', 'password']) {
    if (typeof config[name] !== 'string') throw new Error(`Config is missing required keys: ${name}`)
  }
  const client = new Client({
    host: String(config['host']),
    port: Number(config['port']),
    database: String(config['dbname']),
    user: String(config['user']),
    password: String(config['password']),
    ssl: config['ssl'] === 'true' ? { rejectUnauthorized: false } : false,
    types: { getTypeParser: () => (text: string) => text },
  })
  await client.connect()
  try {
    const driver = await createDriver(client)
    const next: State = structuredClone({ ...state, bookmarks: state.bookmarks ?? {} })
    const messages: Message[] = []
    for (const stream of catalog.streams) {
      const metadata = metadataOf(stream)
      if (own(metadata)['selected'] !== true) continue
      if (own(metadata)['database-name'] !== config['dbname']) throw new Error('It is in another database')
      await syncStream(client, driver, { stream, metadata }, next, messages)
    }
    messages.push({ type: 'STATE', value: structuredClone({ ...next, currently_syncing: null }) })
    return messages
  } finally {
    await client.end()
  }
}

type Metadata = ReadonlyMap<string, Json>
const metadataOf = ({ metadata }: Stream): Metadata =>
  new Map(metadata.map((entry) => [JSON.stringify(entry.breadcrumb), entry.metadata]))
const own = (metadata: Metadata) => metadata.get('[]') ?? {}
const ofField = (metadata: Metadata, name: string) => metadata.get(JSON.stringify(['properties', name])) ?? {}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

async function syncStream(
  client: Client,
  driver: Driver,
  { stream, metadata }: { stream: Stream; metadata: Metadata },
  state: State,
  messages: Message[],
): Promise<void> {
  const id = stream.tap_stream_id
  const { 'replication-method': method, 'replication-key': key, 'is-view': isView } = own(metadata)
  if (method !== 'FULL_TABLE' && method !== 'INCREMENTAL') {
    throw new Error(`Unrecognized replication_method ${String(method)} for stream ${id}`)
  }
  const columns = Object.keys(stream.schema.properties).filter((name) => {
    const { inclusion, selected } = ofField(metadata, name)
    return inclusion === 'automatic' || (inclusion !== 'unsupported' && selected !== false)
  })
  if (columns.length === 0) return

  const bookmarks = (state.bookmarks ??= {})
  let bookmark = bookmarks[id] ?? {}
  const isOther = 'last_replication_method' in bookmark && bookmark['last_replication_method'] !== method
  if (isOther || (method === 'INCREMENTAL' && bookmark['replication_key'] !== key)) bookmark = {}
  bookmark = bookmarks[id] = { version: Date.now(), ...bookmark, last_replication_method: method }
  state.currently_syncing = id

  let tail = isView === true ? '' : ' ORDER BY xmin::text::bigint ASC'
  if (method === 'INCREMENTAL') {
    if (typeof key !== 'string') throw new Error(`No replication key for stream ${id}`)
    if (!columns.includes(key)) throw new Error(`The replication key of ${id} is not selected`)
    const since = bookmark['replication_key_value']
    const type = String(ofField(metadata, key)['sql-datatype'])
    tail = ` ORDER BY ${quoted(key)} ASC`
    if (since) tail = ` WHERE ${quoted(key)} >= '${String(since)}'::${type}${tail}`
    bookmark['replication_key'] = key
  }
  const keyProperties = own(metadata)[isView === true ? 'view-key-properties' : 'table-key-properties'] ?? []
  messages.push({
    type: 'SCHEMA',
    stream: stream.stream,
    schema: stream.schema,
    key_properties: keyProperties,
  })
  const table = `${quoted(String(own(metadata)['schema-name']))}.${quoted(String(stream.table_name))}`
  const result: QueryResult<(string | null)[]> = await client.query({
    text: `SELECT ${columns.map(quoted).join(',')} FROM ${table}${tail}`,
    rowMode: 'array',
  })
  for (const row of result.rows) {
    const values = row.map((value, index) => {
      const sqlType = ofField(metadata, columns[index]!)['sql-datatype']
      return toSinger(driver, String(sqlType), result.fields[index]!.dataTypeID, value)
    })
    const record = Object.fromEntries(columns.map((name, index) => [name, values[index]]))
    messages.push({ type: 'RECORD', stream: stream.stream, record, version: bookmark['version'] })
    if (typeof key === 'string' && record[key] !== null) bookmark['replication_key_value'] = record[key]
  }
  messages.push({ type: 'ACTIVATE_VERSION', stream: stream.stream, version: bookmark['version'] })
}

/** What the driver makes of a value, by the type that the server says it has. */
interface Driver {
  /** The class of its values; of an array: of its elements. */
  classes: ReadonlyMap<number, string>
  /** Arrays that it reads as lists; others it gives as one text. */
  lists: ReadonlySet<number>
}

/** By `pg_type.typname`. What is not there is a text. */
const driverClasses: Json = {
  bool: 'bool',
  int2: 'int',
  int4: 'int',
  int8: 'int',
  oid: 'int',
  float4: 'float',
  float8: 'float',
  numeric: 'decimal',
  date: 'date',
  timestamp: 'datetime',
  timestamptz: 'datetime with zone',
  time: 'time',
  timetz: 'time',
  interval: 'timedelta',
  bytea: 'memoryview',
  hstore: 'dict',
  int4range: 'range',
  int8range: 'range',
  numrange: 'range',
  daterange: 'range',
  tsrange: 'range',
  tstzrange: 'range',
}
/** Lists beside those of the classes above; of the last ones, and of enums, since the tap tells its driver. */
const driverLists = 'text varchar bpchar name char cidr inet macaddr json jsonb citext bit uuid money'.split(
  ' ',
)

async function createDriver(client: Client): Promise<Driver> {
  const { rows } = await client.query<{ oid: string; array: string; name: string; kind: string }>(
    'select oid::text as oid, typarray::text as array, typname as name, typtype as kind from pg_type where typarray <> 0',
  )
  const classes = new Map<number, string>()
  const lists = new Set<number>()
  for (const { oid, array, name, kind } of rows) {
    const its = Object.hasOwn(driverClasses, name) && kind === 'b' ? String(driverClasses[name]) : null
    classes.set(Number(oid), its ?? 'str').set(Number(array), its ?? 'str')
    if (its !== null || kind === 'e' || (kind === 'b' && driverLists.includes(name))) lists.add(Number(array))
  }
  return { classes, lists }
}

/** To the letter. What is not there and comes as a text is sent as it is. */
const wanted: Json = {
  boolean: 'bool',
  smallint: 'int',
  integer: 'int',
  bigint: 'int',
  real: 'float',
  'double precision': 'float',
  numeric: 'decimal',
  date: 'date',
  'timestamp without time zone': 'datetime',
  'timestamp with time zone': 'datetime with zone',
  'time without time zone': 'time',
  'time with time zone': 'time',
  hstore: 'dict',
}
/** `text[]`, whose elements are read as they stand. */
const textList: number = 1009
const simple = /^("([^"]|"")+"|[a-z_][a-z0-9_]*|bit varying|character varying|character)(\[\])?$/

function toSinger({ classes, lists }: Driver, sqlType: string, oid: number, value: string | null): unknown {
  const name = sqlType.replace('[]', '')
  const isKnown = Object.hasOwn(wanted, name)
  if (!isKnown && !simple.test(sqlType)) throw new Error(`There is no sql-datatype ${sqlType}`)
  const its = classes.get(oid) ?? 'str'
  if (its !== (isKnown ? wanted[name] : 'str')) throw new Error(`${sqlType} does not say that it is ${its}`)
  if (lists.has(oid) !== sqlType.endsWith('[]')) throw new Error(`${sqlType} would be garbled`)
  if (!lists.has(oid)) return value === null ? null : scalar(name, value)
  const each = (item: unknown): unknown =>
    Array.isArray(item) ? item.map(each) : item === null ? null : scalar(name, String(item))
  return value === null ? [] : each(types.getTypeParser(textList)(value))
}

function scalar(sqlType: string, text: string): unknown {
  switch (wanted[sqlType]) {
    case 'bool':
      return text === 't'
    case 'int':
      return Number(text)
    case 'float':
    case 'decimal':
      return Number.isFinite(Number(text)) ? Number(text) : null
    case 'date':
      return `${text}T00:00:00+00:00`
    case 'datetime':
      return `${text.replace(' ', 'T')}+00:00`
    case 'datetime with zone':
      return text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')
    case 'dict':
      return Object.fromEntries(
        [...text.matchAll(/"((?:[^"\\]|\\.)*)"=>(?:"((?:[^"\\]|\\.)*)"|NULL)/g)].map(
          ([, name = '', held]) => [name, held ?? null],
        ),
      )
    default:
      return sqlType === 'bit' ? text === '1' : text
  }
}
