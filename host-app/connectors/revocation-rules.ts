import { namesIn } from './endpoints.ts'
import type { OAuthProvider } from './oauth-provider.ts'

/** What is wrong with how a provider is told that a grant is over; empty when all is well. */
export function revocationFaults({
  revocation,
  clientAuthentication,
  keptFields = {},
  keptCallbackFields = [],
  keptLookups = [],
}: Pick<
  OAuthProvider,
  'revocation' | 'clientAuthentication' | 'keptFields' | 'keptCallbackFields' | 'keptLookups'
>): string[] {
  if (!revocation) return []
  const { endpoint, method = 'POST', tokenIn = 'form', token } = revocation
  const faults: string[] = []
  const isInHeader = tokenIn === 'bearer' || typeof tokenIn === 'object'
  if (typeof tokenIn === 'object' && !/^[a-z0-9-]+$/i.test(tokenIn.header)) {
    faults.push(`"${tokenIn.header}" is no name of a header`)
  }
  if (typeof token === 'object') {
    const isKept =
      Object.hasOwn(keptFields, token.kept) || [...keptCallbackFields, ...keptLookups].includes(token.kept)
    if (!isKept) faults.push(`"${token.kept}" is not kept with the grant`)
    if (isInHeader) faults.push('what was kept is no token, and cannot go by `bearer` or a header')
  }
  if (typeof endpoint === 'string') {
    const url = URL.parse(endpoint)
    const isMadeWhole = /^\{[A-Za-z]/.test(endpoint)
    if (!isMadeWhole && (!url || !/^https?:$/.test(url.protocol))) {
      faults.push('the endpoint must be an address of http or https')
    }
    // Elsewhere than in the path, a stranger's token could say where our client's secret is sent.
    const inPath = endpoint.matchAll(/(?<!\/)\/\{(token|client_id)\}/g)
    const wanted = namesIn(endpoint).filter((name) => name === 'token' || name === 'client_id')
    if ([...inPath].length !== wanted.length) {
      faults.push('{token} and {client_id} stand for something after a slash of the path alone')
    }
    if (/[{}]/.test(endpoint.replaceAll(/\{[A-Za-z][\w-]*\}/g, ''))) faults.push('a brace stands for nothing')
    if (wanted.includes('token') !== (tokenIn === 'path')) {
      faults.push('{token} in the path and `tokenIn: path` go together')
    }
  } else if (tokenIn === 'path') {
    faults.push('a token in the path needs an endpoint that is a text')
  }
  if (method === 'GET' && (tokenIn === 'form' || tokenIn === 'json')) {
    faults.push('GET has no body for the token: it goes by `bearer`, `path` or a header')
  }
  const authentication = revocation.clientAuthentication ?? (isInHeader ? 'none' : clientAuthentication)
  const isAuthorization =
    tokenIn === 'bearer' || (typeof tokenIn === 'object' && tokenIn.header.toLowerCase() === 'authorization')
  if (isAuthorization && (authentication === 'basic' || authentication === 'secret')) {
    faults.push(`bearer and ${authentication} want the same header`)
  }
  return faults.map((fault) => `oauth.revocation: ${fault}`)
}
