import { setTimeout as delay } from 'node:timers/promises'
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
        .set({ external_account: name.slice(0, longestName) })
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
  { sources, outbound }: OAuthParts,
  connector: Connector,
  { accountId, sourceId, accessToken }: Grant,
): Promise<string | null> {
  const settings = await sources.settings(accountId, sourceId)
  const stop = new AbortController()
  // A connector that does not heed its signal must not hold the person up.
  const tooLate = delay(patience, undefined, { signal: stop.signal }).then(() => {
    throw new ConnectorError('ConnectionTimeout')
  })
  const named = connector.identify?.({
    settings,
    accessToken,
    signal: AbortSignal.any([stop.signal, AbortSignal.timeout(patience)]),
    fetch: outbound.fetch,
    resolveHost: outbound.resolveHost,
    report: { phase: () => {}, log: () => {} },
  })
  try {
    return (await Promise.race([named, tooLate])) ?? null
  } finally {
    stop.abort()
  }
}
