import { expect, it } from 'vitest'
import type { Connector } from '../connector.ts'
import { isVendorAddress } from '../vendor-hosts.ts'
import type { ConnectorFixtures } from './fixtures.testing.ts'
import { contextOf, expectGivenUp } from './run-connector.testing.ts'

/** What is looked up of a new grant: all that was said, at the vendor's own hosts, and no longer than somebody waits. */
export function describeLookups(connector: Connector, { working, silent }: ConnectorFixtures): void {
  if (!connector.afterExchange || !working || !silent) return

  it('looks up of a grant what it says it does, at the vendor', async () => {
    const found = await connector.afterExchange?.(contextOf(connector, working()))
    expect(Object.keys(found ?? {}).toSorted()).toEqual([...(connector.oauth?.keptLookups ?? [])].toSorted())
    const addresses = Object.values(found ?? {}).filter((value) => value.includes('//'))
    for (const url of addresses) expect(isVendorAddress(new URL(url), connector.hosts ?? [])).toBe(true)
  })

  it('looks up nothing once it was aborted, and waits no longer for it than somebody else does', async () => {
    const reason = new Error('enough')
    const aborted = contextOf(connector, working(), AbortSignal.abort(reason))
    await expect(async () => connector.afterExchange?.(aborted)).rejects.toBe(reason)
    await expectGivenUp(silent(), async (situation, { signal }) =>
      connector.afterExchange?.(contextOf(connector, situation, signal)),
    )
  })
}
