import { findsAllOf, hasWords, searchWords, streamText } from './stream-search.ts'

/** What was done to all streams that a search finds; an empty one finds all. */
export interface SelectionRule {
  readonly q: string
  readonly selected: boolean
}

/** A selection has this many rules at most. */
export const mostRules = 100
/** A search has this many characters at most. */
export const longestSearch = 200

export function findsStream(q: string, stream: { tap_stream_id: string; stream_name: string }): boolean {
  return hasWords(streamText(stream), searchWords(q))
}

/** The rules, and one more: those that it leaves nothing of are gone. Null: they would be too many. */
export function withRule(rules: readonly SelectionRule[], rule: SelectionRule): SelectionRule[] | null {
  const kept = rules.filter(({ q }) => !findsAllOf(rule.q, q))
  return kept.length < mostRules ? [...kept, rule] : null
}
