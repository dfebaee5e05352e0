import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import type { Situation } from '../connector-contract.testing.ts'
import type { ConnectorGrant } from '../connector.ts'
import { grantOf } from '../grant.testing.ts'
import { restContractOf } from '../rest/rest-connector.testing.ts'
import { zendesk } from './connector.ts'
import { client } from './fake-zendesk-oauth.testing.ts'
import { startFakeZendesk } from './fake-zendesk.testing.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })
export const settings = { subdomain: 'acme', start_date: '2026-01-31' }
export const token = 'token-of-a-grant'
export const key = 'key-of-an-administrator'
export const byKey = { ...settings, auth_method: 'api_token', email: 'anna@acme.test', api_token: key }

export type ZendeskScene = Awaited<ReturnType<typeof openZendesk>>

/** Two help desks, with an administrator and an agent, and grants of theirs. */
export async function openZendesk() {
  const fake = await startFakeZendesk()
  for (const desk of ['acme', 'small']) {
    fake.tokens.set(`${desk} ${token}`, 'read')
    fake.apiTokens.set(`${desk} anna@acme.test ${key}`, 'admin')
  }
  fake.apiTokens.set('acme bert@acme.test key-of-an-agent', 'agent')
  fake.tokens.set('small token-of-another-desk', 'read')
  fake.tokens.set('acme token-for-nothing', '')
  const situation = (
    grant: ConnectorGrant | null,
    given: Readonly<Record<string, string>> = settings,
  ): Situation => ({
    ...{ settings: given, grant },
    ...{ ...outbound, fetch: fake.inPlace(outbound.fetch) },
  })
  const withGrant = (accessToken: string | null, more: Partial<typeof settings> = {}) =>
    situation(grantOf(accessToken, { scopes: ['read'] }), { ...settings, ...more })
  const withKey = (more: Partial<typeof byKey> = {}) => situation(null, { ...byKey, ...more })
  return { fake, situation, withGrant, withKey, close: () => fake.close() }
}

export const contract = restContractOf(zendesk, openZendesk, (scene) => ({
  example: { ...settings, email: 'anna@acme.test', api_token: key, search_window_size: '86400' },
  junk: {
    subdomain: ['', 'acme.zendesk.com', 'a/b', 'evil.test#', '-'],
    start_date: ['yesterday'],
    search_window_size: ['1', 'a week'],
  },
  working: () => scene().withGrant(token),
  fake: () => scene().fake,
  account: 'anna@acme.test (acme.zendesk.com)',
  config: () => ({ ...settings, start_date: '2026-01-31T00:00:00Z', access_token: token }),
  trip: () => ({
    ...{ client, settings: { subdomain: 'acme' }, fetch: scene().fake.inPlace(fetch) },
    async consent() {
      scene().fake.codes.add('acme code-1')
      return { code: 'code-1', redirect_uri: 'https://bobbin.test/oauth/callback/zendesk' }
    },
    situation: (grant) => scene().situation(grant),
  }),
  closed: {
    situation: () => scene().withKey({ subdomain: 'small' }),
    access: { ticket_forms: { reason: 'needs_plan' }, sla_policies: { reason: 'not_permitted' } },
  },
  secrets: () => [client.secret, token, key, Buffer.from(`anna@acme.test/token:${key}`).toString('base64')],
  failures: {
    'a made-up grant': {
      ...{ code: 'AuthorizationExpired', field: null },
      situation: () => scene().withGrant('made-up'),
    },
    'no grant': { code: 'AuthorizationExpired', field: null, situation: () => scene().withGrant(null) },
    'a grant of another help desk': {
      ...{ code: 'AuthorizationExpired', field: null },
      situation: () => scene().withGrant('token-of-another-desk'),
    },
    'a grant for nothing': {
      ...{ code: 'PermissionDenied', field: null },
      situation: () => scene().withGrant('token-for-nothing'),
    },
    'a made-up key, to which Zendesk answers as to a stranger': {
      ...{ code: 'CredentialsRejected', field: 'api_token' },
      situation: () => scene().withKey({ api_token: 'made-up' }),
    },
    'a key of somebody else': {
      ...{ code: 'CredentialsRejected', field: 'api_token' },
      situation: () => scene().withKey({ email: 'bert@acme.test' }),
    },
    'a help desk that there is not': {
      ...{ code: 'HostNotFound', field: 'subdomain' },
      situation: () => scene().withGrant(token, { subdomain: 'nobody' }),
    },
    'a subdomain that leads elsewhere': {
      ...{ code: 'SettingUnusable', field: 'subdomain' },
      situation: () => scene().withGrant(token, { subdomain: 'evil.test/' }),
    },
  },
}))
