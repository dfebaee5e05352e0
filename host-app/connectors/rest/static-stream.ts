import type { DiscoveredStream, StreamAccess } from '@bobbin/shared/catalog'
import type { RestStream } from './rest-data.ts'
import { fieldsOf } from './stream-fields.ts'

/** The Singer stream of a list whose form is known beforehand. `access`: why it cannot be read; null where it can. */
export function staticStream(
  { id, key, replication, fields }: RestStream,
  access: StreamAccess | null,
): DiscoveredStream {
  const isWhole = replication === 'FULL_TABLE'
  const always = isWhole ? key : [...key, replication]
  const all = fieldsOf(fields)
  const schemas = all.map(([name, schema]) => [name, key.includes(name) ? withoutNull(schema) : schema])
  return {
    tap_stream_id: id,
    stream: id,
    schema: { type: 'object', properties: Object.fromEntries(schemas) },
    metadata: [
      {
        breadcrumb: [],
        metadata: {
          'table-key-properties': key,
          'forced-replication-method': isWhole ? 'FULL_TABLE' : 'INCREMENTAL',
          'valid-replication-keys': isWhole ? [] : [replication],
          'selected-by-default': false,
        },
      },
      ...all.map(([name]) => ({
        breadcrumb: ['properties', name],
        metadata: {
          inclusion: always.includes(name) ? 'automatic' : 'available',
          'selected-by-default': true,
        },
      })),
    ],
    ...(access && { access }),
  }
}

function withoutNull({ type, ...more }: { type: string[] }): object {
  return { type: type.filter((one) => one !== 'null'), ...more }
}
