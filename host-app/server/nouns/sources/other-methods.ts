import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import { shownProperties } from '@bobbin/shared/setting-rules'
import { type CredentialStore, SealError } from '../credentials/credentials.ts'
import type { Transaction } from '../../store/database.ts'
import { plainProperties, type SourceRow } from './source-row.ts'

/**
 * Drops what a source has of other ways to sign in than its own, once that is proven: until then whoever changed it can go
 * back. A grant is given up, and revoked.
 */
export async function forgetOtherMethods(
  { credentials }: { credentials: Pick<CredentialStore, 'describe' | 'open' | 'save' | 'giveUpGrant'> },
  tx: Transaction,
  info: ConnectorInfo,
  row: SourceRow,
): Promise<void> {
  const { account_id: accountId, id: sourceId } = row
  if (info.auth_methods.length === 1) return
  if (!info.steps.includes('oauth')) await credentials.giveUpGrant(tx, accountId, sourceId)
  const shown = new Set(shownProperties(info.properties, plainProperties(row)).map(({ name }) => name))
  const ofMethods = new Set(info.auth_methods.flatMap(({ properties }) => properties))
  const isOver = (name: string) => ofMethods.has(name) && !shown.has(name)
  const kept = await credentials.describe(accountId, sourceId, 'form', tx)
  if (!kept?.names.some(isOver)) return
  const opened = await credentials.open(accountId, sourceId, 'form', tx).catch((error: unknown) => {
    // Without its key they are of no use to anybody, and no reason for the write to fail that is under way.
    if (error instanceof SealError) return null
    throw error
  })
  if (!opened) return
  const values = Object.fromEntries(Object.entries(opened.values).filter(([name]) => !isOver(name)))
  await credentials.save(tx, { accountId, sourceId, kind: 'form', values })
}
