import { requestToken } from '../../server/nouns/oauth/request-token.ts'
import type { Connector, ConnectorGrant } from '../connector.ts'
import { resolveEndpoint } from '../endpoints.ts'
import type { OAuthProvider } from '../oauth-provider.ts'
import type { Trip } from './fixtures.testing.ts'
import { contextOf } from './run-connector.testing.ts'

type Values = Readonly<Record<string, string>>

/** What came of a person's consent. */
export interface Granted {
  /** The token reply, by the names that its values are kept under, with the settings that belong to the grant and what was looked up of it. */
  readonly values: Values
  /** The grants that came with it, by their roles. */
  readonly others: Readonly<Record<string, Values>>
  /** As the connector is given it, with these tokens instead, should they have been renewed. */
  grant(renewed?: Values): ConnectorGrant
  /** Tokens for a refresh token, of the main grant or of another; null when the provider refuses. */
  renew(refreshToken: string, role?: string): Promise<Values | null>
  /** All tokens that it has. */
  readonly tokens: readonly string[]
}

/** Goes to the provider and back, as the server does it. */
export async function takeTrip(connector: Connector, provider: OAuthProvider, trip: Trip): Promise<Granted> {
  const { client, fetch, settings, consent, situation } = trip
  const ask = async (
    grantType: 'authorization_code' | 'refresh_token',
    parameters: Values,
    role: string | null = null,
  ) => {
    const { tokenEndpoint, refreshEndpoint = tokenEndpoint } = provider
    const asked = grantType === 'refresh_token' ? refreshEndpoint : tokenEndpoint
    const endpoint = resolveEndpoint(asked, settings, connector.hosts)
    const ways = { provider, client, fetch, timeout: 30_000, now: () => Date.now() }
    return requestToken({ ...ways, endpoint, grantType, parameters, role })
  }

  const answer = await ask('authorization_code', await consent())
  if (answer.kind !== 'granted') throw new Error(`The token endpoint answered: ${answer.kind}.`)
  const others = Object.fromEntries(
    Object.entries(answer.others ?? {}).map(([role, { values }]) => [role, values]),
  )
  const names = [...Object.keys(provider.keptFields ?? {}), ...(provider.keptCallbackFields ?? [])]
  const granted = (values: Values, lookedUp: Values): ConnectorGrant => ({
    ...tokenAndScopes(values, provider),
    kept: { ...settings, ...pick({ ...answer.values, ...values }, names), ...lookedUp },
    externalAccount: null,
    others: mapValues(others, (other) => tokenAndScopes(other, provider)),
  })
  const context = contextOf(connector, situation(granted(answer.values, {})))
  const lookedUp = (await connector.afterExchange?.(context)) ?? {}
  const values = { ...settings, ...answer.values, ...lookedUp }
  return {
    values,
    others,
    grant: (renewed = answer.values) => granted(renewed, lookedUp),
    async renew(refreshToken, role) {
      const renewed = await ask('refresh_token', { refresh_token: refreshToken }, role)
      return renewed.kind === 'granted' ? renewed.values : null
    },
    tokens: [values, ...Object.values(others)].flatMap(({ access_token: access, refresh_token: refresh }) =>
      [access, refresh].filter((token) => token !== undefined),
    ),
  }
}

function tokenAndScopes(values: Values, { scopes }: OAuthProvider) {
  return { accessToken: values['access_token'] ?? '', scopes: values['scope']?.split(' ') ?? scopes }
}

function pick(values: Values, names: readonly string[]): Values {
  return Object.fromEntries(
    names.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])),
  )
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
}
