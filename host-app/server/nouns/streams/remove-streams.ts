import type { Kysely } from 'kysely'
import { nextTurn } from '../../ground/next-turn.ts'
import type { Tables } from '../../store/tables.ts'
import { forgetMakes } from './make-store.ts'
import { placesOfStreams } from './stream-places.ts'
import { notByIndex } from './streams-by-id.ts'

/** Rows per statement: few enough for the parameters of either database. */
const rowsAtOnce = 500

/** Deletes rows of streams, as if they had never been found, and what nobody else is made of. */
export async function deleteStreams(
  db: Kysely<Tables>,
  accountId: number,
  sourceId: number,
  ids: readonly number[],
): Promise<void> {
  await inPortions(ids, async (some) => {
    const deleted = await db
      .deleteFrom('stream')
      .where(notByIndex('stream.account_id', accountId))
      .where(notByIndex('stream.source_id', sourceId))
      .where('id', 'in', some)
      .returning('make_id')
      .execute()
    const makes = deleted.map((row) => row.make_id)
    await forgetMakes(db, accountId, sourceId, makes)
  })
}

/**
 * What a discovery has not seen again goes: without a trace where nobody chose it, otherwise its choice is kept. Returns
 * how many of them were selected.
 */
export async function removeVanished(
  db: Kysely<Tables>,
  {
    accountId,
    sourceId,
    seen,
    edition,
  }: { accountId: number; sourceId: number; seen: ReadonlySet<number>; edition: number },
  at: number,
): Promise<number> {
  let selected = 0
  for await (const { from, before } of placesOfStreams(db, accountId, sourceId)) {
    const rows = await db
      .selectFrom('stream')
      .select(['id', 'selected', 'access'])
      .where('account_id', '=', accountId)
      .where('source_id', '=', sourceId)
      .where('position', '>=', from)
      .where('position', '<', before)
      .where('removed_at', 'is', null)
      .where('since', '<', edition)
      .execute()
    const idsOf = (choice: 0 | 1 | null) =>
      rows.filter((row) => row.selected === choice && !seen.has(row.id)).map(({ id }) => id)
    await deleteStreams(db, accountId, sourceId, idsOf(null))
    // A selected one that went is news until the next selection is saved.
    await markGone(db, accountId, sourceId, idsOf(1), { removed_at: at, change: 'changed' })
    await markGone(db, accountId, sourceId, idsOf(0), { removed_at: at, change: null })
    selected += rows.filter((row) => row.selected === 1 && row.access === null && !seen.has(row.id)).length
  }
  return selected
}

async function markGone(
  db: Kysely<Tables>,
  accountId: number,
  sourceId: number,
  ids: readonly number[],
  values: { removed_at: number; change: 'changed' | null },
): Promise<void> {
  await inPortions(ids, (some) =>
    db
      .updateTable('stream')
      .set(values)
      .where(notByIndex('stream.account_id', accountId))
      .where(notByIndex('stream.source_id', sourceId))
      .where('id', 'in', some)
      .execute(),
  )
}

async function inPortions(
  ids: readonly number[],
  work: (some: readonly number[]) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < ids.length; start += rowsAtOnce) {
    await work(ids.slice(start, start + rowsAtOnce))
    await nextTurn()
  }
}
