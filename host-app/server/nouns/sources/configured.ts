import { reportedStep } from '@bobbin/shared/steps'
import { type FeedWriter, tellAccount } from '../events/events.ts'
import type { SourceKey, Transaction } from '../../store/database.ts'
import type { SourceParts } from './source-parts.ts'
import { forgetOtherMethods } from './other-methods.ts'
import { infoOfSource } from './source-info.ts'
import { findSourceRow } from './source-row.ts'

type Parts = Pick<SourceParts, 'database' | 'registry' | 'credentials' | 'facts' | 'now'> & {
  events: FeedWriter
}

/**
 * Has the store note, at the end of every write, whether the sources that it touched are fully configured, and
 * tell their accounts of those that became so. Who writes what that depends on (settings, credentials, checks,
 * selections) only says which source it was. What another way to sign in has left behind is dropped there.
 */
export function keepConfigured(parts: Parts): void {
  parts.database.derive((tx, source) => noteConfigured(parts, tx, source))
}

async function noteConfigured(
  parts: Parts,
  tx: Transaction,
  { accountId, sourceId }: SourceKey,
): Promise<void> {
  const row = await findSourceRow(tx.db, accountId, sourceId)
  const info = row && infoOfSource(parts.registry, row)
  if (!row || !info || row.deleted_at !== null) return
  const isConfigured =
    reportedStep(info.steps, await parts.facts.finishedSteps(row, tx)) === 'fully_configured'
  if (isConfigured) await forgetOtherMethods(parts, tx, info, row)
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
