import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import { authMethodName } from '../auth-methods.ts'
import { ConnectorError, type ConnectorContext } from '../connector.ts'
import { EndpointRefused, namesIn, resolveEndpoint } from '../endpoints.ts'
import type { RestConnectorData } from './rest-data.ts'
import { grantSignIn, signInHeaders, type SignIn, textsOf } from './sign-in.ts'
import { filled, pathsIn, type Template } from '../template.ts'
import { vendorHttp, type VendorHttp } from './vendor-http.ts'

/** The vendor's API as a source with these settings speaks to it. */
export interface RestCalls {
  readonly http: VendorHttp
  /** The address of a path of the data. */
  addressOf(path: Template): string
  /** The settings, and what was kept with the grant; secrets included, tokens not. */
  readonly values: Readonly<Record<string, string>>
  /** The setting that holds what is signed in with; null where that is a grant. */
  readonly keyField: string | null
}

/**
 * `origin`: another one than that of the API, such as where people sign in.
 * @throws {ConnectorError} where the settings or the grant make no address of the vendor's, or nothing to sign in with
 */
export function restCalls(
  { info, api, hosts }: Pick<RestConnectorData, 'info' | 'api' | 'hosts'>,
  context: Pick<ConnectorContext, 'settings' | 'grant' | 'fetch' | 'signal' | 'report'>,
  origin = api.origin,
): RestCalls {
  const { settings, grant } = context
  const { headers = {}, signIn = {}, statuses, errors, manners } = api
  const values = { ...settings, ...grant?.kept }
  const addressOf = (path: Template): string => {
    try {
      return resolveEndpoint(origin + path, values, hosts)
    } catch (error) {
      if (!(error instanceof EndpointRefused)) throw error
      throw noAddress(info, origin + path, grant)
    }
  }
  const method = chosenSignIn(info, signIn, settings)
  const keyField = keyFieldOf(info, method)
  const tokens: Record<string, string> = grant ? { access_token: grant.accessToken } : {}
  const http = vendorHttp(context, {
    ...{ origin: new URL(addressOf('/')).origin, keyField, statuses, errors },
    perSecond: manners?.perSecond,
    patience: manners?.patience,
    headers: {
      ...headersOf(headers, values),
      ...signInHeaders(method, { ...values, ...tokens }, keyField),
    },
  })
  return { http, addressOf, values, keyField }
}

/** The one that the source has chosen; the usual one where nothing was. */
function chosenSignIn(
  { auth_methods: methods }: Pick<ConnectorInfo, 'auth_methods'>,
  signIn: Readonly<Record<string, SignIn>>,
  settings: ConnectorContext['settings'],
): SignIn {
  const key = settings[authMethodName]
  const method = methods.find((one) => one.key === key) ?? methods[0]
  return signIn[method.key] ?? grantSignIn
}

/** The setting that holds the secret by which it signs in; null where that is a grant. */
export function keyFieldOf({ properties }: Pick<ConnectorInfo, 'properties'>, signIn: SignIn): string | null {
  const names = textsOf(signIn).flatMap(pathsIn)
  return properties.find((one) => one.is_credential && names.includes(one.name))?.name ?? null
}

/** Those whose values are there, and can be in a header. */
function headersOf(
  headers: Readonly<Record<string, Template>>,
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  const made: Record<string, string> = {}
  for (const [name, text] of Object.entries(headers)) {
    const value = filled(text, (of) => values[of]?.trim())
    if (value !== null && /^[\x20-\x7e]+$/.test(value)) made[name] = value
  }
  return made
}

/** A setting makes no address; or what the vendor said with the grant does not, or there is no grant to say it. */
function noAddress(
  { properties }: Pick<ConnectorInfo, 'properties'>,
  endpoint: string,
  grant: ConnectorContext['grant'],
): ConnectorError {
  const field = namesIn(endpoint).find((name) => properties.some((one) => one.name === name))
  if (field !== undefined) return new ConnectorError('SettingUnusable', { field })
  if (!grant) return new ConnectorError('AuthorizationExpired')
  return new ConnectorError('VendorUnavailable', { detail: 'The service led to another host.' })
}
