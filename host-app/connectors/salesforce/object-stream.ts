import type { DiscoveredStream, MetadataEntry, StreamAccess } from '@bobbin/shared/catalog'
import { z } from 'zod'

/** A field of an object, of all that its description says. */
const describedField = z.object({
  name: z.string().min(1),
  type: z.string(),
  nillable: z.boolean(),
  filterable: z.boolean(),
  /** It is not there in this version of the API. */
  deprecatedAndHidden: z.boolean(),
})
type DescribedField = z.infer<typeof describedField>

/** An object, as its description has it. Fields that the person may not see are not in it. */
export const describedObject = z.object({ name: z.string().min(1), fields: z.array(describedField) })
export type DescribedObject = z.infer<typeof describedObject>

const text = { type: ['string'] }
const number = { type: ['number'] }
const integer = { type: ['integer'] }
/** What values are, by the types of fields; of the others anything is taken. */
const schemas: Readonly<Record<string, { readonly type: readonly string[]; readonly format?: string }>> = {
  ...{ id: text, reference: text, string: text, textarea: text, encryptedstring: text, picklist: text },
  ...{ multipicklist: text, combobox: text, url: text, email: text, phone: text },
  datacategorygroupreference: text,
  ...{ boolean: { type: ['boolean'] }, int: integer, long: integer },
  ...{ double: number, currency: number, percent: number },
  date: { ...text, format: 'date' },
  datetime: { ...text, format: 'date-time' },
  time: { ...text, format: 'time' },
  anytype: { type: ['string', 'number', 'boolean'] },
}

/** What cannot be read as a value, and why. */
const unreadable: Readonly<Record<string, string>> = {
  address: 'Its parts are fields of their own.',
  location: 'Its parts are fields of their own.',
  base64: 'Files are not read.',
}

/** By which new records can be asked for, the best first. */
const replicationKeys = ['SystemModstamp', 'LastModifiedDate', 'CreatedDate', 'LoginTime']

/**
 * The Singer stream of an object. `areSelected`: whether its fields are, as long as nobody has chosen. Its key is `Id`,
 * where it has one, and it is read by the first time that it has of when records were changed or made.
 */
export function objectStream({ name, fields }: DescribedObject, areSelected: boolean): DiscoveredStream {
  const there = fields.filter((field) => !field.deprecatedAndHidden)
  const key = there.filter((field) => field.name === 'Id').map((field) => field.name)
  const replicationKey = replicationKeys.find((one) =>
    there.some((field) => field.name === one && field.filterable),
  )
  const always = [...key, replicationKey]
  return {
    tap_stream_id: name,
    stream: name,
    schema: {
      type: 'object',
      properties: Object.fromEntries(
        there.map((field) => [field.name, schemaOf(field, key.includes(field.name))]),
      ),
    },
    metadata: [
      {
        breadcrumb: [],
        metadata: {
          'table-key-properties': key,
          'valid-replication-keys': replicationKey === undefined ? [] : [replicationKey],
          'selected-by-default': false,
          ...(replicationKey === undefined && { 'forced-replication-method': 'FULL_TABLE' }),
        },
      },
      ...there.map((field) => fieldMetadata(field, always.includes(field.name), areSelected)),
    ],
  }
}

/** Of an object whose description is refused, all that is known is that it is there. */
export function closedStream(name: string, access: StreamAccess): DiscoveredStream {
  const about = { 'table-key-properties': [], 'selected-by-default': false }
  return {
    ...{ tap_stream_id: name, stream: name, schema: { type: 'object', properties: {} }, access },
    metadata: [{ breadcrumb: [], metadata: about }],
  }
}

function schemaOf({ type, nillable }: DescribedField, isKey: boolean): object {
  const kind = type.toLowerCase()
  const schema = Object.hasOwn(schemas, kind) ? schemas[kind] : undefined
  if (!schema) return {}
  return nillable && !isKey ? { ...schema, type: ['null', ...schema.type] } : schema
}

function fieldMetadata(
  { name, type }: DescribedField,
  isAutomatic: boolean,
  areSelected: boolean,
): MetadataEntry {
  const breadcrumb = ['properties', name]
  const reason = Object.hasOwn(unreadable, type) ? unreadable[type] : undefined
  if (reason !== undefined) {
    const metadata = { 'unsupported-description': reason, 'selected-by-default': false }
    return { breadcrumb, metadata: { inclusion: 'unsupported', ...metadata } }
  }
  const inclusion = isAutomatic ? 'automatic' : 'available'
  return { breadcrumb, metadata: { inclusion, 'selected-by-default': isAutomatic || areSelected } }
}
