/** One of a source's grants: the main one, or another of the same consent, by its role. */
export type GrantKind = 'oauth' | `oauth:${string}`

/** What a source signs in with: a grant, or what its settings were exchanged for, without a consent. */
export type TokenKind = GrantKind | 'token'

/** `role`: null for the main one. */
export function grantKind(role: string | null): GrantKind {
  return role === null ? 'oauth' : `oauth:${role}`
}

/** Null for the main one, and for what is no grant. */
export function roleOf(kind: 'form' | TokenKind): string | null {
  return kind.startsWith('oauth:') ? kind.slice('oauth:'.length) : null
}
