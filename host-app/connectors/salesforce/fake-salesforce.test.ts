import { Connection, OAuth2 } from '@jsforce/jsforce-node'
import { setDispatcher } from '@jsforce/jsforce-node/lib/request.js'
import { Agent } from 'undici'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { app } from './fake-salesforce-oauth.testing.ts'
import { type FakeSalesforce, startFakeSalesforce } from './fake-salesforce.testing.ts'

/* A client that others wrote for Salesforce, asking the one of our tests: it has to understand whatever is answered. */

let fake: FakeSalesforce
let agent: Agent
beforeAll(async () => {
  fake = await startFakeSalesforce()
  const user = 'anna@acme.test'
  fake.oauth.tokens.set('token-of-anna', { org: fake.orgAt('acme'), user, scopes: app.scopes })
  fake.oauth.tokens.set('token-of-nothing', { org: fake.orgAt('acme'), user, scopes: ['refresh_token'] })
  // All hosts are this machine.
  agent = new Agent({
    connect: { lookup: (_host, _options, tell) => tell(null, [{ address: '127.0.0.1', family: 4 }]) },
  })
  setDispatcher(agent)
})
afterAll(async () => {
  setDispatcher(undefined)
  await agent?.close()
  await fake?.close()
})
beforeEach(() => {
  Object.assign(fake.orgAt('acme'), { hasApi: true, used: 18 })
})

const host = (name: string) => `http://${name}.salesforce.localhost:${fake.port}`
const { redirectUri } = app

function oauthAt(loginUrl: string, more: object = {}): OAuth2 {
  const ours = { clientId: app.id, clientSecret: app.secret, redirectUri }
  return new OAuth2({ ...ours, loginUrl, useVerifier: true, ...more })
}

function connection(accessToken = 'token-of-anna', name = 'acme.my'): Connection {
  return new Connection({ instanceUrl: host(name), accessToken, version: '66.0' })
}

/** There and back: the client asks, the fake consents. */
async function codeFor(oauth: OAuth2, scope = 'api refresh_token id'): Promise<string> {
  const away = oauth.getAuthorizationUrl({ scope, state: 's' })
  const { pathname, search, host: at } = new URL(away)
  const consent = await fake.inPlace(fetch)(`http://${at}${pathname}${search}`, { redirect: 'manual' })
  return new URL(consent.headers.get('location') ?? '').searchParams.get('code') ?? ''
}

describe('grants', () => {
  it.each([
    ['login', 'https://acme.my.salesforce.com'],
    ['test', 'https://acme--uat.sandbox.my.salesforce.com'],
    ['acme--uat.sandbox.my', 'https://acme--uat.sandbox.my.salesforce.com'],
    ['other.my', 'https://other.my.salesforce.com'],
  ])('at %s what is of %s, renews and ends it', async (name, instance) => {
    const oauth = oauthAt(host(name))
    const granted = await oauth.requestToken(await codeFor(oauth))
    expect(granted).toMatchObject({
      instance_url: instance,
      scope: 'api refresh_token id',
      token_type: 'Bearer',
    })
    const { pathname } = new URL(granted.id)
    const [, id = ''] = /^\/id\/(00D\w{15})\/005\w{15}$/.exec(pathname) ?? []
    expect(fake.orgs.map((org) => org.id)).toContain(id)
    const renewed = await oauth.refreshToken(granted.refresh_token ?? '')
    const at = (token: string) => connection(token, new URL(instance).host.replace('.salesforce.com', ''))
    expect((await at(renewed.access_token).describeGlobal()).sobjects).not.toEqual([])
    await oauth.revokeToken(renewed.refresh_token ?? granted.refresh_token ?? '')
    await expect(at(renewed.access_token).describeGlobal()).rejects.toMatchObject({
      errorCode: 'INVALID_SESSION_ID',
    })
    await expect(oauth.revokeToken('made-up')).rejects.toThrow(/invalid token/)
  })

  it.each<[string, (oauth: OAuth2) => Promise<unknown>, RegExp]>([
    ['a code that there is not', (oauth) => oauth.requestToken('made-up'), /expired authorization code/],
    [
      'a code that was used',
      async (oauth) => {
        const code = await codeFor(oauth)
        await oauth.requestToken(code)
        return oauth.requestToken(code)
      },
      /expired authorization code/,
    ],
    [
      'another verifier',
      async (oauth) => {
        const code = await codeFor(oauth)
        oauth.codeVerifier = 'of-somebody-else'
        return oauth.requestToken(code)
      },
      /invalid code verifier/,
    ],
    [
      'a refresh token that there is not',
      (oauth) => oauth.refreshToken('made-up'),
      /expired access\/refresh token/,
    ],
  ])('none for %s', async (_what, ask, words) => {
    await expect(ask(oauthAt(host('login')))).rejects.toThrow(words)
  })

  it('none for another client, or with another secret', async () => {
    const oauth = oauthAt(host('login'))
    const code = await codeFor(oauth)
    await expect(oauthAt(host('login'), { clientSecret: 'x' }).requestToken(code)).rejects.toThrow(
      /client credentials/,
    )
    await expect(oauthAt(host('login'), { clientId: 'x' }).requestToken(code)).rejects.toThrow(
      /identifier invalid/,
    )
  })
})

describe('objects', () => {
  it('are listed and described', async () => {
    const { sobjects } = await connection().describeGlobal()
    expect(sobjects.find(({ name }) => name === 'AccountChangeEvent')?.queryable).toBe(false)
    const account = await connection().describe('Account')
    expect(account.fields.find(({ name }) => name === 'Id')).toMatchObject({ type: 'id', nillable: false })
    expect(account.fields.find(({ name }) => name === 'BillingAddress')?.type).toBe('address')
  })

  it('are described some at once, each for itself, and it counts as one request', async () => {
    const names = ['Account', 'Secret__c', 'Nothing__c']
    const compositeRequest = names.map((name, index) => ({
      ...{ method: 'GET', url: `/services/data/v66.0/sobjects/${name}/describe`, referenceId: `ref${index}` },
    }))
    const { used } = fake.orgAt('acme')
    const client = connection()
    const answer = await client.requestPost<{ compositeResponse: unknown[] }>('/composite', {
      compositeRequest,
    })
    expect(answer.compositeResponse).toMatchObject([
      { referenceId: 'ref0', httpStatusCode: 200, body: { name: 'Account' } },
      { referenceId: 'ref1', httpStatusCode: 403, body: [{ errorCode: 'INSUFFICIENT_ACCESS' }] },
      { referenceId: 'ref2', httpStatusCode: 404, body: [{ errorCode: 'NOT_FOUND' }] },
    ])
    expect(fake.orgAt('acme').used - used).toBe(1)
    expect(client.limitInfo).toEqual({ apiUsage: { used: 19, limit: 15_000 } })
    const tooMany = Array.from({ length: 26 }, (_, index) => ({
      ...compositeRequest[0],
      referenceId: `r${index}`,
    }))
    await expect(client.requestPost('/composite', { compositeRequest: tooMany })).rejects.toMatchObject({
      errorCode: 'LIMIT_EXCEEDED',
    })
  })

  it('of the organization itself can be asked for', async () => {
    const { records } = await connection().query<{ Name: string }>('SELECT Name FROM Organization')
    expect(records).toMatchObject([{ Name: 'Acme Ltd' }])
  })

  it('are told with who asks', async () => {
    const who = await connection().request(`${host('acme.my')}/services/oauth2/userinfo`)
    expect(who).toMatchObject({ organization_id: '00D5g0000000001EAA', preferred_username: 'anna@acme.test' })
  })
})

describe('fails as Salesforce does', () => {
  it.each<[string, () => Promise<unknown>, string]>([
    ['a token that there is not', () => connection('x').describeGlobal(), 'INVALID_SESSION_ID'],
    [
      'a token of another organization',
      () => connection('token-of-anna', 'other.my').describeGlobal(),
      'INVALID_SESSION_ID',
    ],
    [
      'a token that is not for the API',
      () => connection('token-of-nothing').describeGlobal(),
      'INVALID_SESSION_ID',
    ],
    ['an object that there is not', () => connection().describe('Nothing__c'), 'NOT_FOUND'],
    ['an object without access', () => connection().describe('Secret__c'), 'INSUFFICIENT_ACCESS'],
    ['a query that it does not know', async () => connection().query('SELECT Nothing'), 'MALFORMED_QUERY'],
    ['a version that there is not', () => connection().request('/services/data/v12.0/sobjects'), 'NOT_FOUND'],
  ])('%s', async (_what, ask, errorCode) => {
    await expect(ask()).rejects.toMatchObject({ errorCode })
  })

  it.each([
    [{ hasApi: false }, 'API_DISABLED_FOR_ORG'],
    [{ used: 15_000 }, 'REQUEST_LIMIT_EXCEEDED'],
  ])('an organization with %j', async (more, errorCode) => {
    Object.assign(fake.orgAt('acme'), more)
    await expect(connection().describeGlobal()).rejects.toMatchObject({ errorCode })
  })
})
