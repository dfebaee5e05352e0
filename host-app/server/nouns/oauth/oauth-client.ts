import type { OAuthParts } from './oauth.ts'
import type { OAuthClient } from './request-token.ts'

/** Our client at the provider of a connector; null, with a line for the operator, when it is not configured. */
export function findClient(
  { config, log }: Pick<OAuthParts, 'config' | 'log'>,
  slug: string,
): OAuthClient | null {
  const client = config.oauthClients.get(slug)
  if (!client) log.error({ slug }, `No OAuth client for ${slug}: set ${clientSettings(slug)}.`)
  return client ?? null
}

/** The names of the settings that hold it. */
export function clientSettings(slug: string): string {
  const stem = `BOBBIN_OAUTH_${slug.toUpperCase().replaceAll('-', '_')}_CLIENT`
  return `${stem}_ID and ${stem}_SECRET`
}
