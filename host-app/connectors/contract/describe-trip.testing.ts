import { expect, it } from 'vitest'
import type { Connector } from '../connector.ts'
import type { Endpoint } from '../endpoints.ts'
import type { OAuthProvider } from '../oauth-provider.ts'
import { traitsOf } from '../refresh-traits.ts'
import { expectNoSecret } from './expect-no-secret.testing.ts'
import type { ConnectorFixtures } from './fixtures.testing.ts'
import { luredEndpoints } from './lured-endpoints.testing.ts'
import { runConnector } from './run-connector.testing.ts'
import { takeTrip } from './take-trip.testing.ts'

/** From the consent to a grant that works, and to the next one when it is renewed. */
export function describeTrip(connector: Connector, fixtures: ConnectorFixtures): void {
  const { oauth: provider } = connector
  const { trip, example, secrets = () => [] } = fixtures
  if (!provider || !trip) return
  const endpoints = endpointsOf(provider)

  it.each(provider.endpointSettings ?? [])('leads nowhere else by its %s', (name) => {
    expect(luredEndpoints(connector, endpoints, example, name)).toEqual([])
  })

  it('is granted what works, and what it can renew', async () => {
    const { situation, ...way } = trip()
    const granted = await takeTrip(connector, provider, { situation, ...way })
    const expectWorks = async (renewed: Readonly<Record<string, string>>) => {
      const run = await runConnector(connector, situation(granted.grant(renewed)))
      expect(run.error).toBeNull()
      const { access_token: access = '' } = renewed
      expectNoSecret(run, [...secrets(), ...granted.tokens, access])
    }
    expect(Object.keys(granted.others)).toEqual(provider.otherGrants?.map(({ role }) => role) ?? [])
    for (const name of [...Object.keys(provider.keptFields ?? {}), ...(provider.keptLookups ?? [])]) {
      expect(granted.values).toHaveProperty(name)
    }
    await expectWorks(granted.values)
    const { refresh_token: renewing } = granted.values
    if (renewing === undefined) return
    const renewed = await granted.renew(renewing)
    expect(renewed).not.toBeNull()
    await expectWorks(renewed ?? {})
    const { rotates, reuseGrace } = traitsOf(provider, null)
    if (rotates === undefined) return
    expect((renewed?.['refresh_token'] ?? renewing) !== renewing).toBe(rotates)
    const isSpent = rotates && reuseGrace === undefined
    expect((await granted.renew(renewing)) === null).toBe(isSpent)
  })
}

function endpointsOf(provider: OAuthProvider): Endpoint[] {
  const { authorizationEndpoint, tokenEndpoint, refreshEndpoint, revocation } = provider
  return [authorizationEndpoint, tokenEndpoint, refreshEndpoint, revocation?.endpoint].filter(
    (one) => one !== undefined,
  )
}
