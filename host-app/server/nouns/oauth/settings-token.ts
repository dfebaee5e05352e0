import { ConnectorError } from '../../../connectors/connector.ts'
import { EndpointRefused, namesIn, resolveEndpoint } from '../../../connectors/endpoints.ts'
import { secretSetting, type SettingsGrant } from '../../../connectors/settings-grant.ts'
import type { HostPattern } from '../../../connectors/vendor-hosts.ts'
import { requestToken, type TokenAnswer, type TokenRequest } from './request-token.ts'
import { filledBySettings, signGrantAssertion } from './sign-assertion.ts'

/** A grant without a consent, and the settings that are exchanged for its token. */
export interface SettingsPlace {
  readonly slug: string
  readonly bySettings: SettingsGrant
  readonly hosts: readonly HostPattern[] | undefined
  /** All that are in force, secrets included. */
  readonly settings: Readonly<Record<string, string>>
}

export type SettingsTokenParts = Pick<TokenRequest, 'fetch' | 'timeout' | 'now'>

/**
 * Exchanges settings for an access token.
 * @throws {ConnectorError} with the setting at fault, where nothing could be asked
 */
export async function requestSettingsToken(
  parts: SettingsTokenParts,
  { bySettings: grant, hosts, settings }: SettingsPlace,
): Promise<TokenAnswer> {
  const endpoint = addressOf(grant, settings, hosts)
  const scope = (grant.scopes ?? []).join(grant.scopeSeparator ?? ' ')
  const request = { ...parts, endpoint, grantType: 'settings' } as const
  const tokenParameters = Object.fromEntries(
    Object.entries(grant.tokenParameters ?? {}).flatMap(([name, text]): [string, string][] => {
      const value = filledBySettings(text, settings)
      return value === null ? [] : [[name, value]]
    }),
  )
  if (grant.type === 'client_credentials') {
    const client = { id: valueOf(grant.client.id), secret: valueOf(grant.client.secret) }
    const parameters = {
      grant_type: grant.grantType ?? 'client_credentials',
      ...(scope !== '' && { scope }),
    }
    return await requestToken({ ...request, provider: { ...grant, tokenParameters }, client, parameters })
  }
  const assertion = await signGrantAssertion(grant, { settings, endpoint, scope, now: parts.now() })
  const isBeside = scope !== '' && grant.assertion.scopesIn !== 'claim'
  const parameters = {
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion,
    ...(isBeside && { scope }),
  }
  const provider = { ...grant, tokenParameters, clientAuthentication: 'none' } as const
  return await requestToken({ ...request, provider, client: null, parameters })

  /** Copied from a page, a key often has a blank or an end of line with it. */
  function valueOf(field: string): string {
    const value = settings[field]?.trim()
    if (!value) throw new ConnectorError('CredentialsRejected', { field })
    return value
  }
}

/** Each time anew: a host that was the vendor's may be so no more. */
function addressOf(
  { tokenEndpoint }: SettingsGrant,
  settings: SettingsPlace['settings'],
  hosts: SettingsPlace['hosts'],
): string {
  try {
    return resolveEndpoint(tokenEndpoint, settings, hosts)
  } catch (error) {
    if (!(error instanceof EndpointRefused)) throw error
    const [field] = namesIn(tokenEndpoint)
    const detail = 'It makes no address of the service.'
    throw new ConnectorError('SettingUnusable', { ...(field !== undefined && { field }), detail })
  }
}

/** What the person is told of a refusal: at the field that it speaks of, and with no word of the vendor's but its code. */
export function refusedSettings(grant: SettingsGrant, code: string | null): ConnectorError {
  const own =
    code !== null && Object.hasOwn(grant.refusedFields ?? {}, code) ? grant.refusedFields?.[code] : null
  const field = own ?? secretSetting(grant)
  const detail = code === null ? undefined : `The service answered with ${code}.`
  if (code !== null && /^(?:invalid|insufficient)_scope$/.test(code) && !own) {
    return new ConnectorError('PermissionDenied', { ...(detail !== undefined && { detail }) })
  }
  return new ConnectorError('CredentialsRejected', { field, ...(detail !== undefined && { detail }) })
}
