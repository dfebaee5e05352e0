import { checkPhases } from '@bobbin/shared/check'
import { checkErrorCodes } from '@bobbin/shared/errors'
import { expect, it } from 'vitest'
import { ConnectorError, type Connector } from '../connector.ts'
import { expectNoSecret } from './expect-no-secret.testing.ts'
import type { ConnectorFixtures } from './fixtures.testing.ts'
import { expectGivenUp, runConnector } from './run-connector.testing.ts'
import { streamFaults } from './stream-faults.testing.ts'

/** Check and discovery: where all is well, where somebody gives up, and where something goes wrong. */
export function describeRuns(connector: Connector, fixtures: ConnectorFixtures): void {
  const { working, silent, failures = {}, secrets = () => [] } = fixtures
  if (!working || !silent) return

  it('checks and discovers where all is well, and reports the phases in order', async () => {
    const run = await runConnector(connector, working())
    expect(run.error).toBeNull()
    expect(run.phases).toEqual(run.phases.toSorted((a, b) => checkPhases.indexOf(a) - checkPhases.indexOf(b)))
    expectNoSecret(run, secrets())
  })

  if (connector.discover) describeDiscovery(connector, working)

  it('does nothing when it was aborted before', async () => {
    const reason = new Error('enough')
    const run = await runConnector(connector, working(), { signal: AbortSignal.abort(reason) })
    expect(run).toMatchObject({ error: reason, streams: [] })
  })

  it('stops while nobody answers, once nobody waits any more', () =>
    expectGivenUp(silent(), (situation, options) => runConnector(connector, situation, options)))

  for (const [name, failure] of Object.entries(failures)) {
    it(`tells ${name} as ${failure.code}${failure.field ? ` at ${failure.field}` : ''}`, async () => {
      const run = await runConnector(connector, failure.situation())
      expect(run.error).toBeInstanceOf(ConnectorError)
      expect(run.error).toMatchObject({ code: failure.code, field: failure.field })
      expect(checkErrorCodes).toContain(failure.code)
      expectNoSecret(run, secrets())
    })
  }

  const { closed } = fixtures
  if (closed) {
    it('lists what may not be read, too, and says why', async () => {
      const [all, run] = [
        await runConnector(connector, working()),
        await runConnector(connector, closed.situation()),
      ]
      const idsOf = ({ streams }: typeof run) => streams.map((stream) => stream.tap_stream_id)
      expect([run.error, idsOf(run)]).toEqual([null, idsOf(all)])
      const kept = run.streams.flatMap(({ tap_stream_id: id, access }) => (access ? [[id, access]] : []))
      expect(Object.fromEntries(kept)).toEqual(closed.access)
      expectNoSecret(run, secrets())
    })
  }
}

function describeDiscovery(connector: Connector, working: NonNullable<ConnectorFixtures['working']>): void {
  it('yields a valid Singer catalog', async () => {
    const { streams } = await runConnector(connector, working())
    expect(streams.length).toBeGreaterThan(0)
    const ids = streams.map((stream) => stream.tap_stream_id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const stream of streams) {
      const of = stream.tap_stream_id
      expect({ of, faults: streamFaults(stream) }).toEqual({ of, faults: [] })
    }
  })

  it('stops soon after an abort between two streams', async () => {
    const abort = new AbortController()
    const reason = new Error('enough')
    const run = await runConnector(connector, working(), {
      signal: abort.signal,
      onStream: () => abort.abort(reason),
    })
    expect(run.streams.length).toBeLessThanOrEqual(1)
    expect(run.error).toBe(reason)
  })
}
