import type { SourceName } from '@bobbin/shared/flow'
import { AppError } from '../../ground/app-error.ts'
import type { Transaction } from '../../store/database.ts'
import type { Sources } from '../sources/sources.ts'
import type { Flow, FlowChange } from './flow-row.ts'

/** The flow goes on with a source that it has just made itself. */
export function madeSource(flow: Pick<Flow, 'made'>, id: number): FlowChange {
  return { source_id: id, made: JSON.stringify([...flow.made, id]) }
}

/** What a **Discard** would delete: the sources that this flow made, as far as they are still there. */
export async function findMade(
  sources: Pick<Sources, 'find'>,
  { account_id: accountId, made }: Pick<Flow, 'account_id' | 'made'>,
  tx?: Transaction,
): Promise<SourceName[]> {
  const rows = await Promise.all(made.map((id) => sources.find(accountId, id, tx)))
  return rows.flatMap((row) =>
    row?.deleted_at === null ? [{ id: row.id, display_name: row.display_name }] : [],
  )
}

/**
 * **Discard**: deletes what the flow made, as the API's DELETE does, secrets and grants included. What was
 * there before the flow stays. Only what the person was told is deleted: where another document has moved the
 * flow on meanwhile, they are asked again. @throws {AppError} Conflict
 */
export async function discardMade(
  tx: Transaction,
  sources: Pick<Sources, 'find' | 'softDelete'>,
  flow: Flow,
  told: readonly number[],
): Promise<void> {
  const made = await findMade(sources, flow, tx)
  if (made.length !== told.length || !made.every(({ id }) => told.includes(id))) {
    throw new AppError('Conflict', { data: { reason: 'discard_differs' } })
  }
  for (const { id } of made) await sources.softDelete(tx, flow.account_id, id)
}
