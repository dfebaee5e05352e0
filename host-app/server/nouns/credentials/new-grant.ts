import type { GrantLife } from './grant-life.ts'

/** What a provider has just granted, and whose it is as far as the connector could tell. */
export interface NewGrant {
  readonly values: Record<string, string>
  /** When the access token ends; null where it does not. */
  readonly expiresAt: number | null
  /** How long it lives from when it was granted, in milliseconds; null where nobody says. */
  readonly lifetime: number | null
  /** How long it can be renewed; absent where nobody says. */
  readonly life?: GrantLife | undefined
  readonly externalAccount: string | null
  /** The client that it was granted to; null: the operator's settings hold it. */
  readonly oauthClientId: string | null
  /** What came with it in the same reply, and is renewed apart. */
  readonly others?: readonly NewOtherGrant[]
}

/** A grant that came beside the main one. */
export interface NewOtherGrant extends Pick<NewGrant, 'values' | 'expiresAt' | 'lifetime' | 'life'> {
  readonly role: string
}
