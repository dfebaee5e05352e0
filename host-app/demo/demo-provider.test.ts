import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freePort } from '../../scripts/free-port.mjs'
import { beginDemoGrant, grantDemoTokens, requestDemoTokens, type DemoClient } from './demo-grant.testing.ts'
import { startDemoProvider } from './demo-provider.ts'
import { visitDemoProvider } from './demo-visitor.testing.ts'
import type { LocalServer } from './local-server.ts'

let client: DemoClient
let server: LocalServer
const scope = 'crm.read account.read'

beforeAll(async () => {
  const port = await freePort()
  const redirectUri = 'http://localhost:8420/oauth/callback/demo-crm'
  client = { url: `http://127.0.0.1:${port}`, clientId: 'bobbin', clientSecret: 'a-secret', redirectUri }
  server = await startDemoProvider({ ...client, port, redirectUris: [redirectUri], accessTokenTtl: 2 })
})
afterAll(() => server?.close())

describe('the demo provider', () => {
  it('grants a code with `iss`, and for the code a token that its API takes', async () => {
    const { verifier, authorizationUrl } = beginDemoGrant(client, scope)
    const callback = await visitDemoProvider(authorizationUrl, { name: 'Zoë <b>' })
    expect(`${callback.origin}${callback.pathname}`).toBe(client.redirectUri)
    expect(callback.searchParams.get('iss')).toBe(client.url)
    expect(callback.searchParams.get('state')).toBe(new URL(authorizationUrl).searchParams.get('state'))

    const response = await requestDemoTokens(client, {
      grant_type: 'authorization_code',
      code: callback.searchParams.get('code') ?? '',
      redirect_uri: client.redirectUri,
      code_verifier: verifier,
    })
    const tokens = await response.json()
    expect(tokens).toMatchObject({
      token_type: 'Bearer',
      expires_in: 2,
      scope,
      refresh_token: expect.any(String),
    })
    expect(await ask('/api/me', tokens.access_token)).toEqual({
      name: 'Zoë <b>',
      workspace: 'Demo workspace',
    })
  })

  it('says access_denied after Deny', async () => {
    const callback = await visitDemoProvider(beginDemoGrant(client, scope).authorizationUrl, {
      answer: 'deny',
    })
    expect(callback.searchParams.get('error')).toBe('access_denied')
    expect(callback.searchParams.get('iss')).toBe(client.url)
  })

  it('insists on PKCE', async () => {
    const url = new URL(beginDemoGrant(client, scope).authorizationUrl)
    url.searchParams.delete('code_challenge')
    url.searchParams.delete('code_challenge_method')
    expect((await visitDemoProvider(url.href)).searchParams.get('error')).toBe('invalid_request')
  })

  it('ends access after its time, and rotates refresh tokens', async () => {
    const first = await grantDemoTokens(client, scope)
    await delay(2_100)
    expect(await ask('/api/me', first.access_token)).toBe(401)

    const refresh = (token: string) =>
      requestDemoTokens(client, { grant_type: 'refresh_token', refresh_token: token })
    const second = await (await refresh(first.refresh_token)).json()
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect(await ask('/api/me', second.access_token)).toMatchObject({ name: 'Anna Example' })
  })

  it('ends the whole grant when a spent refresh token comes back', async () => {
    const first = await grantDemoTokens(client, scope)
    const refresh = (token: string) =>
      requestDemoTokens(client, { grant_type: 'refresh_token', refresh_token: token })
    const second = await (await refresh(first.refresh_token)).json()
    expect((await refresh(first.refresh_token)).status).toBe(400)
    expect((await refresh(second.refresh_token)).status).toBe(400)
    expect(await ask('/api/me', second.access_token)).toBe(401)
  })

  it('ends a grant, and no other of the same person, when it is told that it is over', async () => {
    const [first, other] = [await grantDemoTokens(client, scope), await grantDemoTokens(client, scope)]
    const body = new URLSearchParams({ token: first.refresh_token, token_type_hint: 'refresh_token' })
    const basic = Buffer.from(`${client.clientId}:${client.clientSecret}`).toString('base64')
    const headers = { authorization: `Basic ${basic}` }
    const reply = await fetch(`${client.url}/token/revocation`, { method: 'POST', headers, body })
    expect([reply.status, await ask('/api/me', first.access_token)]).toEqual([200, 401])
    const refresh = (token: string) =>
      requestDemoTokens(client, { grant_type: 'refresh_token', refresh_token: token })
    expect((await refresh(first.refresh_token)).status).toBe(400)
    expect((await refresh(other.refresh_token)).status).toBe(200)
  })

  it('hands out to each token what its scopes allow', async () => {
    const { access_token: token } = await grantDemoTokens(client, 'account.read')
    expect(await ask('/api/objects?region=eu', token)).toBe(403)
    expect(await ask('/api/nothing', token)).toBe(404)
    expect(await ask('/api/me', 'made-up')).toBe(401)
  })

  it('shows accessible pages that run no script', async () => {
    const response = await fetch(beginDemoGrant(client, scope).authorizationUrl, { redirect: 'manual' })
    const location = new URL(response.headers.get('location') ?? '', client.url)
    const cookie = response.headers.getSetCookie().map((line) => line.split(';')[0])
    const page = await fetch(location, { headers: { cookie: cookie.join('; ') } })
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await page.text()).toMatch(
      /<label for="name">Your name<\/label>[^]*<button type="submit">Continue/,
    )
    expect((await fetch(location)).status).toBe(400)
  })
})

/** What the API answers, or the status of its refusal. */
async function ask(path: string, token: string): Promise<unknown> {
  const response = await fetch(`${client.url}${path}`, { headers: { authorization: `Bearer ${token}` } })
  return response.ok ? response.json() : response.status
}
