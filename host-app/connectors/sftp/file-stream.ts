import type { DiscoveredStream, MetadataEntry } from '@bobbin/shared/catalog'
import type { Sample } from './sample-files.ts'
import type { TableSpec } from './table-specs.ts'
import { schemaOf } from './value-kinds.ts'

/** What Singer's tap-sftp adds to each row: the file that it is from, its line, and what is beyond the last column. */
const added = {
  _sdc_source_file: { type: 'string' },
  _sdc_source_lineno: { type: 'integer' },
  _sdc_extra: { type: 'array', items: { type: 'string' } },
}

/** The Singer stream of a table, in the form of tap-sftp's. A file that changes is read again as a whole. */
export function fileStream(table: TableSpec, { fields, delimiter }: Sample): DiscoveredStream {
  const { table_name: name, key_properties: key, date_overrides: times } = table
  const properties = {
    ...Object.fromEntries(
      [...fields].map(([field, kinds]) => [
        field,
        schemaOf(times.includes(field) ? new Set(['date-time']) : kinds),
      ]),
    ),
    ...added,
  }
  const own: MetadataEntry = {
    breadcrumb: [],
    metadata: {
      'table-key-properties': [...key],
      'forced-replication-method': 'INCREMENTAL',
      'selected-by-default': false,
      ...(delimiter !== null && { delimiter }),
    },
  }
  return {
    tap_stream_id: name,
    stream: name,
    schema: { type: 'object', properties },
    metadata: [
      own,
      ...Object.keys(properties).map((field) => ({
        breadcrumb: ['properties', field],
        metadata: {
          inclusion: key.includes(field) ? 'automatic' : 'available',
          'selected-by-default': true,
        },
      })),
    ],
  }
}
