import type { DirectoryConnector, DirectoryQuery } from '@bobbin/shared/directory'
import type { ConnectorSummary } from '../../../connectors/connector-summary.ts'

/** Whether a connector is one of those that are asked for. */
export function matches(
  { info, entry }: { info: ConnectorSummary; entry: Pick<DirectoryConnector, 'auth_type' | 'stage'> },
  {
    q = '',
    category,
    auth_type: authType,
    stage,
  }: Pick<DirectoryQuery, 'q' | 'category' | 'auth_type' | 'stage'>,
): boolean {
  const isOf = <Value>(wanted: readonly Value[], value: Value) =>
    wanted.length === 0 || wanted.includes(value)
  return (
    isOf(category, info.category) &&
    isOf(authType, entry.auth_type) &&
    isOf(stage, entry.stage) &&
    hasWords(info, q)
  )
}

/** Every word must begin a word of what is known of the connector: `post` finds PostgreSQL, `gres` does not. */
function hasWords({ name, slug, type, category, keywords = [] }: ConnectorSummary, search: string): boolean {
  const words = wordsOf([name, slug, type, category, ...keywords].join(' '))
  return wordsOf(search).every((wanted) => words.some((word) => word.startsWith(wanted)))
}

const wordsOf = (text: string): string[] =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? []
