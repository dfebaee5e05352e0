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
    const way = trip()
    const { values, others, lifetime, tokens, grant, renew } = await takeTrip(connector, way)
    const expectWorks = async (kept: Readonly<Record<string, string>>) => {
      const run = await runConnector(connector, way.situation(grant(kept)))
      expect(run.error).toBeNull()
      const { access_token: access = '' } = kept
      expectNoSecret(run, [...secrets(), ...tokens, access])
    }
    expect(Object.keys(others)).toEqual(provider.otherGrants?.map(({ role }) => role) ?? [])
    for (const name of [...Object.keys(provider.keptFields ?? {}), ...(provider.keptLookups ?? [])]) {
      expect(values).toHaveProperty(name)
    }
    if (provider.lifetimeProbe) expect(lifetime).toBeGreaterThan(0)
    await expectWorks(values)
    const { refresh_token: renewing } = values
    if (renewing === undefined && !provider.renewal) return
    const renewed = await renew(values)
    expect(renewed).not.toBeNull()
    await expectWorks(renewed ?? {})
    const { rotates, reuseGrace } = traitsOf(provider, null)
    if (rotates === undefined) return
    expect(renewed?.['refresh_token'] !== renewing).toBe(rotates)
    const isSpent = rotates && reuseGrace === undefined
    expect((await renew(values)) === null).toBe(isSpent)
  })
}

function endpointsOf(provider: OAuthProvider): Endpoint[] {
  const { authorizationEndpoint, tokenEndpoint, refreshEndpoint, revocation } = provider
  const { lifetimeProbe, renewal, tokenSteps = [] } = provider
  const steps = [...tokenSteps, lifetimeProbe, renewal, revocation].map((one) => one?.endpoint)
  return [authorizationEndpoint, tokenEndpoint, refreshEndpoint, ...steps].filter((one) => one !== undefined)
}
