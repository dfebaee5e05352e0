import { createOutbound } from '../../../server/edges/outbound/outbound.ts'
import type { ConnectorGrant } from '../../connector.ts'
import { grantOf } from '../../grant.testing.ts'
import { restContractOf } from '../../rest/rest-connector.testing.ts'
import { connector } from './connector.ts'
import { client, startFakeService } from './fake-service.testing.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })
const settings = { subdomain: 'acme', start_date: '2026-01-31', workspace_id: '1001' }
const scopes = ['contacts.read', 'deals.read']

/** The fake, and the connector with the settings and the grant that a test gives it. */
async function open() {
  const fake = await startFakeService()
  fake.tokens.set('token-of-anna', scopes)
  fake.tokens.set('token-for-contacts', ['contacts.read'])
  const situation = (grant: ConnectorGrant | null, more: Partial<typeof settings> = {}) => ({
    ...{ settings: { ...settings, ...more }, grant },
    ...{ ...outbound, fetch: fake.inPlace(outbound.fetch) },
  })
  const withToken = (token: string, more: Partial<typeof settings> = {}) =>
    situation(grantOf(token, { scopes: fake.tokens.get(token) ?? [] }), more)
  return { fake, situation, withToken, close: () => fake.close() }
}

export const contract = restContractOf(connector, open, (scene) => ({
  example: settings,
  junk: {
    subdomain: ['', 'acme.crm.example', 'a/b', 'evil.test#', '-'],
    start_date: ['', 'yesterday'],
    workspace_id: ['', 'north', '1001\n'],
  },
  working: () => scene().withToken('token-of-anna'),
  fake: () => scene().fake,
  secrets: () => ['token-of-anna', 'token-for-contacts', client.secret],
  account: 'Anna (anna@acme.test)',
  options: { workspace_id: ['1001', '1002', '1003'] },
  config: () => ({ ...settings, start_date: '2026-01-31T00:00:00Z', access_token: 'token-of-anna' }),
  trip: () => ({
    ...{ client, settings: { subdomain: 'acme' }, fetch: scene().fake.inPlace(outbound.fetch) },
    consent: async () => ({
      code: scene().fake.consent(scopes),
      redirect_uri: 'https://bobbin.test/callback',
    }),
    situation: (grant) => scene().situation(grant),
  }),
  closed: {
    situation: () => scene().withToken('token-for-contacts'),
    access: { deals: { reason: 'needs_scope', scope: 'deals.read' } },
  },
  failures: {
    'a made-up grant': {
      ...{ code: 'AuthorizationExpired', field: null },
      situation: () => scene().withToken('made-up'),
    },
    'no grant': {
      ...{ code: 'AuthorizationExpired', field: null },
      situation: () => scene().situation(null),
    },
    'a customer that there is not': {
      ...{ code: 'HostNotFound', field: 'subdomain' },
      situation: () => scene().withToken('token-of-anna', { subdomain: 'nobody' }),
    },
    'a workspace that was closed': {
      ...{ code: 'PermissionDenied', field: null },
      situation: () => scene().withToken('token-of-anna', { workspace_id: '1003' }),
    },
  },
}))
