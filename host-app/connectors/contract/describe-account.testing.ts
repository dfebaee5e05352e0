import { expect, it } from 'vitest'
import type { Connector } from '../connector.ts'
import { expectNoSecret } from './expect-no-secret.testing.ts'
import type { ConnectorFixtures, Situation } from './fixtures.testing.ts'
import { contextOf, expectGivenUp } from './run-connector.testing.ts'

/** The name of the account, for people to tell one from another. */
export function describeAccount(connector: Connector, fixtures: ConnectorFixtures): void {
  const { account, working, silent, secrets = () => [] } = fixtures
  if (!connector.identify || !working || !silent) return
  const identify = async (situation: Situation, signal?: AbortSignal) =>
    connector.identify?.(contextOf(connector, situation, signal))

  it('names the account', async () => {
    const name = await identify(working())
    expect(name).toBe(account)
    expectNoSecret(name, secrets())
  })

  it('asks for no name once it was aborted', async () => {
    const reason = new Error('enough')
    await expect(identify(working(), AbortSignal.abort(reason))).rejects.toBe(reason)
  })

  it('waits no longer for the name than somebody else does', () =>
    expectGivenUp(silent(), (situation, { signal }) => identify(situation, signal)))
}
