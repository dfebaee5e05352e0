import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { expectSentTo, home, refusal } from '../../server/doors/flows/callbacks.testing.ts'
import { createTestApp, type TestAccount, type TestApp } from '../../server/testing/app.testing.ts'
import { createTestFlow, page, type TestFlow } from '../../server/testing/flow.testing.ts'
import { runInThisProcess } from '../../server/testing/in-process.testing.ts'
import type { Endpoint } from '../endpoints.ts'
import { app } from './fake-salesforce-oauth.testing.ts'
import { type FakeSalesforce, startFakeSalesforce } from './fake-salesforce.testing.ts'

/* An organization is connected through the app: at the host that the settings say, and its answers are taken from no other. */

let fake: FakeSalesforce
let test: TestApp
let account: TestAccount
beforeEach(async () => {
  fake = await startFakeSalesforce()
  test = await createTestApp(
    {
      BOBBIN_OAUTH_SALESFORCE_CLIENT_ID: app.id,
      BOBBIN_OAUTH_SALESFORCE_CLIENT_SECRET: app.secret,
      BOBBIN_ALLOW_PRIVATE_NETWORKS: 'true',
    },
    undefined,
    (_, { registry, outbound }) =>
      runInThisProcess(registry, { ...outbound, fetchWithin: () => fake.inPlace(outbound.fetch) }),
  )
  fake.oauth.redirectUris.add(`${test.services.config.url}/oauth/callback/salesforce`)
  const connector = test.services.registry.find('platform.salesforce')
  if (typeof connector?.oauth?.tokenEndpoint !== 'function') throw new Error('It is not there.')
  const { tokenEndpoint: official, lifetimeProbe: probe } = connector.oauth
  const here = (address: string) =>
    address.replace('https:', 'http:').replace('.salesforce.com', `.salesforce.localhost:${fake.port}`)
  const tokenEndpoint: Endpoint = (values) => here(official(values))
  const endpoint: Endpoint = ({ instance_url: instance = '' }) =>
    here(`${instance}/services/oauth2/introspect`)
  Object.assign(connector, {
    oauth: { ...connector.oauth, tokenEndpoint, lifetimeProbe: probe && { ...probe, endpoint } },
    hosts: [...(connector.hosts ?? []), `*.salesforce.localhost:${fake.port}`],
  })
  account = await test.signUp()
  await account.call('PUT', '/v4/account', { allowed_origins: [page] })
})
afterEach(async () => {
  await test?.close()
  await fake?.close()
})

type Settings = Readonly<Record<string, string>>
const start = { start_date: '2026-01-31' }

async function begin(): Promise<TestFlow> {
  const { body } = await account.call('POST', '/v3/sessions/ephemeral', {})
  const flow = createTestFlow(test.app, test.services)
  const options = { function: 'addSource', type: 'platform.salesforce' }
  await flow.begin((body as { ephemeral_token: string }).ephemeral_token, options)
  return flow
}

const fill = (flow: TestFlow, settings: Settings) =>
  flow.call('saveForm', { display_name: 'Acme', properties: { ...start, ...settings } })

/** Away to where the consent is; what comes back, or null where there is nothing to consent to. */
async function consent(flow: TestFlow) {
  const { authorize_ticket: ticket } = (await flow.call('getState')).json() as { authorize_ticket: string }
  const away = await flow.get(`/connect/${flow.id}/authorize?ticket=${ticket}`)
  const address = new URL(String(away.headers['location']))
  const location = (await fake.inPlace(fetch)(address, { redirect: 'manual' })).headers.get('location')
  return {
    host: address.host,
    asked: address.searchParams,
    back: location === null ? null : new URL(location),
  }
}

async function comeBack(flow: TestFlow, back: URL | null): Promise<void> {
  expectSentTo(await flow.get(`${back?.pathname}${back?.search}`), home(flow))
}

async function tokenLifetime(): Promise<number | null> {
  const { token_lifetime: lifetime } = await test.services.database.read
    .selectFrom('credential')
    .select('token_lifetime')
    .where('kind', '=', 'oauth')
    .executeTakeFirstOrThrow()
  return lifetime
}

async function externalAccount(): Promise<string | null> {
  const { external_account: name } = await test.services.database.read
    .selectFrom('source')
    .select('external_account')
    .executeTakeFirstOrThrow()
  return name
}

it.each<[Settings, string, string]>([
  [{}, 'login.salesforce.com', 'Acme Ltd, anna@acme.test (00D5g0000000001EAA)'],
  [{ is_sandbox: 'true' }, 'test.salesforce.com', 'Acme Ltd, anna@acme.test (00D5g0000000002EAA)'],
  [{ my_domain: 'other' }, 'other.my.salesforce.com', 'Other Inc, anna@acme.test (00D5g0000000003EAA)'],
])('with %j it is connected at %s', async (settings, host, name) => {
  const flow = await begin()
  await fill(flow, settings)
  const away = await consent(flow)
  expect([away.host, away.asked.get('scope')]).toEqual([host, 'api refresh_token id'])
  await comeBack(flow, away.back)
  expect([await refusal(flow), await externalAccount()]).toEqual([null, name])
  // Each organization has its own, which introspection tells.
  expect(await tokenLifetime()).toEqual(expect.closeTo(7_200_000, -5))
  const exchange = fake.asked.find(({ method }) => method === 'POST')
  expect(exchange?.host).toBe(host.replace('.com', `.localhost:${fake.port}`))
})

it('is connected at the right domain after a wrong one', async () => {
  const flow = await begin()
  await fill(flow, { my_domain: 'acmee' })
  const wrong = await consent(flow)
  expect([wrong.host, wrong.back]).toEqual(['acmee.my.salesforce.com', null])
  // Back by the browser's own button.
  await flow.openPage()
  await flow.call('goToStep', { step: 'form' })
  expect((await fill(flow, { my_domain: 'acme' })).statusCode).toBe(200)
  const right = await consent(flow)
  expect(right.host).toBe('acme.my.salesforce.com')
  await comeBack(flow, right.back)
  expect(await externalAccount()).toBe('Acme Ltd, anna@acme.test (00D5g0000000001EAA)')
})

it.each(['https://acme.my.site.com', 'evil.test/', 'evil.test#', 'a@evil.test'])(
  'goes nowhere for the domain %s',
  async (domain) => {
    const flow = await begin()
    expect((await fill(flow, { my_domain: domain })).statusCode).toBe(422)
    expect(fake.asked).toEqual([])
  },
)

describe('is not connected', () => {
  it.each<[Settings, string]>([
    [{ error: 'access_denied', error_description: 'end-user denied authorization' }, 'denied'],
    [{ error: 'OAUTH_APP_BLOCKED', error_description: 'this app is blocked by admin' }, 'approval_needed'],
    [{ error: 'OAUTH_EC_APP_NOT_FOUND' }, 'approval_needed'],
    [{ error: 'OAUTH_APPROVAL_ERROR_GENERIC' }, 'approval_needed'],
    [{ error: 'invalid_client', error_description: 'app must be installed into org' }, 'approval_needed'],
    [{ error: 'invalid_scope', error_description: 'the requested scope is not allowed' }, 'misconfigured'],
    [{ error: 'inactive_org', error_description: 'organization is inactive' }, 'provider_error'],
  ])('where Salesforce answers %j', async (answer, reason) => {
    fake.oauth.refusal = answer
    const flow = await begin()
    await fill(flow, {})
    await comeBack(flow, (await consent(flow)).back)
    expect([await refusal(flow), await externalAccount()]).toMatchObject([{ reason }, null])
    expect(fake.asked.filter(({ method }) => method === 'POST')).toEqual([])
  })

  it('where the consent leaves out what is needed, and is where it leaves out what is not', async () => {
    const flow = await begin()
    await fill(flow, {})
    fake.oauth.withheld = ['refresh_token']
    await comeBack(flow, (await consent(flow)).back)
    expect(await refusal(flow)).toMatchObject({ reason: 'scope_missing' })
    fake.oauth.withheld = ['id']
    await comeBack(flow, (await consent(flow)).back)
    // Without it nobody says whose it is.
    expect([await refusal(flow), await externalAccount()]).toEqual([null, null])
  })
})
