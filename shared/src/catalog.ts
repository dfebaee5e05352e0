import { z } from 'zod'
import { byName } from './by-name.ts'

/** Singer's standard metadata: `[]` is the stream, `["properties", name]` a field. */
export const metadataEntry = z.object({
  breadcrumb: z.array(z.string()),
  metadata: byName(z.unknown()),
})
export type MetadataEntry = z.infer<typeof metadataEntry>

/**
 * Why a stream that is there cannot be read: the vendor does not let this person, the grant lacks a scope, or the person's
 * plan does not have it. `scope` and `plan` are the vendor's words.
 */
export const streamAccess = z.discriminatedUnion('reason', [
  z.strictObject({ reason: z.literal('not_permitted') }),
  z.strictObject({ reason: z.literal('needs_scope'), scope: z.string().min(1).max(200) }),
  z.strictObject({ reason: z.literal('needs_plan'), plan: z.string().min(1).max(100).optional() }),
])
export type StreamAccess = z.infer<typeof streamAccess>

/** One stream as discovery finds it and as a Singer catalog holds it. */
export const discoveredStream = z.object({
  tap_stream_id: z.string().min(1).max(1024),
  stream: z.string().min(1).max(512),
  table_name: z.string().optional(),
  schema: z.looseObject({ properties: byName(z.unknown()) }),
  metadata: z.array(metadataEntry),
  /** Only of what cannot be read: it is listed with the reason, and never selected. */
  access: streamAccess.optional(),
})
export type DiscoveredStream = z.infer<typeof discoveredStream>

export const replicationMethods = ['FULL_TABLE', 'INCREMENTAL', 'LOG_BASED'] as const
export const replicationMethod = z.enum(replicationMethods)
export type ReplicationMethod = z.infer<typeof replicationMethod>

/** The only keys of metadata that a caller may write (Singer's non-discoverable ones). */
export const writableMetadataKeys = [
  'selected',
  'replication-method',
  'replication-key',
  'view-key-properties',
] as const

/** A stream in a list: no schema, whatever the number of fields. */
export const streamSummary = z.object({
  stream_id: z.number().int(),
  stream_name: z.string(),
  tap_stream_id: z.string(),
  /** null: never chosen. Of what cannot be read never true. */
  selected: z.boolean().nullable(),
  /** Stream-level metadata, discovered and chosen; `access` (`streamAccess`) where it cannot be read. */
  metadata: z.record(z.string(), z.unknown()),
})
export type StreamSummary = z.infer<typeof streamSummary>

export const streamSchema = z.object({
  /** JSON Schema, as a string (as Stitch has it). */
  schema: z.string(),
  metadata: z.array(metadataEntry),
  'non-discoverable-metadata-keys': z.array(z.string()),
})
export type StreamSchema = z.infer<typeof streamSchema>

/** One stream as a tap is given it: whatever else discovery said of it comes back too. */
export const catalogStream = z.looseObject({
  ...discoveredStream.shape,
  key_properties: z.array(z.string()).optional(),
  replication_method: replicationMethod.optional(),
  replication_key: z.string().optional(),
  database_name: z.string().optional(),
  is_view: z.boolean().optional(),
  row_count: z.number().optional(),
})
export type CatalogStream = z.infer<typeof catalogStream>

/** `$ref`s stay as they were found, with their `definitions`: resolving them is the tap's part. */
export const catalog = z.object({ streams: z.array(catalogStream) })
export type Catalog = z.infer<typeof catalog>

/** An entry as callers write it; one page of Stitch's documentation spells it `breadcrumbs`. */
const writtenEntry = z
  .strictObject({
    breadcrumb: z.array(z.string()).optional(),
    breadcrumbs: z.array(z.string()).optional(),
    metadata: z.record(z.string(), z.unknown()),
  })
  .refine((entry) => (entry.breadcrumb === undefined) !== (entry.breadcrumbs === undefined), {
    path: ['breadcrumb'],
    error: 'An entry has one breadcrumb: [] for the stream, ["properties", name] for a field.',
  })
export type WrittenEntry = z.infer<typeof writtenEntry>

/** `PUT …/streams/metadata`: partial, many streams per call. */
export const metadataUpdate = z.strictObject({
  streams: z
    .array(
      // Absent ids are answered in Stitch's words, like unknown ones.
      z.strictObject({ tap_stream_id: z.string().nullish(), metadata: z.array(writtenEntry).min(1) }),
      { error: "body must contain a 'streams' property with a list of metadatas by tap_stream_id" },
    )
    .min(1),
})
export type MetadataUpdate = z.infer<typeof metadataUpdate>

/** `PUT …/streams/selection`: every stream that a search for the text finds, by its id and name; none: all. */
export const matchingSelection = z.strictObject({
  matching: z
    .array(z.strictObject({ q: z.string().max(200), selected: z.boolean() }))
    .min(1)
    .max(100),
})
export const selectionCount = z.object({
  /** Streams that are selected now, in all. */
  selected: z.number().int(),
})

/** Why a field cannot be had, or that it always comes, or that the person chooses. */
export type Inclusion = 'available' | 'automatic' | 'unsupported'
