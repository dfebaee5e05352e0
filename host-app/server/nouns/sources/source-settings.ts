import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import { valuesInForce } from '@bobbin/shared/setting-rules'
import { withoutHostProperties } from '../../../connectors/host-properties.ts'
import type { Transaction } from '../../store/database.ts'
import type { CredentialStore, OpenedCredentials } from '../credentials/credentials.ts'
import { plainProperties, type SourceRow } from './source-row.ts'

/** The settings of a source as a connector or a tap is given them. Never answer or log them. */
export interface OpenedSettings {
  /** In force: stored, sealed and default values of what shows, without the host's own. */
  readonly values: Record<string, string>
  /** The sealed ones among them, as they are kept. */
  readonly form: OpenedCredentials | null
}

/** The one recipe of the settings in force. `info` is undefined for a type that is no longer there: then all is given. */
export async function openSettings(
  { credentials }: { credentials: Pick<CredentialStore, 'open'> },
  info: ConnectorInfo | undefined,
  row: SourceRow,
  tx?: Transaction,
): Promise<OpenedSettings> {
  const form = await credentials.open(row.account_id, row.id, 'form', tx)
  const stored = { ...plainProperties(row), ...form?.values }
  return { values: withoutHostProperties(info ? valuesInForce(info.properties, stored) : stored), form }
}
