import { createHash } from 'node:crypto'
import type { OAuthProvider, StandardParameter } from '../../../connectors/oauth-provider.ts'
import { named } from './parameter-names.ts'

/** One trip's own part of an authorization request. */
export interface AuthorizationTrip {
  readonly clientId: string
  readonly redirectUri: string
  readonly state: string
  /** The PKCE verifier and the nonce; null where the provider is sent none. */
  readonly verifier: string | null
  readonly nonce: string | null
  /** The scopes that the app can do without. */
  readonly optional: readonly string[]
}

/** Where the browser is sent. `endpoint` is the resolved one. */
export function authorizationUrl(provider: OAuthProvider, endpoint: string, trip: AuthorizationTrip): string {
  const { scopes, scopesApart: apart, scopeSeparator = ' ', scopeEncoding = 'percent' } = provider
  const isApart = (scope: string) => {
    if (apart === undefined) return false
    return (apart.scopes === 'optional' ? trip.optional : apart.scopes).includes(scope)
  }
  const together = scopes.filter((scope) => !isApart(scope)).join(scopeSeparator)
  const asked = {
    response_type: 'code',
    client_id: trip.clientId,
    redirect_uri: trip.redirectUri,
    // Some providers take an empty one for a request of nothing.
    ...(together !== '' && { scope: together }),
  } satisfies Partial<Record<StandardParameter, string>>
  const separate = apart ? scopes.filter(isApart).join(scopeSeparator) : ''
  const standard = named(provider, asked)
  // The provider's own parameters come first, so that none of them can replace one of ours.
  const parameters = new Map(Object.entries({ ...provider.authorizationParameters, ...standard }))
  if (apart && separate !== '') parameters.set(apart.parameter, separate)
  parameters.set('state', trip.state)
  if (trip.nonce !== null) parameters.set('nonce', trip.nonce)
  if (trip.verifier !== null) {
    parameters.set('code_challenge', createHash('sha256').update(trip.verifier).digest('base64url'))
    parameters.set('code_challenge_method', 'S256')
  }
  const holdScopes = new Set([provider.parameterNames?.scope ?? 'scope', apart?.parameter])
  const query = [...parameters].map(([name, value]) => {
    const isRaw = scopeEncoding === 'raw' && holdScopes.has(name)
    return `${encodeURIComponent(name)}=${isRaw ? rawScope(value) : encodeURIComponent(value)}`
  })
  const url = new URL(endpoint)
  for (const name of parameters.keys()) if (url.searchParams.has(name)) url.searchParams.delete(name)
  return withQuery(url, query.join('&'))
}

/** As it is, but for what would end it, or mean another letter. */
function rawScope(scope: string): string {
  return encodeURIComponent(scope).replaceAll('%3A', ':').replaceAll('%2F', '/').replaceAll('%2C', ',')
}

/** Behind a fragment where there is one: pages that live there read their parameters there. */
function withQuery(url: URL, query: string): string {
  const part = url.hash === '' ? 'search' : 'hash'
  const joint = url[part].includes('?') ? '&' : '?'
  url[part] = `${url[part]}${joint}${query}`
  return url.href
}
