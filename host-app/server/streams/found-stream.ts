import { createHash } from 'node:crypto'
import type { DiscoveredStream } from '@bobbin/shared/catalog'
import { writeMetadata } from './stored-metadata.ts'
import { firstChoice, type ChoiceColumns } from './stream-choice.ts'
import { describeStream } from './stream-description.ts'

/** A stream that a check has found, as its `found_stream` row. */
export interface FoundStream {
  tap_stream_id: string
  stream_name: string
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

/** The same for two discoveries of the same structure: the order of keys and the number of rows are no change. */
function schemaHash(stream: DiscoveredStream): string {
  const entries = stream.metadata.map(({ breadcrumb, metadata }) => {
    const lasting = Object.entries(metadata).filter(([key]) => key !== 'row-count')
    return canonical([breadcrumb, Object.fromEntries(lasting)])
  })
  return createHash('sha256')
    .update(canonical(stream.schema))
    .update(entries.sort().join('\n'))
    .digest('base64url')
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`
}
