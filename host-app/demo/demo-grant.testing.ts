import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { visitDemoProvider } from './demo-visitor.testing.ts'

/** A client of the demo provider, as a test plays it. */
export interface DemoClient {
  url: string
  clientId: string
  clientSecret: string
  redirectUri: string
}

const demoTokens = z.object({
  access_token: z.string(),
  refresh_token: z.string(),
  expires_in: z.number(),
  scope: z.string(),
})
export type DemoTokens = z.infer<typeof demoTokens>

/** The whole code flow with PKCE, for tests that need tokens the provider really granted. */
export async function grantDemoTokens(client: DemoClient, scope: string, name?: string): Promise<DemoTokens> {
  const { verifier, authorizationUrl } = beginDemoGrant(client, scope)
  const callback = await visitDemoProvider(authorizationUrl, name === undefined ? {} : { name })
  const code = callback.searchParams.get('code') ?? ''
  const response = await requestDemoTokens(client, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: client.redirectUri,
    code_verifier: verifier,
  })
  if (!response.ok) throw new Error(`The demo provider refused the code with status ${response.status}.`)
  return demoTokens.parse(await response.json())
}

export function beginDemoGrant(
  client: DemoClient,
  scope: string,
): { verifier: string; authorizationUrl: string } {
  const verifier = randomBytes(32).toString('base64url')
  const parameters = new URLSearchParams({
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    scope,
    state: randomBytes(16).toString('base64url'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  return { verifier, authorizationUrl: `${client.url}/auth?${parameters}` }
}

export function requestDemoTokens(client: DemoClient, body: Record<string, string>): Promise<Response> {
  const basic = Buffer.from(`${client.clientId}:${client.clientSecret}`).toString('base64')
  return fetch(`${client.url}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams(body),
  })
}
