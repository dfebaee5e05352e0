import type { catalogEndpoints } from '@bobbin/shared/api/connector-catalog'
import type { Registry } from '../../../connectors/registry.ts'
import { AppError } from '../../ground/app-error.ts'
import type { Door } from '../../http/door.ts'
import type { OAuthClients } from '../../nouns/oauth-clients/oauth-clients.ts'
import { isOffered } from './is-offered.ts'
import type { ShownConnectors } from './shown-connector.ts'

/** What everybody may see: whose catalog it is, and what can be connected where the operator shows that to visitors. */
export function servePlatform(
  door: Door<typeof catalogEndpoints>,
  {
    registry,
    oauthClients,
    shown,
    config,
  }: {
    registry: Pick<Registry, 'list' | 'findBySlug'>
    oauthClients: Pick<OAuthClients, 'reach'>
    shown: ShownConnectors
    config: {
      readonly url: string
      readonly partnerName: string
      readonly catalogLoginUrl: string | null
      readonly anonymousCatalog: boolean
    }
  },
): void {
  const { partnerName: name, url, catalogLoginUrl, anonymousCatalog } = config
  const platform = {
    name,
    slug: name
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
      .replaceAll(/^-+|-+$/g, ''),
    website: url,
    login_redirect_url: catalogLoginUrl ?? '',
    // There is none of ours.
    remove_branding: true,
  }

  door.serve('getPlatform', async () => ({ platform }))

  door.serve('listPlatformConnectors', async () => {
    requireAnonymous()
    const reach = await oauthClients.reach('anybody')
    const offered = registry.list().filter((info) => isOffered(info, reach))
    return { connectors: offered.map(shown) }
  })

  door.serve('getPlatformConnector', async ({ params: { slug } }) => {
    requireAnonymous()
    const info = registry.findBySlug(slug)?.info
    if (!info || !isOffered(info, await oauthClients.reach('anybody'))) throw new AppError('NotFound')
    return { connector: shown(info) }
  })

  function requireAnonymous() {
    if (!anonymousCatalog) throw new AppError('Unauthorized')
  }
}
