import { cleanName } from '@bobbin/shared/clean-name'
import { ConnectorError, type Connector } from '../../../connectors/connector.ts'
import type { OAuthParts } from './oauth.ts'

interface Grant {
  accountId: number
  sourceId: number
  accessToken: string | null
}

/** The person waits for it on the way back to the wizard. */
const patience = 5_000
const longestName = 200

/** Asks the connector whose account it is. Null when it cannot tell, or not in time. */
export async function identifyAccount(
  { sources, connectorRunner, log }: OAuthParts,
  connector: Connector,
  { accountId, sourceId, accessToken }: Grant,
): Promise<string | null> {
  if (!connector.identify) return null
  const { type } = connector.info
  try {
    const settings = await sources.settings(accountId, sourceId)
    const { externalAccount } = await connectorRunner.run(
      { type, calls: 'identify', settings, accessToken },
      { phase() {}, log() {}, unnamed() {}, stream: () => Promise.resolve() },
      AbortSignal.timeout(patience),
    )
    return cleanName(externalAccount ?? '').slice(0, longestName) || null
  } catch (error) {
    const code = error instanceof ConnectorError ? error.code : 'CheckFailed'
    log.warn({ type, sourceId, code }, 'The external account could not be named.')
    return null
  }
}
