import { sql, type Kysely, type SqlBool } from 'kysely'
import { findsStream, type SelectionRule } from '@bobbin/shared/selection-rules'
import type { StreamChange } from '@bobbin/shared/wizard-api'
import type { Tables } from '../../store/tables.ts'
import { findSuggestions, isSuggested } from './default-streams.ts'
import { presentStreams } from './selection-queries.ts'
import type { StreamTarget, TokenRules } from './token-rules.ts'
import { isFree } from './stream-choice.ts'
import { findCounts } from './stream-counts.ts'

/** Streams that are listed, nobody has chosen, nothing is in the way of, and the page suggests: they are shown as ticked. */
export async function findPreselected(
  db: Kysely<Tables>,
  { accountId, sourceId, defaults }: StreamTarget,
  rules: Pick<TokenRules, 'lists'> | null,
) {
  const rows = await findSuggestions(db, accountId, sourceId, defaults)
  return rows.filter(
    (row) =>
      row.selected === null &&
      row.is_free === 1 &&
      isSuggested(row.suggestion) &&
      rules?.lists(row.tap_stream_id) !== false,
  )
}

/**
 * What was shown and is no row's choice yet: what the page suggests is ticked, unless a rule says otherwise, and
 * a selected stream that cannot be selected any more is not. Those that are named decide for themselves.
 */
export async function changesAsShown(
  db: Kysely<Tables>,
  target: StreamTarget,
  matching: readonly SelectionRule[],
  named: readonly StreamChange[],
  rules: TokenRules | null,
): Promise<{ id: number; change: StreamChange }[]> {
  const decided = new Set(
    named.filter((change) => change.selected !== undefined).map((change) => change.tap_stream_id),
  )
  const suggested = await findPreselected(db, target, rules)
  const { selected, ticked } = await findCounts(db, target.accountId, target.sourceId)
  const lost =
    selected === ticked
      ? []
      : await presentStreams(db, target.accountId, target.sourceId)
          .select(['id', 'tap_stream_id'])
          .where('selected', '=', 1)
          .where('access', 'is', null)
          .where(sql<SqlBool>`not ${isFree}`)
          .execute()
  const changes = [
    ...suggested.map(({ id, tap_stream_id, stream_name }) => {
      const rule = matching.findLast(({ q }) => findsStream(q, { tap_stream_id, stream_name }))
      return { id, change: { tap_stream_id, selected: rule?.selected ?? true } }
    }),
    ...lost.map(({ id, tap_stream_id }) => ({ id, change: { tap_stream_id, selected: false } })),
  ]
  return changes.filter(({ change }) => !decided.has(change.tap_stream_id))
}
