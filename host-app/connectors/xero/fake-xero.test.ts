import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { XeroClient } from 'xero-node'
import { allScopes, app, type FakeXero, startFakeXero, tenants } from './fake-xero.testing.ts'

/*
 * Xero's own client, asking the Xero of our tests: it has to find all that it looks for in a real one. Its addresses are
 * fixed, so its axios is told where they lead, and its OpenID client where tokens are given.
 */

interface Axios {
  interceptors: { request: { use(change: (config: { url?: string }) => object): number } }
}
interface OpenIdClients {
  Issuer: new (about: object) => { Client: new (about: object) => XeroClient['openIdClient'] }
}
const ofClient = createRequire(createRequire(import.meta.url).resolve('xero-node'))
const { interceptors } = ofClient('axios') as Axios
const { Issuer } = ofClient('openid-client') as OpenIdClients

let fake: FakeXero
beforeAll(async () => {
  fake = await startFakeXero()
  fake.tokens.set('at-all', { scopes: allScopes, state: 'good' })
  fake.tokens.set('at-contacts', { scopes: ['accounting.contacts.read'], state: 'good' })
  fake.tokens.set('at-old', { scopes: allScopes, state: 'expired' })
  interceptors.request.use((config) => {
    const { pathname, search } = new URL(config.url ?? '')
    return { ...config, url: `${fake.origin}${pathname}${search}` }
  })
})
afterAll(() => fake?.close())

function client(token: string): XeroClient {
  const xero = new XeroClient({
    clientId: app.clientId,
    clientSecret: app.secret,
    redirectUris: [],
    scopes: [],
  })
  const endpoints = {
    token_endpoint: `${fake.origin}/connect/token`,
    revocation_endpoint: `${fake.origin}/connect/revocation`,
  }
  const issuer = new Issuer({ issuer: 'https://identity.xero.com', ...endpoints })
  xero.openIdClient = new issuer.Client({ client_id: app.clientId, client_secret: app.secret })
  xero.setTokenSet({ access_token: token })
  return xero
}

it('lists the connections', async () => {
  const connections = await client('at-all').updateTenants(false)
  expect(connections.map(({ tenantId, tenantType }) => [tenantId, tenantType])).toEqual([
    [tenants.practice, 'PRACTICE'],
    [tenants.farm, 'ORGANISATION'],
    [tenants.shop, 'ORGANISATION'],
  ])
})

it('names the organisation', async () => {
  const { body } = await client('at-all').accountingApi.getOrganisations(tenants.farm)
  const [{ organisationID: id, name, createdDateUTC: created } = {}] = body.organisations ?? []
  expect([id, name]).toEqual([tenants.farm, 'Farm & Sons'])
  expect(created).toEqual(new Date(1_790_000_000_000))
})

describe('invoices', () => {
  const list = (since: Date | undefined, page?: number, size?: number) => {
    const four = [undefined, undefined, undefined, undefined] as const
    const { accountingApi: api } = client('at-all')
    return api.getInvoices(tenants.shop, since, undefined, undefined, ...four, page, ...four, size)
  }
  const idsIn = async (asked: ReturnType<typeof list>) =>
    (await asked).body.invoices?.map(({ invoiceID: id }) => id)

  it('come in pages', async () => {
    expect(await idsIn(list(undefined, 1, 2))).toEqual(['Invoice-0', 'Invoice-1'])
    const { body } = await list(undefined, 2, 2)
    expect(body.invoices).toMatchObject([{ invoiceID: 'Invoice-2', updatedDateUTC: expect.any(Date) }])
    expect(body.pagination).toMatchObject({ page: 2, pageSize: 2, pageCount: 2, itemCount: 3 })
  })

  it('can be asked for since a time', async () => {
    expect(await idsIn(list(new Date(1_790_000_000_000)))).toHaveLength(2)
  })
})

describe('fails as Xero does', () => {
  it.each([
    ['a token that there is not', 'at-none', tenants.shop, 401, 'AuthenticationUnsuccessful'],
    ['a token of old', 'at-old', tenants.shop, 401, expect.stringContaining('TokenExpired')],
    ['a token without the scope', 'at-contacts', tenants.shop, 401, 'AuthorizationUnsuccessful'],
    ['a tenant that has left', 'at-all', tenants.left, 403, 'AuthenticationUnsuccessful'],
  ])('%s', async (_what, token, tenant, code, detail) => {
    const error = await client(token)
      .accountingApi.getInvoices(tenant)
      .catch((thrown: unknown) => JSON.parse(String(thrown)))
    expect(error).toMatchObject({ response: { statusCode: code, body: { Status: code, Detail: detail } } })
  })

  it('too many requests', async () => {
    fake.requestsLeft = 0
    const error = await client('at-all')
      .accountingApi.getAccounts(tenants.shop)
      .catch((thrown: unknown) => JSON.parse(String(thrown)))
    const headers = { 'retry-after': '0', 'x-rate-limit-problem': 'minute' }
    expect(error).toMatchObject({ response: { statusCode: 429, headers } })
  })
})

it('renews what it granted, once and for half an hour more, and ends it', async () => {
  const xero = client('at-all')
  fake.codes.set('code-1', allScopes)
  const first = await xero.openIdClient.grant({
    ...{
      grant_type: 'authorization_code',
      code: 'code-1',
      redirect_uri: app.redirectUri,
      code_verifier: 'v',
    },
  })
  xero.setTokenSet(first)
  expect(await xero.refreshToken()).toMatchObject({ token_type: 'Bearer', scope: allScopes.join(' ') })
  fake.now += 30 * 60_000
  xero.setTokenSet(first)
  expect((await xero.refreshToken()).refresh_token).not.toBe(first.refresh_token)
  const { access_token: latest = '' } = xero.readTokenSet()
  expect(await client(latest).updateTenants(false)).toHaveLength(3)
  fake.now += 1
  xero.setTokenSet(first)
  await expect(xero.refreshToken()).rejects.toMatchObject({ error: 'invalid_grant' })
  await xero.revokeToken()
  await expect(client(latest).updateTenants(false)).rejects.toMatchObject({ response: { status: 401 } })
})
