import { settingsGrantOf } from '../connectors/auth-methods.ts'
import { type Connector, ConnectorError, type ConnectorGrant } from '../connectors/connector.ts'
import { createOutbound } from '../server/edges/outbound/outbound.ts'
import { connectorGrant, granted } from '../server/nouns/credentials/credentials.ts'
import { refusedSettings, requestSettingsToken } from '../server/nouns/oauth/oauth.ts'

/** How long a token endpoint may take, in milliseconds. */
const patience = 30_000

/**
 * What the settings are exchanged for, as a server does it; null where their method has a grant of another kind, or none.
 * @throws {ConnectorError} CredentialsRejected, SettingUnusable, VendorUnavailable …
 */
export async function exchangedGrant(
  connector: Connector,
  settings: Readonly<Record<string, string>>,
): Promise<ConnectorGrant | null> {
  const bySettings = settingsGrantOf(connector, settings)
  if (!bySettings) return null
  const { info, hosts } = connector
  const outbound = createOutbound({ allowPrivateNetworks: true })
  const answer = await requestSettingsToken(
    { fetch: outbound.fetch, timeout: patience, now: () => Date.now() },
    { slug: info.slug, bySettings, hosts, settings },
  )
  if (answer.kind === 'unreachable') throw new ConnectorError('VendorUnavailable', { detail: answer.cause })
  if (answer.kind === 'refused') throw refusedSettings(bySettings, answer.code)
  return connectorGrant(connector, { values: granted(answer.values), others: {} }, null)
}
