import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import { crmObjects } from './demo-crm-data.ts'

/** The vendor's API under `/api/`. Tokens are the provider's own; each path needs a scope of its own. */
export async function serveCrm(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://crm.invalid')
  const [, bearer] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? []
  const token = bearer === undefined ? undefined : await provider.AccessToken.find(bearer)
  if (!token?.isValid || token.accountId === undefined) {
    response.setHeader('WWW-Authenticate', 'Bearer error="invalid_token"')
    return answer(response, 401, { error: 'invalid_token' })
  }
  const isAllowed = (scope: string) => token.scopes.has(scope)

  if (request.method === 'GET' && url.pathname === '/api/me') {
    if (!isAllowed('account.read')) return answer(response, 403, { error: 'insufficient_scope' })
    return answer(response, 200, { name: token.accountId, workspace: 'Demo workspace' })
  }
  if (request.method === 'GET' && url.pathname === '/api/objects') {
    if (!isAllowed('crm.read')) return answer(response, 403, { error: 'insufficient_scope' })
    const region = url.searchParams.get('region')
    if (region !== 'eu' && region !== 'us') return answer(response, 400, { error: 'unknown_region' })
    return answer(response, 200, { objects: crmObjects(region) })
  }
  answer(response, 404, { error: 'not_found' })
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
  response.end(JSON.stringify(body))
}
