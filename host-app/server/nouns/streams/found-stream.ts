import { hash } from 'node:crypto'
import type { DiscoveredStream, MetadataEntry } from '@bobbin/shared/catalog'
import { streamText } from '@bobbin/shared/stream-search'
import { onceForEach } from '../../ground/once-for-each.ts'
import { firstChoice } from './replication.ts'
import { ownMetadata, readMetadata, readRowCount, writeOwnEntry } from './stored-metadata.ts'
import type { ChoiceColumns } from './stream-choice.ts'
import { describeStream } from './stream-description.ts'
import { type StreamMake, writeMake } from './stream-make.ts'

/** A stream that a check has found, in the columns of its row: nothing else of it is kept until it is stored. */
export interface FoundStream extends ChoiceColumns {
  tap_stream_id: string
  stream_name: string
  search_text: string
  /** The very same for all that share it. */
  make: StreamMake
  own_entry: string
  /** Of all that is stored but the number of rows. */
  schema_hash: string
  row_count: number | null
  /** JSON `StreamAccess`; null: it can be read. */
  access: string | null
  /** Fields that can be had. */
  field_count: number
  is_view: 0 | 1
}

export function foundStream(stream: DiscoveredStream): FoundStream {
  const { tap_stream_id, stream: stream_name } = stream
  const own = ownMetadata(stream.metadata)
  const { make, columnsOf } = makeOf(
    stream.schema,
    stream.metadata.filter(({ breadcrumb }) => breadcrumb.length > 0),
  )
  const { own_entry, lasting } = writeOwnEntry(stream, own)
  return {
    ...columnsOf(own),
    tap_stream_id,
    stream_name,
    search_text: streamText({ tap_stream_id, stream_name }),
    make,
    own_entry,
    schema_hash: hash('sha256', `${JSON.stringify(stream_name)}\n${make.hash}\n${lasting}`, 'base64url'),
    row_count: readRowCount(own['row-count']),
    access: stream.access ? JSON.stringify(stream.access) : null,
  }
}

/** What says nothing of how a stream is to be read, and is another for each. */
const ofEach = ['row-count', 'schema-name', 'database-name']
/** Own metadata that is kept in mind of those that have the same fields: as a rule it is one. */
const mostOwn = 100

/** What streams with the same schema and fields have in common, for as long as these are the same objects. */
const makeOf = onceForEach((schema: DiscoveredStream['schema'], fields: readonly MetadataEntry[]) => {
  const known = new Map<string, MadeColumns>()
  return {
    make: writeMake(schema, fields),
    columnsOf(own: Record<string, unknown>): MadeColumns {
      // Nobody else has it: to keep it in mind would be work for nothing.
      if (!Object.isFrozen(schema)) return madeColumns(schema, own, fields)
      const common = { ...own }
      for (const key of ofEach) if (key in common) common[key] = null
      const text = JSON.stringify(common)
      let columns = known.get(text)
      if (columns) return columns
      columns = madeColumns(schema, common, fields)
      if (known.size >= mostOwn) known.clear()
      known.set(text, columns)
      return columns
    },
  }
})

/** Columns that follow from what the stream is made of, whatever its name. */
type MadeColumns = ChoiceColumns & Pick<FoundStream, 'field_count' | 'is_view'>

function madeColumns(
  schema: DiscoveredStream['schema'],
  own: Record<string, unknown>,
  fields: readonly MetadataEntry[],
): MadeColumns {
  const description = describeStream({ schema, metadata: [{ breadcrumb: [], metadata: own }, ...fields] })
  return {
    ...firstChoice(description),
    field_count: description.fields.filter(({ inclusion }) => inclusion !== 'unsupported').length,
    is_view: description.isView ? 1 : 0,
  }
}

/** The texts of a stream, as its row and that of its make have them. */
interface StreamTexts extends Pick<StreamMake, 'schema' | 'fields'> {
  stream_name: string
  own_entry: string
}

/** Of texts that differ: the order of fields is no change, nor is what no version before this one hashed. */
export function isSameStructure(one: StreamTexts, other: StreamTexts): boolean {
  return structureOf(one) === structureOf(other)
}

function structureOf({ stream_name: name, ...texts }: StreamTexts): string {
  const { properties } = JSON.parse(texts.schema) as DiscoveredStream['schema']
  const fields = Object.entries(properties).map((field) => JSON.stringify(field))
  const entries = readMetadata(texts).map(({ breadcrumb, metadata }) => {
    if (breadcrumb.length > 0) return JSON.stringify([breadcrumb, metadata])
    const lasting = Object.entries(metadata).filter(([key]) => key !== 'row-count')
    return JSON.stringify(lasting.sort(([left], [right]) => (left < right ? -1 : 1)))
  })
  return JSON.stringify([name, fields.sort(), entries.sort()])
}
