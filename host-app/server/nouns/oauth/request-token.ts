import type { OAuthProvider, StandardParameter } from '../../../connectors/oauth-provider.ts'
import { readChallenge } from './challenge.ts'
import { ClientKeyFault } from './client-assertion.ts'
import { authenticateClient } from './client-authentication.ts'
import type { OAuthClient } from '../oauth-clients/oauth-clients.ts'
import { named } from './parameter-names.ts'
import { type AskParts, askProvider, causeOf, type Unreachable } from './provider-reply.ts'
import { readRefusalWords, type RefusalWords, scrubSaid } from './refusal-words.ts'
import { parseTokenReply, type GrantType, type TokenReply } from './token-reply.ts'

/** How a token endpoint is spoken to. */
type TokenSpeech = Pick<
  OAuthProvider,
  | 'basicEncoding'
  | 'clientAuthentication'
  | 'tokenRequestFormat'
  | 'tokenParameters'
  | 'refreshParameters'
  | 'parameterNames'
  | 'keptFields'
  | 'lifetimeUnit'
  | 'sendsNonce'
  | 'otherGrants'
  | 'refreshTraits'
  | 'quirks'
>

export interface TokenRequest extends AskParts {
  readonly provider: TokenSpeech
  readonly endpoint: string
  /** Null where the grant itself says who asks. */
  readonly client: OAuthClient | null
  readonly grantType: GrantType
  /** Of a grant beside the main one, its role. */
  readonly role?: string | null
  /** The grant's own parameters: code, redirect_uri, code_verifier; or refresh_token. Of settings `grant_type`, too. */
  readonly parameters: Readonly<Partial<Record<StandardParameter, string>>>
}

interface Wait {
  /** How long the provider asked us to wait, in milliseconds. */
  readonly retryAfter: number | null
}

export type TokenAnswer =
  Extract<TokenReply, { kind: 'granted' }> | (Extract<TokenReply, { kind: 'refused' }> & Wait) | Unreachable

/** Asks a token endpoint. Resolves whatever the provider does; nothing of the bodies is logged or thrown. */
export async function requestToken(request: TokenRequest): Promise<TokenAnswer> {
  const { provider, endpoint, grantType } = request
  try {
    const answer = await askProvider(request, endpoint, { method: 'POST', ...(await encodeRequest(request)) })
    if (answer.kind === 'unreachable') return answer
    const { response, text, retryAfter } = answer
    if (text === null) return { kind: 'refused', code: null, retryAfter }
    const read = parseTokenReply(text, response.ok, grantType, provider, request.role)
    if (read.kind === 'granted') return read
    const reply = read.code === null && response.status === 401 ? inChallenge(read, response, request) : read
    // A page, a redirect or an address that is no more says nothing about a grant that was good until now, or a key.
    if (grantType !== 'authorization_code' && reply.code === null && !refusals.has(response.status)) {
      return { kind: 'unreachable', cause: `status ${response.status}`, retryAfter }
    }
    const said = scrubSaid(reply.said, secretsOf(request))
    return { kind: 'refused', code: reply.code, ...(said !== undefined && { said }), retryAfter }
  } catch (error) {
    // Ours to mend, as when the provider says that it does not know us.
    if (error instanceof ClientKeyFault) {
      return { kind: 'refused', code: 'invalid_client', said: error.message, retryAfter: null }
    }
    return { kind: 'unreachable', cause: causeOf(error), retryAfter: null }
  }
}

/** The refusal that a 401 has in its header, where its body has none. */
function inChallenge(inBody: RefusalWords, { headers }: Response, request: TokenRequest): RefusalWords {
  const { grantType, provider } = request
  const ended = grantType === 'refresh_token' ? provider.quirks?.endedGrantCodes : []
  const { code, said } = readRefusalWords(readChallenge(headers.get('www-authenticate')), ended)
  return { code, said: inBody.said ?? said }
}

/** What a token endpoint says with them is meant, even without a word. */
export const refusals: ReadonlySet<number> = new Set([400, 401, 403, 422])

function secretsOf({ client, parameters }: TokenRequest): string[] {
  return [client?.secret ?? '', ...Object.values(parameters)]
}

async function encodeRequest(request: TokenRequest) {
  const { provider, client, endpoint, grantType, parameters } = request
  const us = client && (await authenticateClient(provider, client, endpoint))
  const more = grantType === 'refresh_token' ? provider.refreshParameters : provider.tokenParameters
  const standard = named(provider, { grant_type: grantType, ...parameters, ...us?.parameters })
  // The provider's own come first, so that none of them can replace one of ours.
  const fields = { ...more, ...us?.assertion, ...standard }
  const isJson = provider.tokenRequestFormat === 'json'
  return {
    // Without `accept`, some providers answer urlencoded.
    headers: {
      accept: 'application/json',
      ...(isJson && { 'content-type': 'application/json' }),
      ...us?.headers,
    },
    body: isJson ? JSON.stringify(fields) : new URLSearchParams(asTexts(fields)),
  }
}

function asTexts(fields: Readonly<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]))
}
