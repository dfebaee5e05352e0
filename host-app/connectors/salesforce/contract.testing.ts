import { createHash } from 'node:crypto'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import type { Situation } from '../connector-contract.testing.ts'
import type { ConnectorGrant } from '../connector.ts'
import { resolveEndpoint } from '../endpoints.ts'
import { grantOf } from '../grant.testing.ts'
import type { OAuthProvider } from '../oauth-provider.ts'
import { restContractOf } from '../rest/rest-connector.testing.ts'
import { salesforce } from './connector.ts'
import { app } from './fake-salesforce-oauth.testing.ts'
import { startFakeSalesforce } from './fake-salesforce.testing.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })
const settings = { start_date: '2026-01-31', is_sandbox: 'false', api_type: 'REST' }
const [token, acme] = ['token-of-anna', 'https://acme.my.salesforce.com']
export const user = 'anna@acme.test'
const verifier = 'v'.repeat(43)

export type SalesforceScene = Awaited<ReturnType<typeof openSalesforce>>

/** Organizations, with grants of one person. */
export async function openSalesforce() {
  const fake = await startFakeSalesforce()
  const org = fake.orgAt('acme')
  fake.oauth.tokens.set(token, { org, user, scopes: app.scopes })
  fake.oauth.tokens.set('token-of-nothing', { org, user, scopes: ['refresh_token'] })
  fake.oauth.tokens.set('token-of-no-id', { org, user, scopes: ['api', 'refresh_token'] })
  fake.oauth.tokens.set('token-elsewhere', { org: fake.orgAt('other'), user, scopes: app.scopes })
  /** The organization is as it was, but for `more`. */
  const inOrg = (more: Partial<typeof org>, grant: ConnectorGrant | null): Situation => {
    Object.assign(org, { hasApi: true, used: 18, ...more })
    return { settings, grant, ...outbound, fetch: fake.inPlace(outbound.fetch) }
  }
  const grantAt = (accessToken: string | null, instance: string) =>
    grantOf(accessToken, { kept: { instance_url: instance }, scopes: app.scopes })
  return {
    fake,
    withGrant: (grant: ConnectorGrant | null) => inOrg({}, grant),
    situation: (accessToken: string | null = token, instance = acme) =>
      inOrg({}, grantAt(accessToken, instance)),
    where: (more: Partial<typeof org>) => inOrg(more, grantAt(token, acme)),
    close: () => fake.close(),
  }
}

/** A person signs in there and allows it: what the token endpoint is told then; null: nobody can sign in there. */
export async function consentAt(
  { fake }: SalesforceScene,
  provider: OAuthProvider,
  place: Readonly<Record<string, string>>,
): Promise<{ code: string; redirect_uri: string; code_verifier: string } | null> {
  const query = new URLSearchParams({
    ...{ client_id: app.id, redirect_uri: app.redirectUri, scope: provider.scopes.join(' '), state: 's' },
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const address = resolveEndpoint(provider.authorizationEndpoint, place, salesforce.hosts)
  const answer = await fake.inPlace(fetch)(`${address}?${query}`, { redirect: 'manual' })
  const back = answer.headers.get('location')
  if (back === null) return null
  const code = new URL(back).searchParams.get('code') ?? ''
  return { code, redirect_uri: app.redirectUri, code_verifier: verifier }
}

export const contract = restContractOf(salesforce, openSalesforce, (scene) => {
  const expired = (accessToken: string | null) => ({
    ...{ code: 'AuthorizationExpired' as const, field: null },
    situation: () => scene().situation(accessToken),
  })
  const elsewhere = (instance: string) => ({
    ...{ code: 'VendorUnavailable' as const, field: null },
    situation: () => scene().situation(token, instance),
  })

  return {
    example: {
      ...{ ...settings, my_domain: 'acme--uat.sandbox', quota_percent_total: '80' },
      ...{ quota_percent_per_run: '25', select_fields_by_default: 'true' },
    },
    junk: {
      my_domain: [
        ...['login.salesforce.com/', 'https://acme', 'a/b', 'evil.test#', '-', 'acme.', 'a@b', 'evil.test/'],
        'a%2Fb',
      ],
      is_sandbox: ['perhaps'],
      start_date: ['', 'yesterday'],
      api_type: ['SOAP'],
      quota_percent_total: ['0', '101', 'all'],
    },
    working: () => scene().situation(),
    fake: () => scene().fake,
    // It says in a body what it asks for.
    asksBy: ({ url, body }) =>
      url.pathname.endsWith('/composite') && !/"method":"(?!GET")/.test(body) && body.length > 0,
    account: 'Acme Ltd, anna@acme.test (00D5g0000000001EAA)',
    config: () => ({
      ...{ ...settings, start_date: '2026-01-31T00:00:00Z' },
      ...{ access_token: token, instance_url: acme },
    }),
    trip: () => {
      const place = { my_domain: 'acme', is_sandbox: 'false' }
      return {
        ...{ client: app, settings: place, fetch: scene().fake.inPlace(fetch) },
        async consent() {
          const { oauth: provider } = salesforce
          const told = provider && (await consentAt(scene(), provider, place))
          if (!told) throw new Error('Nobody can sign in there.')
          return told
        },
        situation: (grant) => scene().withGrant(grant),
      }
    },
    closed: {
      situation: () => scene().situation(),
      access: { Secret__c: { reason: 'not_permitted' } },
    },
    secrets: () => [app.secret, ...scene().fake.oauth.tokens.keys()],
    failures: {
      'a made-up token': expired('made-up'),
      'no grant': expired(null),
      'a token of another organization': expired('token-elsewhere'),
      'a token that is not for the API': expired('token-of-nothing'),
      'an edition without the API': {
        ...{ code: 'PermissionDenied', field: null },
        situation: () => scene().where({ hasApi: false }),
      },
      'a day whose requests are used up': {
        ...{ code: 'VendorRateLimited', field: null },
        situation: () => scene().where({ used: 15_000 }),
      },
      'requests that are used up halfway': {
        ...{ code: 'VendorRateLimited', field: null },
        situation: () => scene().where({ used: 14_998 }),
      },
      'an instance that is no host of Salesforce’s': elsewhere('https://evil.test'),
      'an instance that looks like one': elsewhere('https://my.salesforce.com.evil.test'),
      'an instance with somebody’s name before it': elsewhere('https://acme.my.salesforce.com@evil.test'),
      'an instance without TLS': elsewhere('http://acme.my.salesforce.com'),
      'no instance': elsewhere(''),
    },
  }
})
