import { expect, it } from 'vitest'
import { type Connector, ConnectorError, isGrantRefused } from '../connector.ts'
import type { ConnectorFixtures } from './fixtures.testing.ts'
import { runConnector } from './run-connector.testing.ts'
import { takeTrip } from './take-trip.testing.ts'

/** A grant that is given up is over at the provider, too, whoever has its tokens. */
export function describeRevocation(connector: Connector, { trip }: ConnectorFixtures): void {
  const { oauth: provider } = connector
  if (!provider?.revocation || !trip) return
  const { token: sent = 'refresh_token' } = provider.revocation

  it('has a grant ended at its provider: neither a token nor a renewal works then', async () => {
    const way = trip()
    const { values, others, grant, renew, revoke } = await takeTrip(connector, way)
    const grants = [[undefined, values] as const, ...Object.entries(others)]
    for (const [role, kept] of grants) expect([role, await revoke(kept)]).toEqual([role, 'revoked'])

    const { error } = await runConnector(connector, way.situation(grant()))
    expect(error).toBeInstanceOf(ConnectorError)
    expect(isGrantRefused(error as ConnectorError)).toBe(true)
    // What renews an access token may outlive it, where that is all that the provider takes.
    for (const [role, kept] of sent === 'access_token' ? [] : grants) {
      expect([role, await renew(kept, role)]).toEqual([role, null])
    }
  })

  it('is told of no failure where the grant has ended before', async () => {
    const { values, revoke } = await takeTrip(connector, trip())
    expect(await revoke(values)).toBe('revoked')
    const isRenewedFirst = sent === 'access_token' && values['refresh_token'] !== undefined
    expect(await revoke(values)).toBe(isRenewedFirst ? 'token_expired' : 'revoked')
  })
}
