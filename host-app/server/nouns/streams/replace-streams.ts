import { sql, type Kysely } from 'kysely'
import type { NewFieldsPolicy } from '../../../connectors/new-fields-property.ts'
import { nextTurn } from '../../ground/next-turn.ts'
import { changeSource } from '../sources/sources.ts'
import type { Transaction } from '../../store/database.ts'
import type { Tables } from '../../store/tables.ts'
import { findDoubtfulChoices, settleChoices } from './changed-choices.ts'
import type { Discovery } from './discovery.ts'
import { forgetMakes } from './make-store.ts'
import { stagedStreams, type Portion, type Staged } from './staged-streams.ts'
import { removeVanished } from './remove-streams.ts'
import { hasChosen, presentStreams } from './selection-queries.ts'
import type { SelectionTally } from './selection-tally.ts'
import { countSelection, nextVersion } from './selection-version.ts'
import { placesOfStreams } from './stream-places.ts'

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

interface Publication {
  /** Whose rows of `found_stream` are those that differ. */
  checkName: string
  lease: string
  newFields: NewFieldsPolicy
  at: number
}

/** Rows per statement: few enough for the parameters of either database. */
const chunkSize = 500

/**
 * Makes the source's streams those of the discovery, in the check's own transaction: what is new is there and needs
 * only to be seen. What was chosen is kept by `tap_stream_id`, also for streams that went, in case they return.
 */
export async function replaceStreams(
  tx: Transaction,
  discovery: Discovery,
  publication: Publication,
): Promise<SchemaDifference> {
  const { accountId, sourceId, edition } = discovery
  const { checkName, lease, newFields } = publication
  const source = { accountId, sourceId, checkName, lease, newFields }
  const { moved, recounted, reworded } = discovery
  const { present } = await presentStreams(tx.db, accountId, sourceId)
    .select((eb) => eb.fn.countAll<number>().as('present'))
    .executeTakeFirstOrThrow()
  const isFirst = Number(present) === 0
  const removed = Number(present) - discovery.kept
  const { returned, locked } = await countComing(tx.db, source, discovery)
  const isChosen = await hasChosen(tx.db, accountId, sourceId)
  let settled = 0
  for (let start = 0; start < discovery.staged; start += chunkSize) {
    const portion = { start, end: start + chunkSize }
    const doubtful = await findDoubtfulChoices(tx.db, source, portion)
    const left = await findLeftMakes(tx.db, source, portion)
    await changeRows(tx.db, source, portion, { isChosen, reworded })
    await forgetMakes(tx.db, accountId, sourceId, left)
    settled += await settleChoices(tx.db, source, doubtful)
    await nextTurn()
  }
  await writeEach(tx.db, discovery, 'position', moved)
  await writeEach(tx.db, discovery, 'row_count', recounted)
  const gone = removed > 0 ? await removeVanished(tx.db, discovery, publication.at) : 0
  await changeSource(tx, accountId, sourceId).set({ edition }).execute()
  const { added, changed } = discovery
  if (isChosen && added > 0) await markAdded(tx.db, discovery)
  // Of those whose structure is the same, who may read them may be another matter now.
  const mayCountOtherwise = added + changed + removed + moved.length + reworded.size > 0
  if (isFirst || mayCountOtherwise) await countSelection(tx, accountId, sourceId)
  // A mere number of rows counts, too: the version stands for all that is told of the streams.
  else if (recounted.length > 0) await nextVersion(tx, accountId, sourceId)
  const selection = { added: returned, removed: gone + locked, changed: settled }
  return { isFirst, added, changed, removed, selection }
}

/** What streams of this portion are made of that are about to be made of something else. */
async function findLeftMakes(db: Kysely<Tables>, staged: Staged, portion: Portion): Promise<number[]> {
  const rows = await stagedStreams(db, staged, portion)
    .select('stream.make_id')
    .distinct()
    .whereRef('stream.make_id', '<>', 'found.make_id')
    .execute()
  return rows.map((row) => row.make_id)
}

async function changeRows(
  db: Kysely<Tables>,
  { accountId, sourceId, checkName, lease }: Staged,
  { start, end }: Portion,
  { isChosen, reworded }: { isChosen: boolean; reworded: ReadonlySet<number> },
): Promise<void> {
  const sameAsBefore: number[] = []
  for (let position = start; position < end; position += 1)
    if (reworded.has(position)) sameAsBefore.push(position)
  const isSame =
    sameAsBefore.length === 0
      ? sql`stream.schema_hash = found.schema_hash`
      : sql`(stream.schema_hash = found.schema_hash or found.position in (${sql.join(sameAsBefore)}))`
  const isNew = isChosen ? sql`'added'` : sql`null`
  const isOther = isChosen
    ? sql`case when stream.change = 'added' then 'added' else 'changed' end`
    : sql`null`
  await sql`
    update stream set stream_name = found.stream_name, search_text = found.search_text, make_id = found.make_id,
      own_entry = found.own_entry, schema_hash = found.schema_hash, field_count = found.field_count,
      is_view = found.is_view, row_count = found.row_count, access = found.access,
      change = case
        when stream.removed_at is not null then ${isNew}
        when ${isSame} then stream.change
        else ${isOther} end,
      removed_at = null
    from found_stream as found
    where found.check_name = ${checkName} and found.lease = ${lease} and found.position >= ${start}
      and found.position < ${end} and stream.id = found.stream_id
      and stream.account_id = ${accountId} and stream.source_id = ${sourceId}`.execute(db)
}

/** Selected streams that went once, or could not be read, and come along again as they did; and those that now cannot be read. */
async function countComing(
  db: Kysely<Tables>,
  { accountId, sourceId, checkName, lease }: Staged,
  { staged }: Pick<Discovery, 'staged'>,
): Promise<{ returned: number; locked: number }> {
  if (staged === 0) return { returned: 0, locked: 0 }
  const wasThere = sql`(stream.removed_at is null and stream.access is null)`
  const counting = (condition: ReturnType<typeof sql>) =>
    sql<number | null>`sum(case when ${condition} then 1 else 0 end)`
  const row = await db
    .selectFrom('found_stream as found')
    // In this order: few are found otherwise, and many chosen.
    .crossJoin('stream')
    .select([
      counting(sql`found.access is null and not ${wasThere}`).as('returned'),
      counting(sql`found.access is not null and ${wasThere}`).as('locked'),
    ])
    .where('found.check_name', '=', checkName)
    .where('found.lease', '=', lease)
    .whereRef('stream.id', '=', 'found.stream_id')
    .where('stream.account_id', '=', accountId)
    .where('stream.source_id', '=', sourceId)
    .where('stream.selected', '=', 1)
    .executeTakeFirstOrThrow()
  return { returned: Number(row.returned ?? 0), locked: Number(row.locked ?? 0) }
}

/** Writes another number into a column of each of these rows. */
async function writeEach<Column extends 'position' | 'row_count'>(
  db: Kysely<Tables>,
  { accountId, sourceId }: Discovery,
  column: Column,
  rows: readonly ({ id: number } & Record<Column, number | null>)[],
): Promise<void> {
  for (let start = 0; start < rows.length; start += chunkSize) {
    const written = rows
      .slice(start, start + chunkSize)
      .map((row) => sql`(cast(${row.id} as integer), cast(${row[column]} as bigint))`)
    await sql`
      with other(id, value) as (values ${sql.join(written)})
      update stream set ${sql.ref(column)} = other.value from other
      where stream.id = other.id and stream.account_id = ${accountId} and stream.source_id = ${sourceId}`.execute(
      db,
    )
    await nextTurn()
  }
}

async function markAdded(db: Kysely<Tables>, { accountId, sourceId, edition }: Discovery): Promise<void> {
  for await (const { from, before } of placesOfStreams(db, accountId, sourceId)) {
    await db
      .updateTable('stream')
      .set({ change: 'added' })
      .where('account_id', '=', accountId)
      .where('source_id', '=', sourceId)
      .where('position', '>=', from)
      .where('position', '<', before)
      .where('since', '=', edition)
      .execute()
  }
}
