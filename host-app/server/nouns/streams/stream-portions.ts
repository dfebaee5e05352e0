import { nextTurn } from '../../ground/next-turn.ts'
import type { Reader } from '../../store/database.ts'
import { presentStreams } from './selection-queries.ts'

/** Streams whose place is looked up at once; an index has all that this takes. */
const placesAtOnce = 2_000
/** Streams, and fields of them, that are read at once: ten milliseconds or so of work. */
const portionStreams = 150
const portionFields = 1_500

/**
 * The ids of all streams in the order of discovery, in portions that may be read and answered without
 * anybody having to wait for it.
 */
export async function* portionsOfStreams(
  db: Reader,
  accountId: number,
  sourceId: number,
): AsyncGenerator<number[]> {
  let after = { position: -1, id: 0 }
  for (;;) {
    const places = await presentStreams(db, accountId, sourceId)
      .select(['id', 'position', 'field_count'])
      .where('position', '>=', after.position)
      .where((eb) => eb.or([eb('position', '>', after.position), eb('id', '>', after.id)]))
      .orderBy('position')
      .orderBy('id')
      .limit(placesAtOnce)
      .execute()
    let portion: number[] = []
    let fields = 0
    for (const place of places) {
      if (
        portion.length >= portionStreams ||
        (portion.length > 0 && fields + place.field_count > portionFields)
      ) {
        yield portion
        portion = []
        fields = 0
      }
      portion.push(place.id)
      fields += place.field_count
    }
    if (portion.length > 0) yield portion
    const last = places.at(-1)
    if (!last || places.length < placesAtOnce) return
    after = last
  }
}

/** Streams that one statement writes: some milliseconds of work. */
const rangeStreams = 1_000

export interface IdRange {
  readonly after: number
  readonly upTo: number
}

/** The ids of all streams in ranges, for writes that would take seconds in one: people are answered in between. */
export async function* idRangesOfStreams(
  db: Reader,
  accountId: number,
  sourceId: number,
): AsyncGenerator<IdRange> {
  let after = 0
  for (;;) {
    const range = db
      .selectFrom('stream')
      .select('id')
      .where('account_id', '=', accountId)
      .where('source_id', '=', sourceId)
      .where('id', '>', after)
      .orderBy('id')
      .limit(rangeStreams)
    const { last } = await db
      .selectFrom(range.as('range'))
      .select((eb) => eb.fn.max<number | null>('id').as('last'))
      .executeTakeFirstOrThrow()
    if (last === null) return
    yield { after, upTo: last }
    after = last
    await nextTurn()
  }
}
