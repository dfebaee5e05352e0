import { verdictOf } from '@bobbin/shared/check-verdict'
import type { ReasonOf } from '@bobbin/shared/error-reasons'
import type { Connector } from '../../../connectors/connector.ts'
import { isVendorAddress } from '../../../connectors/vendor-hosts.ts'
import { isConnectorError } from '../../edges/connector-process/call-connector.ts'
import { silent } from '../../edges/connector-process/connector-runner.ts'
import { type SourceGrants, connectorGrant } from '../credentials/credentials.ts'
import type { IdentifyParts } from './identify.ts'

/** What else belongs to a grant, or why the person is told that there is none. Never rejects. */
export type LookUp = (
  connector: Connector,
  grant: { accountId: number; sourceId: number; granted: SourceGrants },
) => Promise<
  { readonly kept: Readonly<Record<string, string>> } | { readonly reason: ReasonOf<'AuthorizeFailure'> }
>

/** The person waits for it on the way back to the wizard. */
const patience = 10_000

/**
 * Has the connector look up what belongs to a new grant. Without it the grant is of no use, so where it fails nothing is
 * kept of it: the person is told, and can try again.
 */
export function createLookUp({ sources, connectorRunner, log }: IdentifyParts): LookUp {
  return async function lookUp(connector, { accountId, sourceId, granted }) {
    const names = connector.oauth?.keptLookups ?? []
    if (!connector.afterExchange || names.length === 0) return { kept: {} }
    const { type } = connector.info
    const inTime = AbortSignal.timeout(patience)
    try {
      const settings = await sources.settings(accountId, sourceId)
      const grant = connectorGrant(connector, granted, null)
      const task = { type, calls: 'afterExchange', settings, grant } as const
      const { lookedUp } = await connectorRunner.run(task, silent, inTime)
      const kept = Object.entries(lookedUp ?? {}).filter(([name]) => names.includes(name))
      const stray = kept.find(([, value]) => isStrange(value, connector.hosts))
      if (stray) {
        log.warn(
          { type, sourceId, name: stray[0] },
          'A grant was refused: what was looked up is no host of the vendor.',
        )
        return { reason: 'provider_error' }
      }
      return { kept: Object.fromEntries(kept) }
    } catch (error) {
      const code = isConnectorError(error) ? error.code : 'CheckFailed'
      log.warn({ type, sourceId, code }, 'A grant was refused: what belongs to it could not be looked up.')
      const isDown = inTime.aborted || (isConnectorError(error) && verdictOf(code) === 'unknown')
      return { reason: isDown ? 'unreachable' : 'provider_error' }
    }
  }
}

/** An address that is not the vendor's: the token would be sent there. */
function isStrange(value: string, hosts: Connector['hosts']): boolean {
  const url = URL.parse(value)
  // A name and a port read as an address of some scheme, too: what is dialled is made of it, and looked at then.
  return value.includes('//') && (url === null || !isVendorAddress(url, hosts ?? []))
}
