import type { Logger } from 'pino'
import type { GrantVersion, GrantedValues } from '../credentials/credentials.ts'
import type { Providers } from './providers.ts'
import type { ConsentedGrant, RenewableGrants } from './renewable-grants.ts'

interface ProbeParts {
  readonly providers: Pick<Providers, 'lifetimeOf'>
  readonly grants: Pick<RenewableGrants, 'noteLifetime'>
  readonly log: Pick<Logger, 'warn'>
}

/**
 * Has the provider say how long a token lives that was just renewed, and is saved: nothing hangs on the answer, so nothing
 * fails with it.
 */
export async function probeLifetime(
  { providers, grants, log }: ProbeParts,
  { place, accountId, sourceId, settings }: ConsentedGrant,
  {
    saved,
    oauthClientId,
    values,
  }: { saved: GrantVersion; oauthClientId: string | null; values: GrantedValues },
): Promise<void> {
  try {
    const lifetime = await providers.lifetimeOf(
      place,
      { accountId, oauthClientId },
      { ...settings, ...values },
    )
    if (lifetime !== null) await grants.noteLifetime(saved, lifetime)
  } catch (error) {
    log.warn({ slug: place.slug, sourceId, err: error }, 'The life of a token could not be noted.')
  }
}
