import type { ConnectorGrant } from './connector.ts'

/** For tests: a grant with this token; null without one. */
export function grantOf(
  accessToken: string | null,
  more: Partial<ConnectorGrant> = {},
): ConnectorGrant | null {
  return accessToken === null ? null : { accessToken, kept: {}, scopes: [], externalAccount: null, ...more }
}
