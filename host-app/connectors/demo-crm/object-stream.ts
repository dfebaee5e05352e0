import type { DiscoveredStream, MetadataEntry } from '@bobbin/shared/catalog'
import type { CrmField, CrmObject } from './demo-crm-api.ts'

const schemas = {
  id: { type: 'string' },
  text: { type: 'string' },
  number: { type: 'number' },
  currency: { type: 'number', multipleOf: 0.01 },
  flag: { type: 'boolean' },
  date_time: { type: 'string', format: 'date-time' },
  attachment: {},
} as const satisfies Record<CrmField['type'], Record<string, unknown>>

/** The Singer stream of one of the vendor's objects. Its `id` fields are the key. */
export function objectStream(object: CrmObject): DiscoveredStream {
  const key = object.fields.filter(({ type }) => type === 'id').map(({ name }) => name)
  return {
    tap_stream_id: object.name,
    stream: object.name,
    schema: {
      type: 'object',
      properties: Object.fromEntries(object.fields.map((field) => [field.name, fieldSchema(field)])),
    },
    metadata: [
      {
        breadcrumb: [],
        metadata: {
          'table-key-properties': key,
          'row-count': object.record_count,
          'selected-by-default': false,
          ...(object.changed_field === null
            ? { 'forced-replication-method': 'FULL_TABLE', 'valid-replication-keys': [] }
            : { 'valid-replication-keys': [object.changed_field] }),
        },
      },
      ...object.fields.map(fieldMetadata),
    ],
  }
}

function fieldSchema({ type, is_optional: isOptional }: CrmField): Record<string, unknown> {
  const schema = schemas[type]
  return isOptional && 'type' in schema ? { ...schema, type: ['null', schema.type] } : schema
}

function fieldMetadata({ name, type, withheld_because: reason }: CrmField): MetadataEntry {
  const breadcrumb = ['properties', name]
  if (reason !== null) {
    return {
      breadcrumb,
      metadata: { inclusion: 'unsupported', 'unsupported-description': reason, 'selected-by-default': false },
    }
  }
  const inclusion = type === 'id' ? 'automatic' : 'available'
  return { breadcrumb, metadata: { inclusion, 'selected-by-default': true } }
}
