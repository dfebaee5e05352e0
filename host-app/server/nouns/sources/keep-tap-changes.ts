import type { Connector } from '../../../connectors/connector.ts'
import type { Transaction } from '../../store/database.ts'
import type { SourceParts } from './source-parts.ts'
import { splitSecrets } from './given-settings.ts'
import { changeSource, plainProperties, type SourceRow } from './source-row.ts'
import type { TapChanges } from './tap-changes.ts'
import type { TapConfig } from './tap-config.ts'

type Parts = Pick<SourceParts, 'credentials' | 'now'>

/**
 * Stores what a tap has changed, secrets sealed. The settings' version stays: a rotated token is still the
 * same authorization, so the check is still good. A refresh of ours that is under way ends without writing,
 * because the grant's version is another now; a grant that was declared dead lives again.
 */
export async function keepTapChanges(
  { credentials, now }: Parts,
  tx: Transaction,
  { info }: Connector,
  row: SourceRow,
  { form, grant }: TapConfig,
  { settings, tokens, expiresAt }: TapChanges,
): Promise<void> {
  const { account_id: accountId, id: sourceId } = row
  if (grant && Object.keys(tokens).length > 0) {
    await credentials.save(tx, {
      accountId,
      sourceId,
      kind: 'oauth',
      values: { ...grant.values, ...tokens },
      // Where the tap does not say when its token ends, ours is refreshed no later than the old one was due.
      expiresAt: expiresAt ?? grant.expiresAt,
      ...(expiresAt === undefined && { lifetime: grant.lifetime }),
    })
  }
  const { plain, secret } = splitSecrets(info, settings)
  if (Object.keys(secret).length > 0) {
    const values = { ...form?.values, ...secret }
    await credentials.save(tx, { accountId, sourceId, kind: 'form', values })
  }
  if (Object.keys(plain).length > 0) {
    await changeSource(tx, accountId, sourceId)
      .set({ properties: JSON.stringify({ ...plainProperties(row), ...plain }), updated_at: now() })
      .execute()
  }
}
