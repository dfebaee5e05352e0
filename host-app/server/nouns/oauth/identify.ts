import { cleanName } from '@bobbin/shared/clean-name'
import type { Logger } from 'pino'
import { ConnectorError, type Connector, isGrantRefused } from '../../../connectors/connector.ts'
import { connectorGrant } from '../credentials/credentials.ts'
import type { GrantedValues, SourceGrants } from '../credentials/credentials.ts'
import { type ConnectorRunner, silent } from '../../edges/connector-process/connector-runner.ts'

interface Grant {
  accountId: number
  sourceId: number
  granted: SourceGrants
  /** Renewed, once, when the vendor refuses the first; null where there is none to be had. */
  renew(): Promise<GrantedValues | null>
}

/** Asks the connector whose account it is. Null when it cannot tell, or not in time. */
export type Identify = (connector: Connector, grant: Grant) => Promise<string | null>

export interface IdentifyParts {
  readonly sources: {
    /** All settings, secrets included. */
    settings(accountId: number, sourceId: number): Promise<Record<string, string>>
  }
  readonly connectorRunner: Pick<ConnectorRunner, 'run'>
  readonly log: Pick<Logger, 'warn'>
}

/** The person waits for it on the way back to the wizard. */
const patience = 5_000
const longestName = 200

export function createIdentify({ sources, connectorRunner, log }: IdentifyParts): Identify {
  return async function identify(connector, { accountId, sourceId, granted, renew }) {
    if (!connector.identify) return null
    const { type } = connector.info
    const inTime = AbortSignal.timeout(patience)
    try {
      const settings = await sources.settings(accountId, sourceId)
      const ask = (grants: SourceGrants) =>
        connectorRunner.run(
          { type, calls: 'identify', settings, grant: connectorGrant(connector, grants, null) },
          silent,
          inTime,
        )
      const { externalAccount } = await ask(granted).catch(async (error: unknown) => {
        const renewed = isRefused(error) && !inTime.aborted ? await renew() : null
        if (renewed === null) throw error
        return await ask({ ...granted, values: renewed })
      })
      return cleanName(externalAccount ?? '').slice(0, longestName) || null
    } catch (error) {
      const code = error instanceof ConnectorError ? error.code : 'CheckFailed'
      log.warn({ type, sourceId, code }, 'The external account could not be named.')
      return null
    }
  }
}

const isRefused = (error: unknown) => error instanceof ConnectorError && isGrantRefused(error)
