import { reportedStep } from '@bobbin/shared/steps'
import type { FeedWriter } from '../events/account-event.ts'
import { tellAccount } from '../events/account-feed.ts'
import type { Transaction } from '../storage/database.ts'
import { findFinishedSteps, type StepParts } from './finished-steps.ts'
import { findSourceRow } from './source-row.ts'

/**
 * Tells the account when a source becomes fully configured, and notes when it is so no more. Call it last
 * in the transaction of whatever may finish a step of a source, or undo one.
 */
export async function noteConfigured(
  parts: StepParts & { events: FeedWriter; now: () => number },
  tx: Transaction,
  accountId: number,
  sourceId: number,
): Promise<void> {
  const row = await findSourceRow(tx.db, accountId, sourceId)
  const steps = row && parts.registry.find(row.type)?.info.steps
  if (!row || !steps || row.deleted_at !== null) return
  const isConfigured = reportedStep(steps, await findFinishedSteps(parts, row, tx)) === 'fully_configured'
  if (isConfigured === (row.configured_at !== null)) return
  await tx.db
    .updateTable('source')
    .set({ configured_at: isConfigured ? parts.now() : null })
    .where('account_id', '=', accountId)
    .where('id', '=', sourceId)
    .execute()
  if (isConfigured)
    await tellAccount(tx, parts.events, accountId, 'source.configured', { source_id: sourceId })
}
