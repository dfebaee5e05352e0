import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/**
 * What the operator's monitoring reads. Labels come from small, closed lists: no account, no address, and
 * nothing that a caller chose.
 */
export type Metrics = ReturnType<typeof createMetrics>

export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]
  return {
    registry,
    httpRequests: new Counter({
      name: 'bobbin_http_requests_total',
      help: 'Replies, by route pattern, method and status.',
      labelNames: ['route', 'method', 'status'],
      registers,
    }),
    httpDuration: new Histogram({
      name: 'bobbin_http_request_duration_seconds',
      help: 'Time to reply, by route pattern and method; streams of events are left out.',
      labelNames: ['route', 'method'],
      buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
    flows: new Counter({
      name: 'bobbin_flows_ended_total',
      help: 'Flows that ended, by outcome.',
      labelNames: ['outcome'],
      registers,
    }),
    claims: new Counter({
      name: 'bobbin_claims_total',
      help: 'Claims of flows: claimed, or why they were refused.',
      labelNames: ['result'],
      registers,
    }),
    checks: new Histogram({
      name: 'bobbin_check_duration_seconds',
      help: 'Checks that ended, from asked for to done, by status.',
      labelNames: ['status'],
      buckets: [0.1, 0.5, 1, 5, 15, 60, 180, 300, 900],
      registers,
    }),
    tokenRefreshes: new Counter({
      name: 'bobbin_token_refreshes_total',
      help: 'OAuth tokens asked for anew, by what the provider answered.',
      labelNames: ['result'],
      registers,
    }),
    grantRevocations: new Counter({
      name: 'bobbin_grant_revocations_total',
      help: 'Attempts to have a grant ended by its provider, by what came of it.',
      labelNames: ['result'],
      registers,
    }),
    webhookDeliveries: new Counter({
      name: 'bobbin_webhook_deliveries_total',
      help: 'Attempts to deliver a webhook, by result.',
      labelNames: ['result'],
      registers,
    }),
    databaseCommit: new Histogram({
      name: 'bobbin_database_commit_seconds',
      help: 'Transactions, from the wait for the lock to the disk; one holds many writes.',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5],
      registers,
    }),
    databaseWrites: new Counter({
      name: 'bobbin_database_writes_total',
      help: 'Writes that were committed or refused.',
      registers,
    }),
    databaseWaiting: new Gauge({
      name: 'bobbin_database_writes_waiting',
      help: 'Writes that were waiting for their turn when the latest transaction ended.',
      registers,
    }),
  }
}
