import { pino } from 'pino'
import { createMetrics } from '../../server/ground/metrics.ts'
import { connectorGrant, granted } from '../../server/nouns/credentials/credentials.ts'
import { createProviders, placeOf, type ProviderPlace } from '../../server/nouns/oauth/oauth.ts'
import type { Connector, ConnectorGrant } from '../connector.ts'
import type { Trip } from './fixtures.testing.ts'
import { contextOf } from './run-connector.testing.ts'

type Values = Readonly<Record<string, string>>

/** What came of a person's consent. */
export interface Granted {
  /** What is kept of the main grant, as the server keeps it: tokens, settings, what was said and looked up. */
  readonly values: Values
  /** The grants that came with it, by their roles. */
  readonly others: Readonly<Record<string, Values>>
  /** How long its token lives, in milliseconds; null where nobody says it. */
  readonly lifetime: number | null
  /** As the connector is given it, with these values of the main one. */
  grant(values?: Values): ConnectorGrant
  /** What is kept of the main grant, or of another, once it was renewed; null when the provider refuses. */
  renew(kept: Values, role?: string): Promise<Values | null>
  /** Has a grant ended at the provider; how that went. */
  revoke(kept: Values): Promise<string>
  /** All tokens that it has. */
  readonly tokens: readonly string[]
}

/** Goes to the provider and back, by the server's own way. */
export async function takeTrip(connector: Connector, trip: Trip): Promise<Granted> {
  const { settings, consent, situation } = trip
  const place = placeOf(connector)
  if (!place) throw new Error('Without OAuth there is no trip.')
  const providers = providersOf(trip)
  const { provider } = place
  const at = { endpoint: provider.tokenEndpoint, values: settings }

  const answer = await providers.exchange(place, ours, at, await consent())
  if (answer.kind !== 'granted') throw new Error(`The token endpoint answered: ${answer.kind}.`)
  const others = mapValues(answer.others ?? {}, (other) => ({ ...settings, ...other.values }))
  const grant = (values: Values) =>
    connectorGrant(connector, { values: granted(values), others: mapValues(others, granted) }, null)
  const first = { ...settings, ...answer.values }
  const lookedUp = await connector.afterExchange?.(contextOf(connector, situation(grant(first))))
  const values = { ...first, ...lookedUp }
  return {
    ...{ values, others, lifetime: answer.lifetime },
    grant: (kept = values) => grant(kept),
    async renew(kept, role) {
      const renewed = await providers.refresh(place, ours, kept, role ?? null)
      return renewed.kind === 'granted' ? { ...kept, ...renewed.values } : null
    },
    revoke: (kept) => revoke(providers, place, kept),
    tokens: [values, ...Object.values(others)].flatMap(({ access_token: access, refresh_token: refresh }) =>
      [access, refresh].filter((token) => token !== undefined),
    ),
  }
}

/** Nobody's in particular. */
const ours = { accountId: 1, oauthClientId: null }

function providersOf({ client, fetch }: Trip) {
  const issuer = { accountId: ours.accountId, oauthClientId: null }
  return createProviders({
    url: 'https://bobbin.test',
    clients: {
      choose: () => Promise.resolve({ issuer, client }),
      find: () => Promise.resolve(client),
      sameAs: () => Promise.resolve([null]),
    },
    lease: 45_000,
    outbound: { fetch },
    metrics: createMetrics(),
    now: () => Date.now(),
    log: pino({ level: 'silent' }),
  })
}

async function revoke(
  providers: ReturnType<typeof providersOf>,
  place: ProviderPlace,
  kept: Values,
): Promise<string> {
  const { kind } = await providers.revoke(place, ours, kept, AbortSignal.timeout(30_000))
  return kind
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]))
}
