import type { OAuthProvider } from './oauth-provider.ts'

/** What is wrong with how a provider is told that a grant is over; empty when all is well. */
export function revocationFaults({
  revocation,
  clientAuthentication,
}: Pick<OAuthProvider, 'revocation' | 'clientAuthentication'>): string[] {
  if (!revocation) return []
  const { endpoint, method = 'POST', tokenIn = 'form' } = revocation
  const faults: string[] = []
  const url = URL.parse(endpoint)
  if (!url || !/^https?:$/.test(url.protocol)) faults.push('the endpoint must be an address of http or https')
  // Elsewhere than in the path, a stranger's token could say where our client's secret is sent.
  const isInPath = url?.pathname.includes('%7Btoken%7D') === true
  if (isInPath !== (tokenIn === 'path')) faults.push('{token} in the path and `tokenIn: path` go together')
  if (/[{}]/.test(endpoint.replaceAll(/(?<!\/)\/\{(?:token|client_id)\}/g, ''))) {
    faults.push('only {token} and {client_id} may stand for something, each after a slash of the path')
  }
  if (method === 'GET' && (tokenIn === 'form' || tokenIn === 'json')) {
    faults.push('GET has no body for the token: it goes by `bearer` or `path`')
  }
  const authentication =
    revocation.clientAuthentication ?? (tokenIn === 'bearer' ? 'none' : clientAuthentication)
  if (tokenIn === 'bearer' && authentication === 'basic') {
    faults.push('bearer and basic want the same header')
  }
  return faults.map((fault) => `oauth.revocation: ${fault}`)
}
