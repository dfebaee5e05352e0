import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'

/** Our registration at a provider. */
export interface OAuthClient {
  readonly id: string
  readonly secret: string
}

/** How a request says who we are: by a header, by parameters of its body, or not at all. */
export function authenticateClient(
  way: OAuthProvider['clientAuthentication'] | 'none',
  { id, secret }: OAuthClient,
  basicEncoding: OAuthProvider['basicEncoding'] = 'form',
): { headers: Record<string, string>; parameters: Record<string, string> } {
  if (way === 'none') return { headers: {}, parameters: {} }
  if (way === 'post') return { headers: {}, parameters: { client_id: id, client_secret: secret } }
  const encode = basicEncoding === 'raw' ? (text: string) => text : formEncode
  const userinfo = Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64')
  return { headers: { authorization: `Basic ${userinfo}` }, parameters: {} }
}

/** RFC 6749, 2.3.1: id and secret are form-encoded before they are joined. */
function formEncode(text: string): string {
  return new URLSearchParams([['', text]]).toString().slice(1)
}
