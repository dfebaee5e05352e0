import type { OAuthProvider, StandardParameter } from '../../../connectors/oauth-provider.ts'
import { filledBy } from '../../../connectors/endpoints.ts'
import type { OAuthRevocation } from '../../../connectors/oauth-revocation.ts'
import { valueAt } from '../../../connectors/template.ts'
import type { TokenStep } from '../../../connectors/token-step.ts'
import { signAppJwt } from './app-assertion.ts'
import { signAssertion } from './client-assertion.ts'
import type { OAuthClient } from '../oauth-clients/oauth-clients.ts'

/** What says who we are. */
export interface ClientProof {
  readonly headers: Readonly<Record<string, string>>
  readonly parameters: Readonly<Partial<Record<StandardParameter, string>>>
  /** Further parameters, whose names no provider changes. */
  readonly assertion: Readonly<Record<string, string>>
}

/** How a provider wants to be told, be it where grants are given or where they are ended. */
export interface ClientSpeech extends Pick<OAuthProvider, 'basicEncoding'> {
  readonly clientAuthentication:
    | OAuthProvider['clientAuthentication']
    | NonNullable<OAuthRevocation['clientAuthentication'] | TokenStep['clientAuthentication']>
}

const nothing: ClientProof = { headers: {}, parameters: {}, assertion: {} }

/**
 * How a request to `endpoint` says who we are.
 * @throws {ClientKeyFault} when the key of `private_key_jwt` or `app_jwt` is none
 */
export async function authenticateClient(
  { clientAuthentication, basicEncoding }: ClientSpeech,
  client: OAuthClient,
  endpoint: string,
): Promise<ClientProof> {
  const { id } = client
  const secret = sharedSecret(client)
  if (typeof clientAuthentication === 'object') {
    const values = { client_id: id, client_secret: secret }
    const headers = Object.entries(clientAuthentication.headers).map(([name, text]) => [
      name,
      filledBy(text, values),
    ])
    return { ...nothing, headers: Object.fromEntries(headers), parameters: { client_id: id } }
  }
  switch (clientAuthentication) {
    case 'none':
      return { ...nothing, parameters: { client_id: id } }
    case 'post':
      return { ...nothing, parameters: { client_id: id, client_secret: secret } }
    case 'private_key_jwt':
      return { ...nothing, assertion: await signAssertion(client, endpoint) }
    case 'app_jwt':
      return { ...nothing, headers: { authorization: `Bearer ${await signAppJwt(client)}` } }
    case 'secret': {
      const userinfo = Buffer.from(`${secret}:`).toString('base64')
      return { ...nothing, headers: { authorization: `Basic ${userinfo}` }, parameters: { client_id: id } }
    }
    case 'basic': {
      const encode = basicEncoding === 'raw' ? (text: string) => text : formEncode
      const userinfo = Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64')
      return { ...nothing, headers: { authorization: `Basic ${userinfo}` } }
    }
  }
}

/** What the vendor knows, too, where the operator has set it up together with a key that it does not. */
export function sharedSecret({ secret }: OAuthClient): string {
  if (!secret.startsWith('{')) return secret
  try {
    const shared = valueAt(JSON.parse(secret), 'client_secret')
    return typeof shared === 'string' ? shared : secret
  } catch {
    return secret
  }
}

/** RFC 6749, 2.3.1: id and secret are form-encoded before they are joined. */
function formEncode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1)
}
