import type { AuthMethod } from '@bobbin/shared/auth-method'
import type { PropertyInfo } from '@bobbin/shared/connector-info'
import type { Connector } from './connector.ts'
import { isMade, isReachable, namesIn } from './endpoints.ts'
import { headerFaults, isTokenName } from './oauth-rules.ts'
import { pathsIn } from './template.ts'
import { secretSetting, type SettingsGrant, type StepsGrant } from './settings-grant.ts'
import { stepsGrantFaults } from './steps-grant-rules.ts'

/** What is wrong with the grants that settings are exchanged for, in words; empty when all is well. */
export function settingsGrantFaults(
  connector: Pick<Connector, 'info' | 'hosts' | 'settingsGrants'>,
): string[] {
  const { info, settingsGrants = {} } = connector
  const faults = Object.entries(settingsGrants).flatMap(([key, grant]) => {
    const method = info.auth_methods.find((one) => one.key === key)
    if (!method) return [`settingsGrants: "${key}" is no auth method`]
    const own =
      grant.type === 'steps'
        ? stepsGrantFaults(method, grant, connector)
        : [...textFaults(grant, info.properties), ...placeFaults(grant, connector)]
    return [...methodFaults(method, grant, info.properties), ...own].map(
      (fault) => `settingsGrants.${key}: ${fault}`,
    )
  })
  for (const { key, type } of info.auth_methods) {
    const grant = Object.hasOwn(settingsGrants, key) ? settingsGrants[key] : undefined
    if ((type === 'OAUTH2CC') !== (grant?.type === 'client_credentials')) {
      faults.push(`settingsGrants.${key}: client_credentials and an auth method of type OAUTH2CC go together`)
    }
  }
  return faults
}

function methodFaults(
  method: AuthMethod,
  grant: SettingsGrant,
  properties: readonly PropertyInfo[],
): string[] {
  const faults: string[] = []
  const secret = secretSetting(grant)
  if (method.type === 'OAUTH2') faults.push('a method of type OAUTH2 has its grant by a consent')
  if (!method.properties.includes(secret)) faults.push(`"${secret}" is no setting of the method`)
  if (!properties.some(({ name, is_credential: isSecret }) => name === secret && isSecret)) {
    faults.push(`"${secret}" is no secret`)
  }
  for (const name of Object.values(grant.refusedFields ?? {})) {
    if (!properties.some((one) => one.name === name)) faults.push(`"${name}" is no setting`)
  }
  return faults
}

type TokenGrant = Exclude<SettingsGrant, StepsGrant>

function textFaults(grant: TokenGrant, properties: readonly PropertyInfo[]): string[] {
  const faults: string[] = []
  const names = [
    ...(grant.type === 'client_credentials' ? [grant.client.id] : []),
    ...textsOf(grant).flatMap(pathsIn),
  ].map((path) => path.split('.')[0] ?? '')
  for (const name of names) {
    if (!properties.some((one) => one.name === name)) faults.push(`"${name}" is no setting`)
  }
  for (const name of Object.keys(grant.keptFields ?? {})) {
    if (isTokenName(name))
      faults.push(`"${name}" is the name of a token, and cannot be kept as something else`)
  }
  if (grant.type === 'client_credentials') faults.push(...headerFaults(grant.clientAuthentication))
  if (grant.type === 'jwt_bearer' && !(grant.assertion.lifetime > 0)) {
    faults.push('the assertion has to count for a while')
  }
  return faults
}

/** A setting that says where the secret goes has to bind it, and there are hosts beyond which it never goes. */
function placeFaults(grant: TokenGrant, { info, hosts }: Pick<Connector, 'info' | 'hosts'>): string[] {
  const { tokenEndpoint: endpoint } = grant
  if (!isMade(endpoint)) {
    return isReachable(endpoint, hosts) ? [] : ['tokenEndpoint is no address of `hosts`']
  }
  if (!hosts) return ['tokenEndpoint is made of values, so `hosts` has to say where it may be']
  return namesIn(endpoint).flatMap((name) => {
    const property = info.properties.find((one) => one.name === name)
    if (!property) return [`tokenEndpoint is made of "${name}", which is no setting`]
    if (property.is_credential)
      return [`tokenEndpoint: "${name}" is a secret, and has no place in an address`]
    const secret = secretSetting(grant)
    if (property.binds?.includes(secret)) return []
    return [`${name}: it says where "${secret}" goes, and does not bind it`]
  })
}

function textsOf(grant: TokenGrant): string[] {
  const more = Object.values(grant.tokenParameters ?? {})
  if (grant.type === 'client_credentials') return more
  const { issuer, subject = '', audience = '', keyId = '' } = grant.assertion
  return [...more, issuer, subject, audience, keyId]
}
