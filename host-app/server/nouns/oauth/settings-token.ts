import { ConnectorError } from '../../../connectors/connector.ts'
import { type Endpoint, EndpointRefused, namesIn, resolveEndpoint } from '../../../connectors/endpoints.ts'
import {
  endpointsOfSettings,
  secretSetting,
  type SettingsGrant,
  type StepsGrant,
} from '../../../connectors/settings-grant.ts'
import type { HostPattern } from '../../../connectors/vendor-hosts.ts'
import type { OAuthClient } from '../oauth-clients/oauth-clients.ts'
import { askSteps } from './ask-step.ts'
import { requestToken, type TokenAnswer, type TokenRequest } from './request-token.ts'
import { filledBySettings, signGrantAssertion } from './sign-assertion.ts'
import { tokenOf } from './step-tokens.ts'

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
 * Exchanges settings for an access token. `held`: what was stored of the last, if that was exchanged for the same settings.
 * @throws {ConnectorError} with the setting at fault, where nothing could be asked
 */
export async function requestSettingsToken(
  parts: SettingsTokenParts,
  { bySettings: grant, hosts, settings }: SettingsPlace,
  held: Readonly<Record<string, string>> = {},
): Promise<TokenAnswer> {
  if (grant.type === 'steps') return await requestBySteps(parts, grant, { hosts, settings }, held)
  const endpoint = addressOf(grant.tokenEndpoint, settings, hosts)
  const scope = (grant.scopes ?? []).join(grant.scopeSeparator ?? ' ')
  const request = { ...parts, endpoint, grantType: 'settings' } as const
  const tokenParameters = Object.fromEntries(
    Object.entries(grant.tokenParameters ?? {}).flatMap(([name, text]): [string, string][] => {
      const value = filledBySettings(text, settings)
      return value === null ? [] : [[name, value]]
    }),
  )
  if (grant.type === 'client_credentials') {
    const client = clientIn(grant.client, settings)
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
}

async function requestBySteps(
  { timeout, ...parts }: SettingsTokenParts,
  { secret, client: ofClient, steps, refreshSteps, keptNames = [], ...grant }: StepsGrant,
  { hosts, settings }: Pick<SettingsPlace, 'hosts' | 'settings'>,
  held: Readonly<Record<string, string>>,
): Promise<TokenAnswer> {
  const { refresh_token: refreshToken } = held
  if (!settings[secret]) throw new ConnectorError('CredentialsRejected', { field: secret })
  for (const endpoint of endpointsOfSettings({ ...grant, secret, steps }))
    addressOf(endpoint, settings, hosts)
  const client = ofClient ? clientIn(ofClient, settings) : null
  const until = performance.now() + timeout
  const ask = async (
    list: StepsGrant['steps'],
    values: Readonly<Record<string, string>>,
  ): Promise<TokenAnswer> => {
    const left = Math.max(1, Math.floor(until - performance.now()))
    const request = { ...parts, timeout: left, values, client, hosts, dialect: grant, isRenewal: true }
    const answer = await askSteps(request, list)
    if (answer.kind !== 'answered') return answer
    const token = tokenOf(answer)
    if (!token) return { kind: 'refused', code: null, retryAfter: null }
    return { ...token, values: { ...only(keptNames, answer.kept), ...token.values } }
  }
  if (refreshSteps && refreshToken !== undefined) {
    const answer = await ask(refreshSteps, { ...settings, refresh_token: refreshToken })
    if (answer.kind === 'granted') {
      // What is not said again is as it was: a token that does not rotate, and where the API is.
      const before = only(['refresh_token', ...keptNames], held)
      return { ...answer, values: { ...before, ...answer.values } }
    }
    if (answer.kind === 'unreachable') return answer
  }
  return await ask(steps, settings)
}

function only(names: readonly string[], values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => names.includes(name)))
}

function clientIn(
  { id, secret }: { readonly id: string; readonly secret: string },
  settings: SettingsPlace['settings'],
): OAuthClient {
  return { id: valueOf(id), secret: valueOf(secret) }

  /** Copied from a page, a key often has a blank or an end of line with it. */
  function valueOf(field: string): string {
    const value = settings[field]?.trim()
    if (!value) throw new ConnectorError('CredentialsRejected', { field })
    return value
  }
}

/** Each time anew: a host that was the vendor's may be so no more. */
function addressOf(
  endpoint: Endpoint,
  settings: SettingsPlace['settings'],
  hosts: SettingsPlace['hosts'],
): string {
  try {
    return resolveEndpoint(endpoint, settings, hosts)
  } catch (error) {
    if (!(error instanceof EndpointRefused)) throw error
    const [field] = namesIn(endpoint)
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
