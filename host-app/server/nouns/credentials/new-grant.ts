/** What a provider has just granted, and whose it is as far as the connector could tell. */
export interface NewGrant {
  readonly values: Record<string, string>
  /** When the access token ends; null where it does not. */
  readonly expiresAt: number | null
  /** How long it lives from when it was granted, in milliseconds; null where nobody says. */
  readonly lifetime: number | null
  readonly externalAccount: string | null
}
