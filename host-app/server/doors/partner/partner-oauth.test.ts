import * as oauth from 'oauth4webapi'
import { expect, it } from 'vitest'
import { createTestApp, partner } from '../../testing/app.testing.ts'
import { asked, createTestPartner, locationOf, redirectUri, verifier } from './partner.testing.ts'
import { usePartner } from './use-partner.testing.ts'

const world = usePartner()

it('a standard OAuth client that insists on everything gets its token', async () => {
  const { url } = world.test.services.config
  const customFetch = async (
    target: string,
    init: { method?: string; headers?: unknown; body?: unknown },
  ) => {
    const { pathname } = new URL(target)
    const reply = await world.test.app.inject({
      method: (init.method ?? 'GET') as 'GET',
      url: pathname,
      headers: init.headers as Record<string, string>,
      ...(init.body ? { payload: String(init.body) } : {}),
    })
    return new Response(reply.body, {
      status: reply.statusCode,
      headers: { 'content-type': String(reply.headers['content-type']) },
    })
  }
  const options = { [oauth.customFetch]: customFetch, [oauth.allowInsecureRequests]: true } as object
  const issuer = new URL(url)
  const discovery = await oauth.discoveryRequest(issuer, { ...options, algorithm: 'oauth2' })
  const server = await oauth.processDiscoveryResponse(issuer, discovery)
  const client = { client_id: partner.partner_id }
  const back = oauth.validateAuthResponse(
    server,
    client,
    locationOf(await world.one.answer(world.anew)),
    asked.state,
  )
  const reply = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.ClientSecretBasic(partner.partner_secret),
    back,
    redirectUri,
    verifier,
    options,
  )
  const result = await oauth.processAuthorizationCodeResponse(server, client, reply)
  expect((await world.account(result.access_token)).statusCode).toBe(200)
})

it('without registered addresses none of it is there', async () => {
  const plain = await createTestApp()
  const query = new URLSearchParams(asked)
  const page = await plain.app.inject({
    url: `/oauth/authorization?${query}`,
    headers: { accept: 'text/html' },
  })
  expect([page.statusCode, page.body]).toEqual([404, expect.stringContaining('There is nothing here')])
  expect((await createTestPartner(plain).exchange('x')).statusCode).toBe(404)
  await plain.close()
})
