import { expect, it } from 'vitest'
import type { Connector } from '../connector.ts'
import type { ConnectorFixtures, Situation } from './fixtures.testing.ts'
import { contextOf, expectGivenUp } from './run-connector.testing.ts'

/** What was put up at the vendor for an account is taken down before the grant is revoked. */
export function describeCleanUp(connector: Connector, { putUp, silent }: ConnectorFixtures): void {
  if (!connector.beforeDisconnect || !putUp || !silent) return
  const cleanUp = async (situation: Situation, signal?: AbortSignal) =>
    connector.beforeDisconnect?.(contextOf(connector, situation, signal))

  it('takes down what it put up, and finds nothing to do the second time', async () => {
    const { situation, remains } = putUp()
    expect(remains(), 'something is up').toBe(true)
    await cleanUp(situation)
    expect(remains()).toBe(false)
    await cleanUp(situation)
    expect(remains()).toBe(false)
  })

  it('takes down nothing once it was aborted', async () => {
    const { situation, remains } = putUp()
    const reason = new Error('enough')
    await expect(cleanUp(situation, AbortSignal.abort(reason))).rejects.toBe(reason)
    expect(remains()).toBe(true)
  })

  it('takes no longer for it than somebody else does', () =>
    expectGivenUp(silent(), (situation, { signal }) => cleanUp(situation, signal)))
}
