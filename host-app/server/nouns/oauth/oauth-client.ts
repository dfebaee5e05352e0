/** Our registration at a provider. */
export interface OAuthClient {
  readonly id: string
  /** With `private_key_jwt` the private key, a JWK in JSON; empty where the provider gave us none. */
  readonly secret: string
}
