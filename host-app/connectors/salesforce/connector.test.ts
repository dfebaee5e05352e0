import { createHash } from 'node:crypto'
import { meantValue } from '@bobbin/shared/setting-rules'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import { requestToken } from '../../server/nouns/oauth/request-token.ts'
import { revokeToken } from '../../server/nouns/oauth/revoke-token.ts'
import { runConnector, type Situation } from '../connector-contract.testing.ts'
import { EndpointRefused, resolveEndpoint } from '../endpoints.ts'
import { grantOf } from '../grant.testing.ts'
import type { StandardParameter } from '../oauth-provider.ts'
import { describeRestConnector } from '../rest/rest-connector.testing.ts'
import { salesforce } from './connector.ts'
import { app } from './fake-salesforce-oauth.testing.ts'
import { type FakeSalesforce, startFakeSalesforce } from './fake-salesforce.testing.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })
const settings = { start_date: '2026-01-31', is_sandbox: 'false', api_type: 'REST' }
const token = 'token-of-anna'
const user = 'anna@acme.test'

let fake: FakeSalesforce
beforeAll(async () => {
  fake = await startFakeSalesforce()
  const org = fake.orgAt('acme')
  fake.oauth.tokens.set(token, { org, user, scopes: app.scopes })
  fake.oauth.tokens.set('token-of-nothing', { org, user, scopes: ['refresh_token'] })
  fake.oauth.tokens.set('token-of-no-id', { org, user, scopes: ['api', 'refresh_token'] })
  fake.oauth.tokens.set('token-elsewhere', { org: fake.orgAt('other'), user, scopes: app.scopes })
})
afterAll(() => fake?.close())
beforeEach(() => {
  fake.mood = 'well'
  Object.assign(fake.orgAt('acme'), { hasApi: true, used: 18 })
})

function situation(
  accessToken: string | null = token,
  instance = 'https://acme.my.salesforce.com',
): Situation {
  const grant = grantOf(accessToken, { kept: { instance_url: instance }, scopes: app.scopes })
  return { settings, grant, ...outbound, fetch: fake.inPlace(outbound.fetch) }
}

/** The same, in an organization that is so. */
const where = (more: object) => () => {
  Object.assign(fake.orgAt('acme'), more)
  return situation()
}
const expired = (of: () => Situation) => ({
  ...{ code: 'AuthorizationExpired' as const, field: null },
  situation: of,
})
const elsewhere = (instance: string) => ({
  ...{ code: 'VendorUnavailable' as const, field: null },
  situation: () => situation(token, instance),
})

describeRestConnector(salesforce, {
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
  working: () => situation(),
  fake: () => fake,
  // It says in a body what it asks for.
  asksBy: ({ url, body }) =>
    url.pathname.endsWith('/composite') && !/"method":"(?!GET")/.test(body) && body.length > 0,
  secrets: () => [...fake.oauth.tokens.keys()],
  failures: {
    'a made-up token': expired(() => situation('made-up')),
    'no grant': expired(() => situation(null)),
    'a token of another organization': expired(() => situation('token-elsewhere')),
    'a token that is not for the API': expired(() => situation('token-of-nothing')),
    'an edition without the API': {
      ...{ code: 'PermissionDenied', field: null },
      situation: where({ hasApi: false }),
    },
    'a day whose requests are used up': {
      ...{ code: 'VendorRateLimited', field: null },
      situation: where({ used: 15_000 }),
    },
    'requests that are used up halfway': {
      ...{ code: 'VendorRateLimited', field: null },
      situation: where({ used: 14_998 }),
    },
    'an instance that is no host of Salesforce’s': elsewhere('https://evil.test'),
    'an instance that looks like one': elsewhere('https://my.salesforce.com.evil.test'),
    'an instance with somebody’s name before it': elsewhere('https://acme.my.salesforce.com@evil.test'),
    'an instance without TLS': elsewhere('http://acme.my.salesforce.com'),
    'no instance': elsewhere(''),
  },
})

const identify = async (given: Situation) => {
  const report = { phase: () => {}, log: () => {} }
  return await salesforce.identify?.({ ...given, signal: AbortSignal.timeout(30_000), report })
}

it('names the organization, the user and the id that tells it from others of its name', async () => {
  expect(await identify(situation())).toBe('Acme Ltd, anna@acme.test (00D5g0000000001EAA)')
  expect(await identify(situation('token-of-no-id'))).toBeNull()
})

it('says how many requests are used, and what a plan lacks', async () => {
  const { lines } = await runConnector(salesforce, situation())
  expect(lines[0]).toBe('Of the organization’s 15000 requests in 24 hours, 20 are used.')
  const { error } = await runConnector(salesforce, where({ hasApi: false })())
  expect(error).toMatchObject({
    detail: 'The service answered with status 403, API_DISABLED_FOR_ORG.',
  })
})

it('makes the config of a tap', () => {
  const { grant } = situation()
  expect(salesforce.config?.({ settings: { ...settings, auth_method: 'oauth' }, grant })).toEqual({
    ...settings,
    ...{ start_date: '2026-01-31T00:00:00Z', access_token: token },
    instance_url: 'https://acme.my.salesforce.com',
  })
})

it.each([
  ['https://acme.my.salesforce.com/lightning/page/home?x=1', 'acme'],
  ['acme.my.salesforce.com', 'acme'],
  ['https://acme.lightning.force.com/lightning/o/Account/list', 'acme'],
  ['https://acme--uat.sandbox.my.salesforce.com', 'acme--uat.sandbox'],
  ['https://acme--uat.sandbox.lightning.force.com/', 'acme--uat.sandbox'],
  ['https://acme-dev-ed.develop.my.salesforce-setup.com/x', 'acme-dev-ed.develop'],
  ['https://login.salesforce.com/', 'https://login.salesforce.com/'],
  ['https://acme.my.salesforce.com.evil.test/', 'https://acme.my.salesforce.com.evil.test/'],
  ['https://acme.my.site.com/', 'https://acme.my.site.com/'],
])('by %s the domain %s is meant', (address, domain) => {
  const property = salesforce.info.properties.find(({ name }) => name === 'my_domain')
  expect(meantValue(property, address)).toBe(domain)
})

describe('a grant', () => {
  const { oauth: provider, hosts } = salesforce
  if (!provider) throw new Error('It has a provider.')
  const verifier = 'v'.repeat(43)
  const { redirectUri } = app
  const ways = () => ({ provider, client: app, fetch: fake.inPlace(fetch), now: () => Date.now() })
  const ask = async (
    place: Record<string, string>,
    grantType: 'authorization_code' | 'refresh_token',
    parameters: Partial<Record<StandardParameter, string>>,
  ) => {
    const endpoint = resolveEndpoint(provider.tokenEndpoint, place, hosts)
    return requestToken({ ...ways(), endpoint, grantType, timeout: 30_000, parameters })
  }
  const consent = async (place: Record<string, string>) => {
    const query = new URLSearchParams({
      ...{ client_id: app.id, redirect_uri: redirectUri, scope: provider.scopes.join(' '), state: 's' },
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    })
    const address = resolveEndpoint(provider.authorizationEndpoint, place, hosts)
    const answer = await ways().fetch(`${address}?${query}`, { redirect: 'manual' })
    const back = answer.headers.get('location')
    return back === null ? null : (new URL(back).searchParams.get('code') ?? '')
  }
  const granted = async (place: Record<string, string>) => {
    const code = (await consent(place)) ?? ''
    const parameters = { code, redirect_uri: redirectUri, code_verifier: verifier }
    const answer = await ask(place, 'authorization_code', parameters)
    if (answer.kind !== 'granted') throw new Error(`It was ${answer.kind}.`)
    return answer
  }
  const run = async ({ access_token: access = '', instance_url: instance }: Record<string, string>) =>
    (await runConnector(salesforce, situation(access, instance))).error

  it.each([
    [{ my_domain: '', is_sandbox: 'false' }, 'https://acme.my.salesforce.com'],
    [{ my_domain: '', is_sandbox: 'true' }, 'https://acme--uat.sandbox.my.salesforce.com'],
    [{ my_domain: 'acme--uat.sandbox', is_sandbox: 'false' }, 'https://acme--uat.sandbox.my.salesforce.com'],
    [{ my_domain: 'other', is_sandbox: 'true' }, 'https://other.my.salesforce.com'],
  ])(
    'of %j is of the instance %s, says no lifetime, and is renewed and ended there',
    async (place, instance) => {
      const first = await granted(place)
      expect(first.values).toMatchObject({ instance_url: instance, scope: 'api refresh_token id' })
      expect(first.lifetime).toBeNull()
      expect(await run(first.values)).toBeNull()
      const renewal = await ask(place, 'refresh_token', {
        refresh_token: first.values['refresh_token'] ?? '',
      })
      if (renewal.kind !== 'granted') throw new Error(`It was ${renewal.kind}.`)
      expect(renewal.values['access_token']).not.toBe(first.values['access_token'])
      const tokens = { ...first.values, ...renewal.values }
      expect(await run(tokens)).toBeNull()

      const end = { ...ways(), hosts, tokens, signal: AbortSignal.timeout(30_000) }
      expect(await revokeToken(end)).toEqual({ kind: 'revoked' })
      const { host, form } = fake.asked.at(-1) ?? {}
      expect([`https://${host}`, form?.get('token')]).toEqual([instance, tokens['refresh_token']])
      expect([...(form?.keys() ?? [])]).not.toContain('client_secret')
      expect(await run(tokens)).toMatchObject({ code: 'AuthorizationExpired' })
      // Nothing is left to be ended, which is as good.
      expect(await revokeToken(end)).toEqual({ kind: 'revoked' })
    },
  )

  it('of an organization that rotates is over, once its refresh token was used twice', async () => {
    const place = { my_domain: 'other', is_sandbox: 'false' }
    const { values } = await granted(place)
    const refresh = { refresh_token: values['refresh_token'] ?? '' }
    const renewal = await ask(place, 'refresh_token', refresh)
    expect(renewal).toMatchObject({ kind: 'granted' })
    expect(await ask(place, 'refresh_token', refresh)).toMatchObject({
      kind: 'refused',
      code: 'invalid_grant',
    })
    if (renewal.kind === 'granted') expect(await run({ ...values, ...renewal.values })).not.toBeNull()
  })

  it('of somebody who has left is over, and said to be', async () => {
    const place = { my_domain: '', is_sandbox: 'false' }
    const { values } = await granted(place)
    fake.oauth.left.add(user)
    const answer = await ask(place, 'refresh_token', { refresh_token: values['refresh_token'] ?? '' })
    fake.oauth.left.clear()
    expect(answer).toMatchObject({ kind: 'refused', code: 'inactive_user' })
    expect(provider.quirks?.endedGrantCodes).toContain('inactive_user')
  })

  it('is not asked for where there is no such domain, or the domain is none', async () => {
    expect(await consent({ my_domain: 'nobody', is_sandbox: 'false' })).toBeNull()
    for (const domain of [
      'evil.test/',
      'evil.test#',
      'evil.test?',
      'x@evil.test/',
      'acme.my.salesforce.com/x?',
    ]) {
      await expect(consent({ my_domain: domain })).rejects.toBeInstanceOf(EndpointRefused)
    }
  })
})
