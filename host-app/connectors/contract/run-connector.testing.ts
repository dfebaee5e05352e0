import type { DiscoveredStream } from '@bobbin/shared/catalog'
import type { CheckPhase } from '@bobbin/shared/check'
import { expect, vi } from 'vitest'
import type { Connector, ConnectorContext } from '../connector.ts'
import { isVendorAddress } from '../vendor-hosts.ts'
import type { Silence, Situation } from './fixtures.testing.ts'

export interface ConnectorRun {
  streams: DiscoveredStream[]
  phases: CheckPhase[]
  lines: string[]
  error: unknown
}

interface RunOptions {
  readonly signal?: AbortSignal
  readonly onStream?: () => void
  /** Where lines of its log go, as they come. */
  readonly lines?: string[]
}

/** Checks, then discovers, and gathers all that came out. `phases` are those of the last of the two. */
export async function runConnector(
  connector: Connector,
  situation: Situation,
  { signal, onStream, lines = [] }: RunOptions = {},
): Promise<ConnectorRun> {
  const run: ConnectorRun = { streams: [], phases: [], lines, error: null }
  const report = {
    phase: (phase: CheckPhase) => void run.phases.push(phase),
    log: (line: string) => void lines.push(line),
  }
  const context = { ...contextOf(connector, situation, signal), report }
  try {
    await connector.check?.(context)
    if (!connector.discover) return run
    run.phases = []
    for await (const stream of connector.discover(context)) {
      run.streams.push(stream)
      onStream?.()
    }
  } catch (error) {
    run.error = error
  }
  return run
}

/** What a connector is called with in this situation, by somebody who does not look at what it reports. */
export function contextOf(
  connector: Connector,
  situation: Situation,
  signal = AbortSignal.timeout(30_000),
): ConnectorContext {
  const report = { phase: () => {}, log: () => {} }
  return { ...situation, fetch: heeding(connector, situation.fetch), signal, report }
}

/** Milliseconds in which it has to be over: less than any patience of a connector's own. */
const soon = 10_000

/** A call that nobody answers ends with the abort, and with its reason. */
export async function expectGivenUp(
  { situation, isAsked }: Silence,
  call: (situation: Situation, options: { signal: AbortSignal; lines: string[] }) => Promise<unknown>,
): Promise<void> {
  const abort = new AbortController()
  const reason = new Error('enough')
  const lines: string[] = []
  const called = call(situation, { signal: abort.signal, lines }).catch((error: unknown) => ({ error }))
  await vi.waitFor(() => expect(isAsked(lines), 'it was asked').toBe(true), { timeout: 30_000, interval: 5 })
  const abortedAt = performance.now()
  abort.abort(reason)
  expect(await called).toMatchObject({ error: reason })
  expect(performance.now() - abortedAt).toBeLessThan(soon)
}

/** A connector that names its hosts must not even try another: the server would refuse it. */
function heeding({ hosts }: Connector, dial: typeof fetch): typeof fetch {
  if (!hosts) return dial
  return (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    if (!isVendorAddress(url, hosts)) throw new Error(`${url.host} is not among the connector's hosts.`)
    return dial(input, init)
  }
}
