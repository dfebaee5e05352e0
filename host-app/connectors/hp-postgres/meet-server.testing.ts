import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import { runConnector, type ConnectorRun } from '../connector-contract.testing.ts'
import { hpPostgres } from './connector.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })

/** Runs the connector by its own ways out, as Anna at `postgres` unless the settings say otherwise. */
export function meetServer(settings: Record<string, string>): Promise<ConnectorRun> {
  return runConnector(hpPostgres, {
    ...outbound,
    settings: { dbname: 'postgres', user: 'anna', password: 'pass word', connect_timeout: '30', ...settings },
    grant: null,
  })
}
