import type { AuthMethod } from '@bobbin/shared/auth-method'
import type { ConnectorInfo, PropertyInfo } from '@bobbin/shared/connector-info'
import { type Values, valuesInForce } from '@bobbin/shared/setting-rules'
import { type Connector, ConnectorError, isGrantRefused } from './connector.ts'
import { secretSetting, type SettingsGrant } from './settings-grant.ts'

/** The setting that says how a source signs in, where its type leaves the choice. */
export const authMethodName = 'auth_method'

/** The info with the choice before all else, and what each method needs shown with it alone. One method: as it is. */
export function withAuthMethods(info: ConnectorInfo): ConnectorInfo {
  const { auth_methods: methods, properties } = info
  if (methods.length === 1) return info
  const first = Math.min(...properties.map(({ order }) => order))
  return {
    ...info,
    properties: [choice(methods, first - 1), ...properties.map((one) => withMethods(one, methods))],
  }
}

/** Of the methods of an info, those that can be used where we have a client at its provider, or have none. */
export function methodsWith(
  { auth_methods: methods }: Pick<ConnectorInfo, 'auth_methods'>,
  hasClient: boolean,
): readonly AuthMethod[] {
  return hasClient ? methods : methods.filter(({ type }) => type !== 'OAUTH2')
}

/**
 * The info as a form has it in which these methods can be used: the choice has them alone, and where one is left there is
 * none. `kept`: how the source signs in, which is there even where that cannot be used any more, with the reason.
 */
export function offering(
  info: ConnectorInfo,
  usable: readonly AuthMethod[],
  kept: string | null,
): ConnectorInfo {
  const { auth_methods: all, properties } = info
  const isUsable = ({ key }: AuthMethod) => usable.some((method) => method.key === key)
  const offered = all.filter((method) => isUsable(method) || method.key === kept)
  const [first] = offered
  if (!first || all.length === 1 || usable.length === all.length) return info
  if (offered.length === 1) {
    return { ...info, properties: properties.flatMap((property) => underMethod(property, first.key)) }
  }
  const choose = (property: PropertyInfo): PropertyInfo => {
    const unusable = offered.find((method) => !isUsable(method))
    const asked = choice(offered, property.order)
    const reason = unusable && `${unusable.title} cannot be used at present: the app is not set up for it.`
    return {
      ...asked,
      default: kept ?? first.key,
      ...(reason && { description: [asked.description, reason].filter(Boolean).join(' ') }),
    }
  }
  return {
    ...info,
    properties: properties.map((property) =>
      property.name === authMethodName ? choose(property) : property,
    ),
  }
}

/** A setting as it is where the method is this one, and nobody is asked for it. */
function underMethod(property: PropertyInfo, key: string): PropertyInfo[] {
  if (property.name === authMethodName) return []
  const { show_when: rule, ...rest } = property
  if (rule?.property !== authMethodName) return [property]
  return rule.in.includes(key) ? [rest] : []
}

function choice(methods: readonly AuthMethod[], order: number): PropertyInfo {
  const descriptions = methods.flatMap(({ title, description }) =>
    description === undefined ? [] : [`${title}: ${description}`],
  )
  return {
    name: authMethodName,
    title: 'Sign in by',
    ...(descriptions.length > 0 && { description: descriptions.join(' ') }),
    is_required: true,
    is_credential: false,
    property_type: 'user_provided',
    // The grant stays until another way has been proven.
    affects_authorization: false,
    json_schema: { type: 'string', oneOf: methods.map(({ key, title }) => ({ const: key, title })) },
    control: 'select',
    ...(methods[0] && { default: methods[0].key }),
    order,
  }
}

function withMethods(property: PropertyInfo, methods: readonly AuthMethod[]): PropertyInfo {
  const having = methods.filter(({ properties }) => properties.includes(property.name))
  if (having.length === 0 || having.length === methods.length) return property
  return { ...property, show_when: { property: authMethodName, in: having.map(({ key }) => key) } }
}

/** How a source with these settings signs in. */
export function chosenMethod(
  { auth_methods: methods, properties }: ConnectorInfo,
  settings: Values,
): AuthMethod {
  const [usual] = methods
  if (methods.length === 1) return usual
  const key = valuesInForce(properties, settings)[authMethodName]
  return methods.find((method) => method.key === key) ?? usual
}

/** What the settings are exchanged for, where the source signs in so; null where it does not. */
export function settingsGrantOf(
  { info, settingsGrants }: Pick<Connector, 'info' | 'settingsGrants'>,
  settings: Values,
): SettingsGrant | null {
  return settingsGrants?.[chosenMethod(info, settings).key] ?? null
}

/**
 * A refusal of the grant itself, where settings were exchanged for it: then it is these that are refused, and there is no
 * consent to be asked for. Whatever else went wrong stays what it was.
 */
export function refusedSettingsIn(
  connector: Pick<Connector, 'info' | 'settingsGrants'>,
  settings: Values,
  error: unknown,
): unknown {
  const grant = settingsGrantOf(connector, settings)
  if (!grant || !(error instanceof ConnectorError) || !isGrantRefused(error)) return error
  return new ConnectorError('CredentialsRejected', { field: secretSetting(grant), cause: error })
}

/**
 * The info as a source with these settings has it: with an `oauth` step only where its method is OAuth. What the settings
 * of the other methods are stays, for who chooses another.
 */
export function infoFor(info: ConnectorInfo, settings: Values): ConnectorInfo {
  if (info.auth_methods.length === 1 || !info.steps.includes('oauth')) return info
  if (chosenMethod(info, settings).type === 'OAUTH2') return info
  const known = withoutOAuth.get(info)
  if (known) return known
  const made = { ...info, steps: info.steps.filter((step) => step !== 'oauth'), authorization: null }
  withoutOAuth.set(info, made)
  return made
}

const withoutOAuth = new WeakMap<ConnectorInfo, ConnectorInfo>()

/**
 * The method that a caller means who says none and gives what only one of them needs; null where that is not one. Null values
 * give nothing.
 */
export function meantMethod(
  { auth_methods: methods }: Pick<ConnectorInfo, 'auth_methods'>,
  given: Readonly<Record<string, string | null>>,
): string | null {
  if (methods.length === 1) return null
  const isGiven = (name: string) => Boolean(given[name])
  const isOwn = (name: string) => methods.filter(({ properties }) => properties.includes(name)).length === 1
  const meant = methods.filter(({ properties }) => properties.some((name) => isOwn(name) && isGiven(name)))
  return meant.length === 1 ? (meant[0]?.key ?? null) : null
}

/** What is wrong with the methods of an info, in words. */
export function methodFaults(info: ConnectorInfo): string[] {
  const { auth_methods: methods, properties, steps } = info
  const faults = methods.flatMap((method) => faultsOf(method, info))
  if (steps.includes('oauth') !== methods.some(({ type }) => type === 'OAUTH2')) {
    faults.push('an oauth step and an auth method of type OAUTH2 go together')
  }
  if (new Set(methods.map(({ key }) => key)).size < methods.length) {
    faults.push('auth_methods: each key is there once')
  }
  if (methods.length === 1) return faults
  if (properties.some(({ name }) => name === authMethodName)) {
    faults.push(`auth_methods: the setting ${authMethodName} is added by itself`)
  }
  for (const { name, show_when: rule } of properties) {
    const having = methods.filter((method) => method.properties.includes(name))
    if (rule && having.length > 0 && having.length < methods.length) {
      faults.push(`auth_methods: "${name}" is shown with its method, and cannot have a show_when of its own`)
    }
  }
  return faults
}

function faultsOf({ key, type, properties: names }: AuthMethod, { properties }: ConnectorInfo): string[] {
  const of = names.map((name) => properties.find((property) => property.name === name))
  const faults = names
    .filter((_, index) => !of[index])
    .map((name) => `auth_methods: "${key}" names "${name}", which does not exist`)
  if ((type === 'BASIC' || type === 'API_KEY') && !of.some((property) => property?.is_credential)) {
    faults.push(`auth_methods: "${key}" is of type ${type} and names no secret`)
  }
  return faults
}
