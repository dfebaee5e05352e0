import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'

/** Our registration at a provider. */
export interface OAuthClient {
  readonly id: string
  /** With `private_key_jwt` the private key, a JWK in JSON; empty where the provider gave us none. */
  readonly secret: string
}

/**
 * Which of our registrations issued what an account has: it alone renews that, and ends it. `id` is of its row; null: the
 * registration that the operator's settings hold.
 */
export interface Issuer {
  readonly accountId: number
  readonly oauthClientId: string | null
}

/** Whether the provider takes the client as it is: most ask for its secret. */
export function isUsable(
  { clientAuthentication }: Pick<OAuthProvider, 'clientAuthentication'>,
  { secret }: Pick<OAuthClient, 'secret'>,
): boolean {
  return secret !== '' || clientAuthentication === 'none'
}
