import type { CodeRequest } from '../../nouns/tokens/tokens.ts'

/** What the partner asks for when it sends a person here. */
export interface AuthorizationRequest extends CodeRequest {
  readonly state: string
}

export type ParsedRequest =
  | { kind: 'request'; request: AuthorizationRequest }
  /** Where it came from is not known: the person is told, and sent nowhere. */
  | { kind: 'untrusted' }
  /** The partner is told, at an address that is its own. */
  | { kind: 'refused'; redirectUri: string; state: string | null; error: string; description: string }

/** Which partner may ask, and where answers may go; null: there is none, or it may not. */
export interface PartnerSettings {
  readonly partner: { readonly id: string } | null
  readonly partnerOAuth: { readonly redirectUris: readonly string[] } | null
}

const mostState = 2_048

/** Reads `GET /oauth/authorization`: who asks and where the answer goes comes first, all else afterwards. */
export function parseAuthorizationRequest(
  { partner, partnerOAuth }: PartnerSettings,
  query: URLSearchParams,
): ParsedRequest {
  const clientId = only(query, 'client_id')
  const redirectUri = only(query, 'redirect_uri')
  const isKnown = clientId !== null && clientId === partner?.id
  // Exact, as text: what a parser takes for the same address may still lead somewhere else.
  if (!isKnown || redirectUri === null || !partnerOAuth?.redirectUris.includes(redirectUri)) {
    return { kind: 'untrusted' }
  }
  const state = only(query, 'state')
  const refuse = (error: string, description: string): ParsedRequest => ({
    kind: 'refused',
    redirectUri,
    state,
    error,
    description,
  })
  const responseType = query.has('response_type') ? only(query, 'response_type') : 'code'
  const codeChallenge = only(query, 'code_challenge')
  if (responseType === null) return refuse('invalid_request', 'response_type must be given once')
  if (responseType !== 'code') return refuse('unsupported_response_type', 'response_type must be code')
  if (state === null || state === '' || state.length > mostState) {
    return refuse('invalid_request', `state is needed, of ${mostState} characters at most`)
  }
  if (only(query, 'code_challenge_method') !== 'S256') {
    return refuse('invalid_request', 'code_challenge_method must be S256')
  }
  if (codeChallenge === null || !/^[A-Za-z0-9_-]{43}$/.test(codeChallenge)) {
    return refuse('invalid_request', 'code_challenge must be a SHA-256 hash in base64url')
  }
  return { kind: 'request', request: { clientId, redirectUri, state, codeChallenge } }
}

/** A parameter that came exactly once; OAuth forbids more. */
export function only(parameters: URLSearchParams, name: string): string | null {
  const values = parameters.getAll(name)
  return values.length === 1 ? (values[0] ?? null) : null
}
