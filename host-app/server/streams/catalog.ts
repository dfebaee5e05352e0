import type { Kysely } from 'kysely'
import type { Catalog, DiscoveredStream, MetadataEntry } from '@bobbin/shared/catalog'
import type { Tables } from '../storage/tables.ts'
import { presentStreams, readSchema } from './selection-queries.ts'
import { includedFields, readChoice, type StreamChoice } from './stream-choice.ts'
import { describeStream } from './stream-description.ts'
import { readMetadata, readOwnEntry } from './stored-metadata.ts'

const chunkSize = 500

/**
 * The Singer catalog as a tap takes it. Taps differ in what they make of a field without `selected`, so it
 * is written on every available field of a selected stream.
 */
export async function findCatalog(db: Kysely<Tables>, accountId: number, sourceId: number): Promise<Catalog> {
  const streams: DiscoveredStream[] = []
  let after = { position: -1, id: 0 }
  for (;;) {
    const rows = await presentStreams(db, accountId, sourceId)
      .selectAll()
      .where((eb) =>
        eb.or([
          eb('position', '>', after.position),
          eb.and([eb('position', '=', after.position), eb('id', '>', after.id)]),
        ]),
      )
      .orderBy('position')
      .orderBy('id')
      .limit(chunkSize)
      .execute()
    streams.push(...rows.map(catalogEntry))
    const last = rows.at(-1)
    if (!last || rows.length < chunkSize) return { streams }
    after = last
    // A catalog of many thousand tables takes a while; others are answered in between.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

type StreamRow = Parameters<typeof readChoice>[0] & {
  tap_stream_id: string
  stream_name: string
  schema: string
  metadata: string
}

function catalogEntry(row: StreamRow): DiscoveredStream {
  const schema = readSchema(row.schema)
  const choice = readChoice(row)
  const [own, ...fields] = readMetadata(row.metadata)
  const ownEntry: MetadataEntry = {
    breadcrumb: [],
    metadata: { ...own?.metadata, ...chosenMetadata(choice), selected: choice.selected === true },
  }
  const tableName = readOwnEntry(row.metadata)?.table_name
  const metadata = [ownEntry, ...fields]
  return {
    tap_stream_id: row.tap_stream_id,
    stream: row.stream_name,
    ...(tableName === undefined ? {} : { table_name: tableName }),
    schema,
    metadata: choice.selected ? withSelection(schema, metadata, choice) : metadata,
  }
}

/** `selected` on each available field; a field without an entry gets one. */
function withSelection(
  schema: DiscoveredStream['schema'],
  metadata: MetadataEntry[],
  choice: StreamChoice,
): MetadataEntry[] {
  const description = describeStream({ schema, metadata })
  const included = includedFields(description, choice)
  const available = new Set(
    description.fields.filter(({ inclusion }) => inclusion === 'available').map(({ name }) => name),
  )
  const written = metadata.map((entry): MetadataEntry => {
    const [root, name, ...deeper] = entry.breadcrumb
    if (root !== 'properties' || name === undefined || deeper.length > 0) return entry
    if (!available.delete(name)) return entry
    return { breadcrumb: entry.breadcrumb, metadata: { ...entry.metadata, selected: included.has(name) } }
  })
  for (const name of available) {
    written.push({ breadcrumb: ['properties', name], metadata: { selected: included.has(name) } })
  }
  return written
}

/** The choice in the words of Singer's stream metadata; what was not chosen is absent. */
export function chosenMetadata(choice: StreamChoice): Record<string, unknown> {
  return {
    selected: choice.selected,
    ...(choice.method === null ? {} : { 'replication-method': choice.method }),
    ...(choice.replicationKey === null ? {} : { 'replication-key': choice.replicationKey }),
    ...(choice.viewKeys.length === 0 ? {} : { 'view-key-properties': [...choice.viewKeys] }),
  }
}
