import { expect, it } from 'vitest'
import { revokeToken } from '../../server/nouns/oauth/revoke-token.ts'
import { type Connector, ConnectorError, isGrantRefused } from '../connector.ts'
import type { ConnectorFixtures, Trip } from './fixtures.testing.ts'
import { runConnector } from './run-connector.testing.ts'
import { takeTrip } from './take-trip.testing.ts'

/** A grant that is given up is over at the provider, too, whoever has its tokens. */
export function describeRevocation(connector: Connector, { trip }: ConnectorFixtures): void {
  const { oauth: provider, hosts } = connector
  if (!provider?.revocation || !trip) return
  const { token: sent = 'refresh_token' } = provider.revocation
  const revoke = ({ client, fetch }: Trip, tokens: Readonly<Record<string, string>>) =>
    revokeToken({
      ...{ provider, hosts, client, tokens, fetch },
      signal: AbortSignal.timeout(30_000),
      now: () => Date.now(),
    })

  it('has a grant ended at its provider: neither a token nor a renewal works then', async () => {
    const way = trip()
    const { values, others, grant, renew } = await takeTrip(connector, provider, way)
    const grants = [[undefined, values] as const, ...Object.entries(others)]
    for (const [role, tokens] of grants) {
      expect([role, await revoke(way, tokens)]).toEqual([role, { kind: 'revoked' }])
    }

    const { error } = await runConnector(connector, way.situation(grant()))
    expect(error).toBeInstanceOf(ConnectorError)
    expect(isGrantRefused(error as ConnectorError)).toBe(true)
    // What renews an access token may outlive it, where that is all that the provider takes.
    for (const [role, { refresh_token: renewing }] of sent === 'access_token' ? [] : grants) {
      const renewed = renewing === undefined ? null : await renew(renewing, role)
      expect([role, renewed]).toEqual([role, null])
    }
  })

  it('is told of no failure where the grant has ended before', async () => {
    const way = trip()
    const { values } = await takeTrip(connector, provider, way)
    expect(await revoke(way, values)).toEqual({ kind: 'revoked' })
    const isRenewedFirst = sent === 'access_token' && values['refresh_token'] !== undefined
    expect(await revoke(way, values)).toEqual({ kind: isRenewedFirst ? 'token_expired' : 'revoked' })
  })
}
