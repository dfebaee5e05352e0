import { nextTurn } from '../../ground/next-turn.ts'
import type { Reader } from '../../store/database.ts'

/** Places that one statement walks past: a few milliseconds of work. */
const places = 4_000

/** Places in the order of discovery: from the first up to, not including, the last. */
export interface Places {
  readonly from: number
  readonly before: number
}

/**
 * The places of all streams in portions, for who looks at every one of them: others are answered in between. Places
 * are numbered from zero.
 */
export async function* placesOfStreams(
  db: Reader,
  accountId: number,
  sourceId: number,
): AsyncGenerator<Places> {
  const last = await db
    .selectFrom('stream')
    .select('position')
    .where('account_id', '=', accountId)
    .where('source_id', '=', sourceId)
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
  for (let from = 0; from <= (last?.position ?? -1); from += places) {
    yield { from, before: from + places }
    await nextTurn()
  }
}
