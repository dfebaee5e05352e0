import type { ConnectorInfo, PropertyInfo } from '@bobbin/shared/connector-info'

/**
 * The info of a type whose author has not said which settings its secrets belong to: then each setting that a
 * person gives binds every secret. One `binds` anywhere, an empty one too, says that the author has thought
 * about it.
 */
export function withBindings(info: ConnectorInfo): ConnectorInfo {
  const secrets = formSecrets(info)
  if (secrets.length === 0 || info.properties.some(({ binds }) => binds !== undefined)) return info
  const properties = info.properties.map((property) =>
    property.is_credential || !isGiven(property) ? property : { ...property, binds: secrets },
  )
  return { ...info, properties }
}

/** What is wrong with the `binds` of an info, in words. */
export function bindingFaults({ properties }: ConnectorInfo): string[] {
  const secrets = properties.filter((property) => property.is_credential).map(({ name }) => name)
  return properties.flatMap(({ name, binds = [] }) =>
    binds
      .filter((bound) => bound === name || !secrets.includes(bound))
      .map((bound) => `${name}: binds "${bound}", which is no other property that is a secret`),
  )
}

/** Settings that look like a place to send a secret to, in a type that keeps one, and do not bind it. */
export function unboundPlaces(info: ConnectorInfo): string[] {
  const hasSecrets = formSecrets(info).length > 0
  const hasGrant = info.steps.includes('oauth')
  return info.properties
    .filter((property) => isPlace(property) && !property.is_credential && isGiven(property))
    .filter(({ binds = [], affects_authorization: voidsGrant }) => {
      const isSecretFree = !hasSecrets || binds.length > 0
      const isGrantFree = !hasGrant || voidsGrant || binds.length > 0
      return !isSecretFree || !isGrantFree
    })
    .map(({ name }) => name)
}

const placeNames =
  /(^|_)(host|hostname|server|address|domain|subdomain|url|uri|endpoint|proxy|tunnel|bastion)(_|$)/
const placeFormats = new Set(['hostname', 'idn-hostname', 'ipv4', 'ipv6', 'uri', 'iri'])

/** Whether the setting names a place in the network. */
export function isPlace({ name, json_schema: schema }: PropertyInfo): boolean {
  const isNamedSo = placeNames.test(name) && !name.endsWith('_id')
  return isNamedSo || placeFormats.has(String(schema?.['format']))
}

/** By the person or the app, and not by the provider or the tap. */
function isGiven({ property_type: type }: PropertyInfo): boolean {
  return type !== 'read_only' && type !== 'system_provided_by_default'
}

function formSecrets({ properties }: ConnectorInfo): string[] {
  return properties.filter((property) => property.is_credential && isGiven(property)).map(({ name }) => name)
}
