import { sql, type Kysely } from 'kysely'
import { changeSource } from '../sources/sources.ts'
import type { Reader, Transaction } from '../../store/database.ts'
import type { Tables } from '../../store/tables.ts'
import { isPublished } from './published.ts'
import { isFree, isSelected } from './stream-choice.ts'
import { placesOfStreams } from './stream-places.ts'
import { streamsWithIds } from './streams-by-id.ts'

/**
 * How many streams a source has, and of what kind. Kept with the source, in the write that changes them: whoever asks
 * waits as long among three streams as among a hundred thousand.
 */
export interface StreamCounts {
  /** That are there. */
  readonly count: number
  /** Of these, that can be selected as they are. */
  readonly selectable: number
  /** That are selected, and can be read. */
  readonly selected: number
  /** That are selected, and can be. */
  readonly ticked: number
  /** News since the last saved selection; what went is news where it was selected. */
  readonly added: number
  readonly changed: number
  readonly removed: number
}

const noStreams: StreamCounts = {
  count: 0,
  selectable: 0,
  selected: 0,
  ticked: 0,
  added: 0,
  changed: 0,
  removed: 0,
}
const names = Object.keys(noStreams) as (keyof StreamCounts)[]

export async function findCounts(
  db: Kysely<Tables>,
  accountId: number,
  sourceId: number,
): Promise<StreamCounts> {
  const row = await db
    .selectFrom('source')
    .select('stream_counts')
    .where('account_id', '=', accountId)
    .where('id', '=', sourceId)
    .executeTakeFirst()
  return row?.stream_counts ? (JSON.parse(row.stream_counts) as StreamCounts) : noStreams
}

/** Counts all streams anew, after a change of many. */
export async function recountStreams(tx: Transaction, accountId: number, sourceId: number): Promise<void> {
  let counts = noStreams
  for await (const { from, before } of placesOfStreams(tx.db, accountId, sourceId)) {
    const portion = streamsOf(tx.db, accountId, sourceId)
      .where('position', '>=', from)
      .where('position', '<', before)
    counts = sum(counts, await countOf(portion))
  }
  await keepCounts(tx, accountId, sourceId, counts)
}

/** Does a change of a few streams, and counts what it did to them. */
export async function countingChange(
  tx: Transaction,
  accountId: number,
  sourceId: number,
  ids: readonly number[],
  change: () => Promise<void>,
): Promise<void> {
  const before = await countAmong(tx.db, accountId, sourceId, ids)
  await change()
  const after = await countAmong(tx.db, accountId, sourceId, ids)
  const kept = await findCounts(tx.db, accountId, sourceId)
  await keepCounts(tx, accountId, sourceId, sum(kept, after, before))
}

const idsPerStatement = 1_000

async function countAmong(
  db: Reader,
  accountId: number,
  sourceId: number,
  ids: readonly number[],
): Promise<StreamCounts> {
  let counts = noStreams
  for (let start = 0; start < ids.length; start += idsPerStatement) {
    const some = ids.slice(start, start + idsPerStatement)
    counts = sum(counts, await countOf(streamsWithIds(db, accountId, sourceId, some)))
  }
  return counts
}

function streamsOf(db: Reader, accountId: number, sourceId: number) {
  return db
    .selectFrom('stream')
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    .where(isPublished(accountId, sourceId))
}

async function countOf(streams: ReturnType<typeof streamsOf>): Promise<StreamCounts> {
  const isHere = sql`removed_at is null`
  const counting = (condition: ReturnType<typeof sql>, name: keyof StreamCounts) =>
    sql<number | null>`sum(case when ${condition} then 1 else 0 end)`.as(name)
  const row = await streams
    .select([
      counting(isHere, 'count'),
      counting(sql`${isHere} and ${isFree}`, 'selectable'),
      counting(sql`${isHere} and ${isSelected}`, 'selected'),
      counting(sql`${isHere} and ${isSelected} and ${isFree}`, 'ticked'),
      counting(sql`${isHere} and change = 'added'`, 'added'),
      counting(sql`${isHere} and change = 'changed'`, 'changed'),
      counting(sql`not (${isHere}) and selected = 1 and change is not null`, 'removed'),
    ])
    .executeTakeFirstOrThrow()
  return made((name) => Number(row[name] ?? 0))
}

function sum(one: StreamCounts, more: StreamCounts, less: StreamCounts = noStreams): StreamCounts {
  return made((name) => one[name] + more[name] - less[name])
}

function made(countOf: (name: keyof StreamCounts) => number): StreamCounts {
  return Object.fromEntries(names.map((name) => [name, countOf(name)])) as unknown as StreamCounts
}

async function keepCounts(
  tx: Transaction,
  accountId: number,
  sourceId: number,
  counts: StreamCounts,
): Promise<void> {
  await changeSource(tx, accountId, sourceId)
    .set({ stream_counts: JSON.stringify(counts) })
    .execute()
}
