import { expect, it } from 'vitest'
import { requestToken } from '../../server/nouns/oauth/request-token.ts'
import type { Connector, ConnectorGrant } from '../connector.ts'
import { type Endpoint, EndpointRefused, resolveEndpoint } from '../endpoints.ts'
import type { OAuthProvider } from '../oauth-provider.ts'
import { valueFault } from '../value-fault.ts'
import { expectNoSecret } from './expect-no-secret.testing.ts'
import type { ConnectorFixtures } from './fixtures.testing.ts'
import { runConnector } from './run-connector.testing.ts'

/** What somebody would enter to have the grant, or our client's secret, sent to them. */
const lures = ['evil.test/', 'evil.test#', 'evil.test?', 'a@evil.test', 'https://evil.test', 'x/../..', '..']

/** From the consent to a grant that works, and to the next one when it is renewed. */
export function describeTrip(connector: Connector, fixtures: ConnectorFixtures): void {
  const { oauth: provider, hosts, info } = connector
  const { trip, example, secrets = () => [] } = fixtures
  if (!provider || !trip) return
  const endpoints = endpointsOf(provider)

  it.each(provider.endpointSettings ?? [])('leads nowhere else by its %s', (name) => {
    const property = info.properties.find((one) => one.name === name)
    for (const lure of lures) {
      const isRefused = property !== undefined && valueFault(property, lure) !== null
      const values = { ...example, [name]: lure }
      const taken = isRefused ? [] : endpoints.filter((endpoint) => makesAddress(endpoint, values, hosts))
      expect([lure, taken]).toEqual([lure, []])
    }
  })

  it('is granted what works, and what it can renew', async () => {
    const { client, fetch, settings, consent, situation } = trip()
    const ways = { provider, client, fetch, timeout: 30_000, now: () => Date.now() }
    const ask = async (
      grantType: 'authorization_code' | 'refresh_token',
      parameters: Readonly<Record<string, string>>,
    ) => {
      const { tokenEndpoint, refreshEndpoint = tokenEndpoint } = provider
      const asked = grantType === 'refresh_token' ? refreshEndpoint : tokenEndpoint
      const endpoint = resolveEndpoint(asked, settings, hosts)
      const answer = await requestToken({ ...ways, endpoint, grantType, parameters })
      if (answer.kind !== 'granted') throw new Error(`The token endpoint answered: ${answer.kind}.`)
      return answer
    }
    const kept = (values: Readonly<Record<string, string>>) =>
      Object.fromEntries(
        [...Object.keys(provider.keptFields ?? {}), ...(provider.keptCallbackFields ?? [])].flatMap((name) =>
          values[name] === undefined ? [] : [[name, values[name]]],
        ),
      )
    const granted = await ask('authorization_code', await consent())
    const others = Object.entries(granted.others ?? {}).map(([role, { values }]) => ({ role, values }))
    const expectWorks = async (values: Readonly<Record<string, string>>) => {
      const grant: ConnectorGrant = {
        ...tokenAndScopes(values, provider),
        kept: { ...settings, ...kept(values) },
        externalAccount: null,
        others: Object.fromEntries(
          others.map(({ role, values }) => [role, tokenAndScopes(values, provider)]),
        ),
      }
      const run = await runConnector(connector, situation(grant))
      expect(run.error).toBeNull()
      const tokens = [values, ...others.map((other) => other.values)].flatMap((all) =>
        [all['access_token'], all['refresh_token']].filter((token) => token !== undefined),
      )
      expectNoSecret(run, [...secrets(), ...tokens])
    }
    expect(others.map(({ role }) => role)).toEqual(provider.otherGrants?.map(({ role }) => role) ?? [])
    for (const name of Object.keys(provider.keptFields ?? {})) expect(granted.values).toHaveProperty(name)
    await expectWorks(granted.values)
    const { refresh_token: renewing } = granted.values
    if (renewing === undefined) return
    await expectWorks((await ask('refresh_token', { refresh_token: renewing })).values)
  })
}

function tokenAndScopes(values: Readonly<Record<string, string>>, { scopes }: OAuthProvider) {
  return { accessToken: values['access_token'] ?? '', scopes: values['scope']?.split(' ') ?? scopes }
}

function endpointsOf(provider: OAuthProvider): Endpoint[] {
  const { authorizationEndpoint, tokenEndpoint, refreshEndpoint, revocation } = provider
  return [authorizationEndpoint, tokenEndpoint, refreshEndpoint, revocation?.endpoint].filter(
    (one) => one !== undefined,
  )
}

function makesAddress(
  endpoint: Endpoint,
  values: Readonly<Record<string, string>>,
  hosts: Connector['hosts'],
): boolean {
  try {
    return resolveEndpoint(endpoint, values, hosts) !== ''
  } catch (error) {
    if (error instanceof EndpointRefused) return false
    throw error
  }
}
