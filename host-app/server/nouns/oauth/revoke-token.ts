import { resolveEndpoint } from '../../../connectors/endpoints.ts'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import type { OAuthRevocation } from '../../../connectors/oauth-revocation.ts'
import type { HostPattern } from '../../../connectors/vendor-hosts.ts'
import { readRetryAfter } from '@bobbin/shared/retry-after'
import { isOperatorsFault } from './blame.ts'
import { readChallenge } from './challenge.ts'
import { authenticateClient } from './client-authentication.ts'
import type { OAuthClient } from '../oauth-clients/oauth-clients.ts'
import { causeOf, readCapped } from './provider-reply.ts'
import { named } from './parameter-names.ts'
import { keptValues } from '../credentials/credentials.ts'
import { plainCode, readRefusalWords, type RefusalWords, scrubSaid } from './refusal-words.ts'

/** The tokens of a grant that is over, by their names in the token reply, and what was kept beside them. */
export type GivenUpTokens = Readonly<Record<string, string>>

export interface RevocationRequest {
  readonly provider: OAuthProvider
  readonly hosts: readonly HostPattern[] | undefined
  readonly client: OAuthClient
  readonly tokens: GivenUpTokens
  readonly fetch: typeof fetch
  readonly signal: AbortSignal
  readonly now: () => number
}

export type RevocationAnswer =
  /** The grant is over there, by this or since before: RFC 7009 tells neither from the other. */
  | { kind: 'revoked' }
  /** The access token that was sent is not taken any more, which says nothing of what renews it. */
  | { kind: 'token_expired' }
  /** The provider does not take our client. */
  | ({ kind: 'misconfigured' } & RefusalWords)
  /** It will not do it, however often it is asked. */
  | ({ kind: 'refused' } & RefusalWords)
  /** It may do it later. `cause` is for the log. */
  | { kind: 'unreachable'; cause: string; retryAfter: number | null }

/** Asks a provider to end a grant (RFC 7009, or its dialect). Resolves whatever it does; nothing of the bodies is logged or thrown. */
export async function revokeToken(request: RevocationRequest): Promise<RevocationAnswer> {
  const { provider, tokens, now, signal } = request
  const { revocation } = provider
  const sent = revocation && tokenToSend(revocation, tokens)
  if (!sent) return { kind: 'refused', code: null }
  try {
    const { url, ...message } = await encodeRevocation(request, revocation, sent)
    // Followed, a redirect would carry token and secret to wherever it points.
    const response = await request.fetch(url, { ...message, redirect: 'manual', signal })
    const text = (await readCapped(response)) ?? ''
    const { status } = response
    const retryAfter = readRetryAfter(response.headers.get('retry-after'), now())
    const unreachable = { kind: 'unreachable', cause: `status ${status}`, retryAfter } as const
    if (status >= 500 || status === 429 || status === 408) return unreachable
    const body = parseFields(text)
    if (response.ok && !isFailure(provider, body)) return { kind: 'revoked' }
    const read = readWords(response, body ?? text, revocation.endedCodes)
    const said = scrubSaid(read.said, [request.client.secret, ...Object.values(tokens)])
    const words = { code: read.code, ...(said !== undefined && { said }) }
    if (isTokenUnknown(revocation, status, read.code)) {
      const isOver = sent.name !== 'access_token' || tokens['refresh_token'] === undefined
      return { kind: isOver ? 'revoked' : 'token_expired' }
    }
    // A page, a redirect or an address that is no more says nothing about the grant.
    if (read.code === null) return unreachable
    // Of a request that it does not understand, the next one is no better.
    if (plainCode(read.code).startsWith('invalid_request')) return { kind: 'refused', ...words }
    return { kind: isOperatorsFault(provider, read.code) ? 'misconfigured' : 'refused', ...words }
  } catch (error) {
    return { kind: 'unreachable', cause: causeOf(error), retryAfter: null }
  }
}

interface SentToken {
  /** Of what was kept, the name that it was kept under. */
  readonly name: string
  readonly value: string
}

function tokenToSend(
  { token: wanted = 'refresh_token' }: OAuthRevocation,
  tokens: GivenUpTokens,
): SentToken | null {
  const { refresh_token: refreshToken, access_token: accessToken } = tokens
  if (typeof wanted === 'object') {
    const value = tokens[wanted.kept]
    return value === undefined ? null : { name: wanted.kept, value }
  }
  if (wanted === 'refresh_token' && refreshToken !== undefined) {
    return { name: 'refresh_token', value: refreshToken }
  }
  return accessToken === undefined ? null : { name: 'access_token', value: accessToken }
}

async function encodeRevocation(
  { provider, hosts, client, tokens }: RevocationRequest,
  revocation: OAuthRevocation,
  { name, value }: SentToken,
): Promise<{ url: string; method: string; headers: Record<string, string>; body?: string }> {
  const { method = 'POST', tokenIn = 'form', parameter = 'token' } = revocation
  const values = { ...keptValues(tokens), token: value, client_id: client.id }
  const url = resolveEndpoint(revocation.endpoint, values, hosts)
  const way = revocation.clientAuthentication ?? (isInHeader(tokenIn) ? 'none' : undefined)
  // Here it means nothing at all; a client without a secret says its id as at the token endpoint.
  const speaker = way === undefined ? provider : { ...provider, clientAuthentication: way }
  const us = way === 'none' ? null : await authenticateClient(speaker, client, url)
  const isInBody = tokenIn === 'form' || tokenIn === 'json'
  const fields = {
    ...(isInBody && { [parameter]: value }),
    ...(tokenIn === 'form' && parameter === 'token' && { token_type_hint: name }),
    ...us?.assertion,
    ...named(provider, us?.parameters ?? {}),
  }
  const headers: Record<string, string> = {
    accept: 'application/json',
    ...us?.headers,
    ...(tokenIn === 'bearer' && { authorization: `Bearer ${value}` }),
    ...(typeof tokenIn === 'object' && { [tokenIn.header]: value }),
  }
  if (method === 'GET' || (method === 'DELETE' && Object.keys(fields).length === 0)) {
    return { url, method, headers }
  }
  const [type, body] =
    tokenIn === 'json'
      ? ['application/json', JSON.stringify(fields)]
      : ['application/x-www-form-urlencoded', new URLSearchParams(fields).toString()]
  return { url, method, headers: { ...headers, 'content-type': type }, body }
}

/** A success that is none: what many say of a failure, too, who say it with a status of success. */
function isFailure({ quirks }: OAuthProvider, body: Fields | null): boolean {
  if (quirks?.okFlag) return body?.['ok'] !== true
  return body?.['error'] !== undefined && body['error'] !== null && body['error'] !== false
}

/** A 401 may have its refusal in its header alone. */
function readWords(
  { status, headers }: Response,
  body: Fields | string,
  ended?: readonly string[],
): RefusalWords {
  const words = readRefusalWords(body, ended)
  if (words.code !== null || status !== 401) return words
  const { code } = readRefusalWords(readChallenge(headers.get('www-authenticate')), ended)
  return { ...words, code }
}

/** By which providers say that they do not know the token, where RFC 7009 wants a 200. */
const unknown =
  /^(?:invalid_(?:access_|refresh_)?token|invalid_grant|invalid_auth|(?:unknown|expired|revoked)_token|token_(?:revoked|expired|not_found|invalid)|account_inactive)$/

function isTokenUnknown(
  { tokenIn, endedCodes = [] }: OAuthRevocation,
  status: number,
  code: string | null,
): boolean {
  if (code !== null) return unknown.test(plainCode(code)) || endedCodes.includes(code)
  return isInHeader(tokenIn) && status === 401
}

function isInHeader(tokenIn: OAuthRevocation['tokenIn']): boolean {
  return tokenIn === 'bearer' || typeof tokenIn === 'object'
}

type Fields = Readonly<Record<string, unknown>>

function parseFields(text: string): Fields | null {
  try {
    const value: unknown = JSON.parse(text.trim())
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null
  } catch {
    return null
  }
}
