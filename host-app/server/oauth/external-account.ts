import { cleanName } from '@bobbin/shared/clean-name'
import { ConnectorError, type Connector } from '../../connectors/connector.ts'
import type { OAuthParts } from './oauth.ts'

interface Grant {
  accountId: number
  sourceId: number
  /** The settings version that the grant made; a newer one has its own name. */
  version: number
  accessToken: string | null
}

/** The person waits for it on the way back to the wizard. */
const patience = 5_000
const longestName = 200

/** Asks the connector whose account it is, and stores the name. A failure leaves it unnamed. */
export async function nameExternalAccount(
  parts: OAuthParts,
  connector: Connector,
  grant: Grant,
): Promise<void> {
  if (!connector.identify) return
  const { accountId, sourceId, version } = grant
  try {
    const name = await identify(parts, connector, grant)
    if (!name) return
    await parts.database.write((tx) =>
      tx.db
        .updateTable('source')
        .set({ external_account: cleanName(name).slice(0, longestName) })
        .where('account_id', '=', accountId)
        .where('id', '=', sourceId)
        .where('settings_version', '=', version)
        .execute(),
    )
  } catch (error) {
    const code = error instanceof ConnectorError ? error.code : 'CheckFailed'
    parts.log.warn({ type: connector.info.type, sourceId, code }, 'The external account could not be named.')
  }
}

async function identify(
  { sources, connectorRunner }: OAuthParts,
  connector: Connector,
  { accountId, sourceId, accessToken }: Grant,
): Promise<string | null> {
  const settings = await sources.settings(accountId, sourceId)
  const { externalAccount } = await connectorRunner.run(
    { type: connector.info.type, calls: 'identify', settings, accessToken },
    { phase() {}, log() {}, unnamed() {}, stream: () => Promise.resolve() },
    AbortSignal.timeout(patience),
  )
  return externalAccount
}
