import { meantValue } from '@bobbin/shared/setting-rules'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { askStep } from '../../server/nouns/oauth/ask-step.ts'
import { requestToken } from '../../server/nouns/oauth/request-token.ts'
import { revokeToken } from '../../server/nouns/oauth/revoke-token.ts'
import { contextOf, runConnector } from '../connector-contract.testing.ts'
import { EndpointRefused, resolveEndpoint } from '../endpoints.ts'
import type { StandardParameter } from '../oauth-provider.ts'
import { salesforce } from './connector.ts'
import { consentAt, openSalesforce, type SalesforceScene, user } from './contract.testing.ts'
import { app } from './fake-salesforce-oauth.testing.ts'

let scene: SalesforceScene
beforeAll(async () => {
  scene = await openSalesforce()
})
afterAll(() => scene?.close())
beforeEach(() => {
  scene.fake.mood = 'well'
})

it('names nobody where it may not ask who it is', async () => {
  expect(await salesforce.identify?.(contextOf(salesforce, scene.situation('token-of-no-id')))).toBeNull()
})

it('says how many requests are used, and what a plan lacks', async () => {
  const { lines } = await runConnector(salesforce, scene.situation())
  expect(lines[0]).toBe('Of the organization’s 15000 requests in 24 hours, 20 are used.')
  const { error } = await runConnector(salesforce, scene.where({ hasApi: false }))
  expect(error).toMatchObject({
    detail: 'The service answered with status 403, API_DISABLED_FOR_ORG.',
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
  const ways = () => ({ provider, client: app, fetch: scene.fake.inPlace(fetch), now: () => Date.now() })
  const ask = async (
    place: Record<string, string>,
    grantType: 'authorization_code' | 'refresh_token',
    parameters: Partial<Record<StandardParameter, string>>,
  ) => {
    const endpoint = resolveEndpoint(provider.tokenEndpoint, place, hosts)
    return requestToken({ ...ways(), endpoint, grantType, timeout: 30_000, parameters })
  }
  const consent = (place: Record<string, string>) => consentAt(scene, provider, place)
  const granted = async (place: Record<string, string>) => {
    const answer = await ask(place, 'authorization_code', (await consent(place)) ?? {})
    if (answer.kind !== 'granted') throw new Error(`It was ${answer.kind}.`)
    return answer
  }
  const { lifetimeProbe: step } = provider
  if (!step) throw new Error('It says nowhere how long a token lives.')
  const lifeOf = (values: Record<string, string>) =>
    askStep({ ...ways(), step, values, hosts, dialect: provider, timeout: 30_000, isRenewal: true })
  const run = async ({ access_token: access = '', instance_url: instance }: Record<string, string>) =>
    (await runConnector(salesforce, scene.situation(access, instance))).error

  it.each([
    [{ my_domain: '', is_sandbox: 'false' }, 'https://acme.my.salesforce.com'],
    [{ my_domain: '', is_sandbox: 'true' }, 'https://acme--uat.sandbox.my.salesforce.com'],
    [{ my_domain: 'acme--uat.sandbox', is_sandbox: 'false' }, 'https://acme--uat.sandbox.my.salesforce.com'],
    [{ my_domain: 'other', is_sandbox: 'true' }, 'https://other.my.salesforce.com'],
  ])(
    'of %j is of the instance %s, says there alone how long it lives, and is renewed and ended there',
    async (place, instance) => {
      const first = await granted(place)
      expect(first.values).toMatchObject({ instance_url: instance, scope: 'api refresh_token id' })
      expect(first.lifetime).toBeNull()
      expect(await lifeOf(first.values)).toMatchObject({ lifetime: expect.closeTo(7_200_000, -5) })
      expect(await lifeOf({ ...first.values, access_token: 'made-up' })).toMatchObject({ lifetime: null })
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
      const { host, form } = scene.fake.asked.at(-1) ?? {}
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
    scene.fake.oauth.left.add(user)
    const answer = await ask(place, 'refresh_token', { refresh_token: values['refresh_token'] ?? '' })
    scene.fake.oauth.left.clear()
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
