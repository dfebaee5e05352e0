import type { Kysely } from 'kysely'
import { replicationMethods } from '@bobbin/shared/catalog'
import type { DefaultStreams } from '@bobbin/shared/flow'
import type { StreamColumns } from '@bobbin/shared/wizard-api'
import type { Tables } from '../../store/tables.ts'
import { isSuggested, matchDefaults } from './default-streams.ts'
import { blockedSentence } from './stream-choice.ts'

/** All streams of a source, a column per property; no schema is read, whatever the number of fields. */
export async function findStreamColumns(
  db: Kysely<Tables>,
  accountId: number,
  sourceId: number,
  defaults: DefaultStreams | null,
): Promise<StreamColumns> {
  const all = await db
    .selectFrom('stream')
    .select([
      'tap_stream_id',
      'stream_name',
      'selected',
      'is_view',
      'row_count',
      'field_count',
      'replication_method',
      'replication_key',
      'view_key_properties',
      'change',
      'removed_at',
    ])
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    .orderBy('position')
    .orderBy('id')
    .execute()
  const present = all.filter((row) => row.removed_at === null)
  const suggestions = matchDefaults(present, defaults).byId
  const blocked = present.map(blockedSentence)
  return {
    tap_stream_id: present.map((row) => row.tap_stream_id),
    stream_name: present.map((row) => row.stream_name),
    selected: present.map((row) => (row.selected === null ? null : row.selected === 1)),
    preselected: present.map(
      (row, index) =>
        row.selected === null && blocked[index] === null && isSuggested(suggestions.get(row.tap_stream_id)),
    ),
    is_view: present.map((row) => row.is_view === 1),
    row_count: present.map((row) => row.row_count),
    field_count: present.map((row) => row.field_count),
    replication_method: present.map(
      (row) => replicationMethods.find((method) => method === row.replication_method) ?? null,
    ),
    change: present.map((row) => row.change),
    blocked,
    removed: all
      .filter((row) => row.removed_at !== null && row.selected === 1 && row.change !== null)
      .map((row) => row.tap_stream_id),
  }
}
