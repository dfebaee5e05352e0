import type { ConnectorSummary } from '../../../connectors/connector-summary.ts'
import type { Reach } from '../../nouns/oauth-clients/oauth-clients.ts'

/** Whether new connections of it may be made: it is not deprecated, and there is a way to sign in that can be used. */
export function isOffered(info: ConnectorSummary, reach: Reach): boolean {
  return info.stage !== 'deprecated' && reach.methodsOf(info).length > 0
}
