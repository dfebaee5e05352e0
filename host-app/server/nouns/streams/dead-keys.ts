import type { Kysely } from 'kysely'
import type { Tables } from '../../store/tables.ts'
import { describeRow } from './selection-queries.ts'
import { connectorsOwnKey, readChoice, writeChoice } from './stream-choice.ts'

interface DiscoveryKey {
  accountId: number
  sourceId: number
  checkName: string
  lease: string
}

const chunkSize = 500

/** Streams that changed and whose choice names fields, which may be gone. */
export async function findDoubtfulChoices(db: Kysely<Tables>, discovery: DiscoveryKey): Promise<number[]> {
  const { accountId, sourceId, checkName, lease } = discovery
  const rows = await db
    .selectFrom('found_stream as found')
    .innerJoin('stream', 'stream.tap_stream_id', 'found.tap_stream_id')
    .select('stream.id')
    .where('found.check_name', '=', checkName)
    .where('found.lease', '=', lease)
    .where('stream.account_id', '=', accountId)
    .where('stream.source_id', '=', sourceId)
    .whereRef('stream.schema_hash', '<>', 'found.schema_hash')
    .where((eb) =>
      eb.or([
        eb('stream.replication_key', '<>', connectorsOwnKey),
        eb('stream.view_key_properties', 'is not', null),
      ]),
    )
    .execute()
  return rows.map((row) => row.id)
}

/** Keys whose fields are gone are forgotten; the stream then reads as blocked until a new key is chosen. */
export async function dropDeadKeys(
  db: Kysely<Tables>,
  { accountId, sourceId }: DiscoveryKey,
  ids: readonly number[],
): Promise<void> {
  for (let start = 0; start < ids.length; start += chunkSize) {
    const rows = await db
      .selectFrom('stream')
      .selectAll()
      .where('account_id', '=', accountId)
      .where('source_id', '=', sourceId)
      .where('id', 'in', ids.slice(start, start + chunkSize))
      .execute()
    for (const row of rows) {
      const description = describeRow(row)
      const choice = readChoice(row)
      const usable = new Map(description.fields.map((field) => [field.name, field]))
      const isKeyDead =
        choice.replicationKey !== null && !usable.get(choice.replicationKey)?.canBeReplicationKey
      const areViewKeysDead = choice.viewKeys.some(
        (name) => (usable.get(name)?.inclusion ?? 'unsupported') === 'unsupported',
      )
      if (!isKeyDead && !areViewKeysDead) continue
      const { replication_key, view_key_properties } = writeChoice(
        {
          ...choice,
          replicationKey: isKeyDead ? null : choice.replicationKey,
          viewKeys: areViewKeysDead ? [] : choice.viewKeys,
        },
        description,
      )
      await db
        .updateTable('stream')
        .set({ replication_key, view_key_properties })
        .where('account_id', '=', accountId)
        .where('source_id', '=', sourceId)
        .where('id', '=', row.id)
        .execute()
    }
  }
}
