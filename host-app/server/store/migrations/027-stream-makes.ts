import { hash } from 'node:crypto'
import { sql } from 'kysely'
import { autoId, required, type AnyDatabase } from './columns.ts'

/** Streams that are moved by one statement, and how much of them is in memory at once, in bytes. */
const mostStreams = 500
const mostBytes = 4_000_000

/** What moves as it is. */
const kept = [
  'id',
  'account_id',
  'source_id',
  'since',
  'position',
  'tap_stream_id',
  'stream_name',
  'search_text',
  'field_count',
  'is_view',
  'row_count',
  'selected',
  'replication_method',
  'replication_key',
  'view_key_properties',
  'field_selection',
  'change',
  'removed_at',
]

/**
 * Schema and fields of streams are stored once for all that have the same. To take the texts off the rows writes all of
 * these anew, so they move. What a check of the version before has found otherwise is of no use: it starts over.
 */
export async function streamMakes(db: AnyDatabase): Promise<void> {
  await autoId(db, 'stream_make')
    .addColumn('account_id', 'integer', required)
    .addColumn('source_id', 'integer', required)
    .addColumn('hash', 'text', required)
    .addColumn('schema', 'text', required)
    .addColumn('fields', 'text', required)
    .addUniqueConstraint('stream_make_key', ['source_id', 'hash'])
    .execute()
  await autoId(db, 'stream_moved')
    .addColumn('account_id', 'integer', required)
    .addColumn('source_id', 'integer', required)
    .addColumn('since', 'integer', (column) => column.notNull().defaultTo(0))
    .addColumn('position', 'integer', required)
    .addColumn('tap_stream_id', 'text', required)
    .addColumn('stream_name', 'text', required)
    .addColumn('search_text', 'text', (column) => column.notNull().defaultTo(''))
    .addColumn('make_id', 'integer', required)
    .addColumn('own_entry', 'text', required)
    .addColumn('schema_hash', 'text', required)
    .addColumn('field_count', 'integer', required)
    .addColumn('is_view', 'integer', required)
    .addColumn('row_count', 'bigint')
    .addColumn('selected', 'integer')
    .addColumn('replication_method', 'text')
    .addColumn('replication_key', 'text')
    .addColumn('view_key_properties', 'text')
    .addColumn('field_selection', 'text', required)
    .addColumn('change', 'text')
    .addColumn('removed_at', 'bigint')
    .addUniqueConstraint('stream_key', ['source_id', 'tap_stream_id'])
    .execute()
  for (const index of ['stream_list', 'stream_page', 'stream_chosen', 'stream_news'])
    await db.schema.dropIndex(index).execute()
  for (let after = 0; ;) {
    const last = await endOfPortion(db, after)
    if (last === null) break
    await move(db, after, last)
    // What comes next is written where they were: the file does not grow by all of it.
    await sql`delete from stream where id <= ${last}`.execute(db)
    after = last
  }
  // No id is given twice, also not that of a stream that went.
  const { rows } = await sql<{ seq: number }>`select seq from sqlite_sequence where name = 'stream'`.execute(
    db,
  )
  await db.schema.dropTable('stream').execute()
  await db.schema.alterTable('stream_moved').renameTo('stream').execute()
  await sql`delete from sqlite_sequence where name = 'stream'`.execute(db)
  for (const { seq } of rows)
    await sql`insert into sqlite_sequence (name, seq) values ('stream', ${seq})`.execute(db)
  await addIndexes(db)
  await changeFound(db)
}

/** The id of the last of the streams that are moved next; null: there are none. */
async function endOfPortion(db: AnyDatabase, after: number): Promise<number | null> {
  const { rows } = await sql<{ id: number; bytes: number }>`
    select id, octet_length(schema) + octet_length(metadata) as bytes from stream
    where id > ${after} order by id limit ${mostStreams}`.execute(db)
  let last: number | null = null
  let bytes = 0
  for (const row of rows) {
    bytes += row.bytes
    if (last !== null && bytes > mostBytes) break
    last = row.id
  }
  return last
}

interface Row {
  id: number
  account_id: number
  source_id: number
  stream_name: string
  schema: string
  metadata: string
}

async function move(db: AnyDatabase, after: number, upTo: number): Promise<void> {
  const { rows } = await sql<Row>`
    select id, account_id, source_id, stream_name, schema, metadata from stream
    where id > ${after} and id <= ${upTo} order by id`.execute(db)
  const makes = new Map<string, object>()
  const found = rows.map((row) => {
    const { own, fields } = split(row.metadata)
    const { account_id, source_id, schema } = row
    const make = hash('sha256', `${schema}\n${fields}`, 'base64url').slice(0, 22)
    makes.set(`${source_id} ${make}`, { account_id, source_id, hash: make, schema, fields })
    const ofStream = `${JSON.stringify(row.stream_name)}\n${make}\n${withoutRowCount(own)}`
    return sql`(cast(${row.id} as integer), cast(${make} as text), cast(${own} as text),
      cast(${hash('sha256', ofStream, 'base64url')} as text))`
  })
  await db
    .insertInto('stream_make')
    .values([...makes.values()])
    .onConflict((conflict) => conflict.columns(['source_id', 'hash']).doNothing())
    .execute()
  const columns = (table: string) => sql.join(kept.map((column) => sql.ref(`${table}${column}`)))
  await sql`
    with found(id, make, own_entry, schema_hash) as (values ${sql.join(found)})
    insert into stream_moved (${columns('')}, make_id, own_entry, schema_hash)
    select ${columns('stream.')}, stream_make.id, found.own_entry, found.schema_hash
    from found
    cross join stream on stream.id = found.id
    cross join stream_make on stream_make.source_id = stream.source_id and stream_make.hash = found.make`.execute(
    db,
  )
}

/** The stream's own entry comes first, and ends its line. */
function split(metadata: string): { own: string; fields: string } {
  const end = metadata.indexOf('\n')
  if (end === -1) return { own: '{"breadcrumb":[],"metadata":{}}', fields: metadata }
  const rest = metadata.slice(end + 1)
  return { own: metadata.slice(1, end), fields: `[${rest.startsWith(',') ? rest.slice(1) : rest}` }
}

/** Of what a stream is compared by, as far as it is its own. */
function withoutRowCount(own: string): string {
  const entry = JSON.parse(own) as { metadata: Record<string, unknown> }
  const { 'row-count': rowCount, ...metadata } = entry.metadata
  return rowCount === undefined ? own : JSON.stringify({ ...entry, metadata })
}

async function addIndexes(db: AnyDatabase): Promise<void> {
  const listed = [
    'account_id',
    'source_id',
    'position',
    'tap_stream_id',
    'stream_name',
    'selected',
    'is_view',
    'row_count',
    'field_count',
    'replication_method',
    'replication_key',
    'view_key_properties',
    'change',
    'removed_at',
    'search_text',
    'since',
  ]
  await db.schema.createIndex('stream_list').on('stream').columns(listed).execute()
  await db.schema.createIndex('stream_page').on('stream').columns(['account_id', 'source_id', 'id']).execute()
  await sql`create index stream_chosen on stream
    (account_id, source_id, selected, tap_stream_id, field_count, removed_at) where selected is not null`.execute(
    db,
  )
  await sql`create index stream_news on stream (account_id, source_id, change, position) where change is not null`.execute(
    db,
  )
  // To find out whether anybody else is made of the same.
  await db.schema.createIndex('stream_of_make').on('stream').column('make_id').execute()
}

async function changeFound(db: AnyDatabase): Promise<void> {
  await db.schema
    .alterTable('found_stream')
    .addColumn('make_id', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await db.schema
    .alterTable('found_stream')
    .addColumn('own_entry', 'text', (column) => column.notNull().defaultTo(''))
    .execute()
  await db.schema.alterTable('found_stream').dropColumn('schema').execute()
  await db.schema.alterTable('found_stream').dropColumn('metadata').execute()
  await db.schema.createIndex('found_stream_of_make').on('found_stream').column('make_id').execute()
}
