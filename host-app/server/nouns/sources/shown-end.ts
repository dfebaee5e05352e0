import type { Registry } from '../../../connectors/registry.ts'
import type { DescribedCredentials } from '../credentials/credentials.ts'
import type { SourceRow } from './source-row.ts'

/** When a source's authorization ends; null: not, or by nothing that its provider does not renew afterwards. */
export function shownEnd(
  { find }: Pick<Registry, 'find'>,
  { type }: Pick<SourceRow, 'type'>,
  end: DescribedCredentials['end'],
): DescribedCredentials['end'] {
  if (!end?.isOfToken) return end
  const renewal = find(type)?.oauth?.renewal
  return renewal && !renewal.whileAlive ? null : end
}
