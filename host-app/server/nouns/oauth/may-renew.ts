import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import type { OpenedCredentials } from '../credentials/credentials.ts'

type Held = Pick<OpenedCredentials, 'expiresAt' | 'lifetime'> & {
  readonly values: Readonly<Record<string, string>>
}

/** Whether there is anything to renew a grant with, now. `role`: of one beside the main one. */
export function mayRenew(
  provider: Pick<OAuthProvider, 'renewal'>,
  role: string | null,
  held: Held,
  now: number,
): boolean {
  const { renewal } = provider
  if (!renewal || role !== null) return held.values['refresh_token'] !== undefined
  if (renewal.whileAlive && held.expiresAt !== null && held.expiresAt <= now) return false
  return !isTooYoung(provider, role, held, now)
}

/** Whether the provider renews it, but not yet. */
export function isTooYoung(
  { renewal }: Pick<OAuthProvider, 'renewal'>,
  role: string | null,
  { expiresAt, lifetime }: Pick<Held, 'expiresAt' | 'lifetime'>,
  now: number,
): boolean {
  if (renewal?.minimumAge === undefined || role !== null || expiresAt === null || lifetime === null)
    return false
  return now - (expiresAt - lifetime) < renewal.minimumAge
}
