import { sql, type Kysely } from 'kysely'
import type { NewFieldsPolicy } from '../../../connectors/new-fields-property.ts'
import type { Transaction } from '../../store/database.ts'
import type { Tables } from '../../store/tables.ts'
import { findDoubtfulChoices, settleChoices } from './changed-choices.ts'
import type { StreamFacts } from './found-stream.ts'
import { hasChosen } from './selection-queries.ts'
import type { SelectionTally } from './selection-tally.ts'
import { countSelection } from './selection-version.ts'

/** What a succeeded check hands over: its `found_stream` rows under this lease, and what it kept of each. */
export interface Discovery {
  accountId: number
  sourceId: number
  checkName: string
  lease: string
  /** By position. */
  facts: readonly StreamFacts[]
  newFields: NewFieldsPolicy
  at: number
}

/** How many streams came, differ and went, against the discovery before. */
export interface SchemaDifference {
  /** There was no discovery before, so nothing differs. */
  isFirst: boolean
  added: number
  changed: number
  removed: number
  /** What it did to the selection. */
  selection: SelectionTally
}

/** Rows per statement: few enough for the parameters of either database. */
const chunkSize = 500

/**
 * Makes the source's streams those of the discovery, in the check's own transaction. What was chosen is
 * kept by `tap_stream_id`, also for streams that went, in case they return.
 */
export async function replaceStreams(tx: Transaction, discovery: Discovery): Promise<SchemaDifference> {
  const difference = await compare(tx.db, discovery)
  const returned = await countReturned(tx.db, discovery)
  const isChosen = await hasChosen(tx.db, discovery.accountId, discovery.sourceId)
  let stored = 0
  let settled = 0
  for (let start = 0; start < discovery.facts.length; start += chunkSize) {
    const portion = { start, end: start + chunkSize }
    const doubtful = await findDoubtfulChoices(tx.db, discovery, portion)
    stored += await upsertChunk(tx.db, discovery, start, isChosen)
    settled += await settleChoices(tx.db, discovery, doubtful)
    // The loop of events goes on meanwhile: people who read are answered between two chunks.
    await new Promise((resolve) => setImmediate(resolve))
  }
  const gone = await removeVanished(tx.db, discovery)
  const { isFirst, removed } = difference
  // A mere number of rows counts, too: the version stands for all that is told of the streams.
  if (isFirst || stored + removed > 0) {
    await countSelection(tx, discovery.accountId, discovery.sourceId)
  }
  return { ...difference, selection: { added: returned, removed: gone, changed: settled } }
}

/** `cross join` keeps the order of the two: the other way each portion would look through all that was found. */
async function upsertChunk(
  db: Kysely<Tables>,
  { accountId, sourceId, checkName, lease, facts }: Discovery,
  start: number,
  isChosen: boolean,
): Promise<number> {
  const rows = facts.slice(start, start + chunkSize).map(
    (fact, index) => sql`(
      cast(${start + index} as integer), cast(${fact.field_count} as integer), cast(${fact.is_view} as integer),
      cast(${fact.row_count} as bigint), cast(${fact.replication_method} as text),
      cast(${fact.replication_key} as text), cast(${fact.view_key_properties} as text))`,
  )
  const isNew = isChosen ? sql`'added'` : sql`null`
  const isOther = isChosen
    ? sql`case when stream.change = 'added' then 'added' else 'changed' end`
    : sql`null`
  const { numAffectedRows } = await sql`
    with fact(position, field_count, is_view, row_count, method, replication_key, view_keys) as
      (values ${sql.join(rows)})
    insert into stream (account_id, source_id, position, tap_stream_id, stream_name, search_text, schema, metadata,
      schema_hash, field_count, is_view, row_count, selected, replication_method, replication_key,
      view_key_properties, field_selection, change, removed_at)
    select cast(${accountId} as integer), cast(${sourceId} as integer), found.position, found.tap_stream_id,
      found.stream_name, found.search_text, found.schema, found.metadata, found.schema_hash, fact.field_count, fact.is_view,
      fact.row_count, null, fact.method, fact.replication_key, fact.view_keys, '{}', ${isNew}, null
    from fact cross join found_stream as found
    where found.position = fact.position and found.check_name = ${checkName} and found.lease = ${lease}
    on conflict (source_id, tap_stream_id) do update set
      position = excluded.position, stream_name = excluded.stream_name, search_text = excluded.search_text, schema = excluded.schema,
      metadata = excluded.metadata, schema_hash = excluded.schema_hash, field_count = excluded.field_count,
      is_view = excluded.is_view, row_count = excluded.row_count,
      change = case
        when stream.removed_at is not null then ${isNew}
        when stream.schema_hash = excluded.schema_hash then stream.change
        else ${isOther} end,
      removed_at = null
    where stream.schema_hash <> excluded.schema_hash or stream.removed_at is not null
      or stream.position <> excluded.position or stream.metadata <> excluded.metadata`.execute(db)
  return Number(numAffectedRows ?? 0)
}

/** The ids that the check has found. */
const foundIds = ({ checkName, lease }: Discovery) =>
  sql<string>`(select tap_stream_id from found_stream where check_name = ${checkName} and lease = ${lease})`

/** Selected streams that went once and are there again: they come along as they did. */
async function countReturned(db: Kysely<Tables>, discovery: Discovery): Promise<number> {
  const { count } = await db
    .selectFrom('stream')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', discovery.accountId)
    .where('source_id', '=', discovery.sourceId)
    .where('selected', '=', 1)
    .where('removed_at', 'is not', null)
    .where('tap_stream_id', 'in', foundIds(discovery))
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Returns how many of them were selected. */
async function removeVanished(db: Kysely<Tables>, discovery: Discovery): Promise<number> {
  const { accountId, sourceId, at } = discovery
  await db
    .deleteFrom('stream')
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    .where('selected', 'is', null)
    .where('tap_stream_id', 'not in', foundIds(discovery))
    .execute()
  const remove = (selected: 0 | 1) =>
    db
      .updateTable('stream')
      // A selected one that went is news until the next selection is saved.
      .set({ removed_at: at, change: selected ? 'changed' : null })
      .where('account_id', '=', accountId)
      .where('source_id', '=', sourceId)
      .where('selected', '=', selected)
      .where('removed_at', 'is', null)
      .where('tap_stream_id', 'not in', foundIds(discovery))
      .executeTakeFirst()
  await remove(0)
  return Number((await remove(1)).numUpdatedRows)
}

async function compare(
  db: Kysely<Tables>,
  discovery: Discovery,
): Promise<Omit<SchemaDifference, 'selection'>> {
  const { accountId, sourceId, checkName, lease } = discovery
  const present = await db
    .selectFrom('stream')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    .where('removed_at', 'is', null)
    .executeTakeFirstOrThrow()
  const both = await db
    .selectFrom('found_stream as found')
    .innerJoin('stream', 'stream.tap_stream_id', 'found.tap_stream_id')
    .select((eb) => [
      eb.fn.countAll<number>().as('count'),
      eb.fn
        .sum<number | null>(
          eb.case().whenRef('stream.schema_hash', '<>', 'found.schema_hash').then(1).else(0).end(),
        )
        .as('changed'),
    ])
    .where('found.check_name', '=', checkName)
    .where('found.lease', '=', lease)
    .where('stream.account_id', '=', accountId)
    .where('stream.source_id', '=', sourceId)
    .where('stream.removed_at', 'is', null)
    .executeTakeFirstOrThrow()
  const kept = Number(both.count)
  return {
    isFirst: Number(present.count) === 0,
    added: discovery.facts.length - kept,
    changed: Number(both.changed ?? 0),
    removed: Number(present.count) - kept,
  }
}
