import type { Connector } from '../../../connectors/connector.ts'
import type { SettingsGrant } from '../../../connectors/settings-grant.ts'
import { updateSource } from '../sources/update-source.ts'
import { connectorInfo, property } from '../../testing/made-up-connector.testing.ts'
import { accountId, slug, type World } from './oauth-world.testing.ts'

/** A client of the person's own, at a vendor whose token endpoint is below this origin. */
export function clientGrant(origin: string, more: object = {}): SettingsGrant {
  return {
    type: 'client_credentials',
    tokenEndpoint: `${origin}/token`,
    client: { id: 'app_id', secret: 'app_secret' },
    clientAuthentication: 'basic',
    ...more,
  }
}

/** A key of the person's own. */
export function keyGrant(
  origin: string,
  { assertion, ...more }: Record<string, unknown> = {},
): SettingsGrant {
  return {
    type: 'jwt_bearer',
    tokenEndpoint: `${origin}/token`,
    key: 'app_secret',
    assertion: { algorithm: 'RS256', issuer: '{app_id}', lifetime: 180_000, ...(assertion as object) },
    ...more,
  }
}

/** A connector whose one method is this grant. `hosts`: without them its endpoint is fixed. */
export function grantConnector(grant: SettingsGrant, more: Partial<Connector> = {}): Connector {
  const type = grant.type === 'client_credentials' ? 'OAUTH2CC' : 'CUSTOM'
  return {
    info: connectorInfo({
      type: 'platform.test-crm',
      slug,
      steps: ['form'],
      is_checked: true,
      auth_methods: [{ key: 'own', title: 'Own app', type, properties: ['app_id', 'app_secret'] }],
      properties: [
        property('subdomain', { binds: ['app_secret'], is_required: false }),
        property('app_id'),
        property('app_secret', { is_credential: true }),
      ],
    }),
    settingsGrants: { own: grant },
    check: () => Promise.resolve(),
    ...more,
  }
}

/** Has the source of the world sign in so, with these settings. */
export async function signInBySettings(
  world: World,
  connector: Connector,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  world.useConnector(connector)
  await changeSettings(world, settings)
}

/** As the form or the API changes them. */
export async function changeSettings(
  world: World,
  properties: Readonly<Record<string, string>>,
): Promise<void> {
  await world.database.write((tx) =>
    updateSource(world.base, tx, accountId, world.sourceId, { properties }, 'merge'),
  )
}
