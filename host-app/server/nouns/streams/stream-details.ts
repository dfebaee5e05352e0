import type { Kysely } from 'kysely'
import { writableMetadataKeys, type StreamSchema } from '@bobbin/shared/catalog'
import type { DefaultStreams } from '@bobbin/shared/flow'
import type { StreamFields } from '@bobbin/shared/wizard-api'
import { AppError } from '../../ground/app-error.ts'
import type { Tables } from '../../store/tables.ts'
import { withChoice } from './catalog.ts'
import { allowedSuggestion, findSuggestions, suggestedFields } from './default-streams.ts'
import { wholeStreams } from './made-streams.ts'
import { describeRow, presentStreams } from './selection-queries.ts'
import { withAccess } from './stream-access.ts'
import { choiceInForce, comesWhole, includedFields, readChoice } from './stream-choice.ts'
import { findTokenRules, type StreamTarget } from './token-rules.ts'
import { readMetadata, withRowCount } from './stored-metadata.ts'

/** One stream opened, of those that the token lists. A stream never chosen shows what `defaults` suggests for its fields. Throws NotFound. */
export async function findStreamFields(
  db: Kysely<Tables>,
  target: StreamTarget,
  tapStreamId: string,
): Promise<StreamFields> {
  const { accountId, sourceId, defaults } = target
  const rules = await findTokenRules(db, target)
  const row = await wholeStreams(presentStreams(db, accountId, sourceId))
    .where('tap_stream_id', '=', tapStreamId)
    .executeTakeFirst()
  if (!row || rules?.lists(tapStreamId) === false) throw new AppError('NotFound')
  const description = describeRow(row)
  const stored = readChoice(row)
  const isOpen = stored.selected === null && stored.fields.size === 0
  const suggestion = isOpen ? await suggestionFor(db, accountId, sourceId, tapStreamId, defaults) : undefined
  const choice = suggestion
    ? { ...stored, fields: allowedSuggestion(description, stored, suggestedFields(suggestion)) }
    : stored
  const isWhole = comesWhole(description, choice)
  const included = includedFields(description, choice)
  return {
    tap_stream_id: row.tap_stream_id,
    fields: description.fields.map((field) => ({
      name: field.name,
      type: field.type,
      inclusion: field.inclusion,
      selected: field.inclusion === 'available' ? (choice.fields.get(field.name) ?? null) : null,
      selected_by_default: choice.fields.has(field.name)
        ? field.inclusion !== 'unsupported' && (field.selectedByDefault ?? isWhole)
        : included.has(field.name),
      reason: field.reason,
      is_key: field.isKey,
      can_be_replication_key: field.canBeReplicationKey,
      excludes: [...(description.exclusions.get(field.name) ?? [])],
    })),
    replication_method: choice.method,
    forced_replication_method: description.forcedMethod,
    offered_replication_methods: [...description.offeredMethods],
    replication_key: choice.replicationKey,
    valid_replication_keys: description.fields
      .filter((field) => field.canBeReplicationKey)
      .map(({ name }) => name),
    is_view: description.isView,
    view_key_properties: [...choice.viewKeys],
  }
}

async function suggestionFor(
  db: Kysely<Tables>,
  accountId: number,
  sourceId: number,
  tapStreamId: string,
  defaults: DefaultStreams | null,
): Promise<DefaultStreams[string] | undefined> {
  const rows = await findSuggestions(db, accountId, sourceId, defaults)
  return rows.find((row) => row.tap_stream_id === tapStreamId)?.suggestion
}

/** Schema and metadata of one stream, as Stitch's API has them. Throws NotFound. */
export async function findStreamSchema(
  db: Kysely<Tables>,
  accountId: number,
  sourceId: number,
  streamId: number,
): Promise<StreamSchema> {
  const row = await wholeStreams(presentStreams(db, accountId, sourceId))
    .where('stream.id', '=', streamId)
    .executeTakeFirst()
  if (!row) throw new AppError('NotFound', { data: { stream_id: streamId } })
  const choice = choiceInForce(readChoice(row), row.access)
  const [own, ...fields] = readMetadata(row)
  return {
    schema: row.schema,
    metadata: [
      {
        breadcrumb: [],
        metadata: withAccess(
          withChoice(withRowCount(own?.metadata ?? {}, row.row_count), choice),
          row.access,
        ),
      },
      ...fields.map(({ breadcrumb, metadata }) => {
        const [root, name, ...deeper] = breadcrumb
        const chosen =
          root === 'properties' && name !== undefined && deeper.length === 0
            ? choice.fields.get(name)
            : undefined
        const isShown = choice.selected === true && chosen !== undefined
        return { breadcrumb, metadata: isShown ? { ...metadata, selected: chosen } : metadata }
      }),
    ],
    'non-discoverable-metadata-keys': [...writableMetadataKeys],
  }
}
