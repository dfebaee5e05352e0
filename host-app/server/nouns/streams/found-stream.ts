import { hash } from 'node:crypto'
import type { DiscoveredStream } from '@bobbin/shared/catalog'
import { streamText } from '@bobbin/shared/stream-search'
import { firstChoice } from './replication.ts'
import { writeMetadata } from './stored-metadata.ts'
import type { ChoiceColumns } from './stream-choice.ts'
import { describeStream } from './stream-description.ts'

/** A stream that a check has found, as its `found_stream` row. */
export interface FoundStream {
  tap_stream_id: string
  stream_name: string
  search_text: string
  schema: string
  metadata: string
  schema_hash: string
}

/** What of a found stream has columns of its own once the check succeeds. Small: a check keeps them all. */
export interface StreamFacts extends ChoiceColumns {
  /** Fields that can be had. */
  field_count: number
  is_view: 0 | 1
  row_count: number | null
}

export function foundStream(stream: DiscoveredStream): { row: FoundStream; facts: StreamFacts } {
  const description = describeStream(stream)
  return {
    row: {
      tap_stream_id: stream.tap_stream_id,
      stream_name: stream.stream,
      search_text: streamText({ tap_stream_id: stream.tap_stream_id, stream_name: stream.stream }),
      schema: JSON.stringify(stream.schema),
      metadata: writeMetadata(stream),
      schema_hash: schemaHash(stream),
    },
    facts: {
      ...firstChoice(description),
      field_count: description.fields.filter(({ inclusion }) => inclusion !== 'unsupported').length,
      is_view: description.isView ? 1 : 0,
      row_count: description.rowCount,
    },
  }
}

/** The same for two discoveries of the same structure: the order of fields and the number of rows are no change. */
function schemaHash({ schema, metadata, stream }: DiscoveredStream): string {
  const fields: string[] = []
  for (const name in schema.properties) fields.push(JSON.stringify([name, schema.properties[name]]))
  const entries = metadata.map(({ breadcrumb, metadata: facts }) => {
    if (breadcrumb.length > 0) return JSON.stringify([breadcrumb, facts])
    const lasting = Object.entries(facts).filter(([key]) => key !== 'row-count')
    return JSON.stringify(lasting.sort(([left], [right]) => (left < right ? -1 : 1)))
  })
  return hash('sha256', JSON.stringify([stream, fields.sort(), entries.sort()]), 'base64url')
}
