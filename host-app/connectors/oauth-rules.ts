import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import type { Connector } from './connector.ts'
import type { ClientAuthentication } from './client-authentication.ts'
import { type Endpoint, isMade, isReachable, namesIn } from './endpoints.ts'
import type { OAuthProvider } from './oauth-provider.ts'
import { otherGrantFaults } from './other-grants.ts'
import { refreshTraitFaults } from './refresh-traits.ts'
import { providerStepFaults } from './provider-step-rules.ts'
import { revocationFaults } from './revocation-rules.ts'
import { hostPatternFault } from './vendor-hosts.ts'

/** What a grant holds by these names is nobody's to give another meaning. */
const tokenNames: ReadonlySet<string> = new Set([
  'access_token',
  'refresh_token',
  'id_token',
  'token_type',
  'scope',
  // Of what settings were exchanged for: which settings, and that they were refused.
  'settings_digest',
  'settings_refused',
])

export function isTokenName(name: string): boolean {
  return tokenNames.has(name)
}

/** What is wrong with how a provider is spoken to, in words; empty when all is well. */
export function oauthFaults({
  info,
  oauth,
  hosts,
  afterExchange,
}: Pick<Connector, 'info' | 'oauth' | 'hosts' | 'afterExchange'>): string[] {
  const faults = (hosts ?? [])
    .flatMap((pattern) => hostPatternFault(pattern) ?? [])
    .map((fault) => `hosts: ${fault}`)
  if (!oauth) return faults
  const expect = (isTrue: boolean, fault: string) => {
    if (!isTrue) faults.push(`oauth: ${fault}`)
  }
  const { keptCallbackFields = [], keptFields = {}, keptLookups = [] } = oauth
  const kept = [...keptCallbackFields, ...Object.keys(keptFields), ...keptLookups]
  expect(
    keptLookups.length > 0 === (afterExchange !== undefined),
    'keptLookups and `afterExchange` go together',
  )
  expect(
    keptLookups.length === 0 || hosts !== undefined,
    'what is looked up is used at `hosts`, which are not said',
  )
  const settings = oauth.endpointSettings ?? []
  for (const [name, endpoint] of endpointsOf(oauth)) {
    const isOfValues = isMade(endpoint) && !isOfTokenAlone(endpoint)
    expect(
      !isOfValues || hosts !== undefined,
      `${name} is made of values, so \`hosts\` has to say where it may be`,
    )
    // With a code nothing has been looked up yet.
    const saidByThen = name === 'tokenEndpoint' ? kept.filter((one) => !keptLookups.includes(one)) : kept
    const ofTheGrant = name === 'authorizationEndpoint' ? [] : saidByThen
    const ofTheToken = name === 'revocation.endpoint' ? ['token', 'client_id'] : []
    const known = [...settings, ...ofTheGrant, ...ofTheToken]
    for (const one of namesIn(endpoint)) {
      expect(known.includes(one), `${name} is made of "${one}", which is no endpointSetting and not kept`)
    }
    if (!isMade(endpoint)) expect(isReachable(endpoint, hosts), `${name} is no address of \`hosts\``)
  }
  faults.push(...settingFaults(info, settings).map((fault) => `oauth.endpointSettings: ${fault}`))
  for (const name of [...settings, ...kept]) {
    expect(!isTokenName(name), `"${name}" is the name of a token, and cannot be kept as something else`)
  }
  faults.push(...headerFaults(oauth.clientAuthentication).map((fault) => `oauth.${fault}`))
  faults.push(...otherGrantFaults(oauth).map((fault) => `oauth.otherGrants: ${fault}`))
  faults.push(...refreshTraitFaults(oauth).map((fault) => `oauth.${fault}`))
  const steps = providerStepFaults({ oauth, ...(hosts && { hosts }) })
  faults.push(...steps.map((fault) => `oauth.${fault}`))
  faults.push(...callbackFaults(oauth).map((fault) => `oauth.${fault}`))
  expect(new Set([...settings, ...kept]).size === settings.length + kept.length, 'each name is kept once')
  return [...faults, ...revocationFaults(oauth)]
}

/** What is wrong with the headers by which a client says who it is; empty where it has none. */
export function headerFaults(way: ClientAuthentication): string[] {
  if (typeof way === 'string') return []
  const faults = Object.keys(way.headers)
    .filter((name) => !/^[A-Za-z0-9-]+$/.test(name))
    .map((name) => `clientAuthentication: "${name}" is no name of a header`)
  const names = Object.values(way.headers).flatMap(namesIn)
  if (!names.includes('client_secret')) {
    faults.push('clientAuthentication: none of the headers has the secret')
  }
  for (const name of names) {
    if (name === 'client_id' || name === 'client_secret') continue
    faults.push(`clientAuthentication: "${name}" is neither the id nor the secret`)
  }
  return faults
}

/** What a callback has a meaning for already. */
const ownOfCallbacks = ['state', 'code', 'error', 'error_description', 'iss']

function callbackFaults(oauth: OAuthProvider): string[] {
  const { callbackSignature: signature, callbackEchoes = {}, codeParameter, keptCallbackFields } = oauth
  const { clientAuthentication: way, endpointSettings = [] } = oauth
  const faults: string[] = []
  const taken = [...ownOfCallbacks, codeParameter, ...(keptCallbackFields ?? [])]
  if (signature) {
    const { parameter } = signature
    if (parameter === '' || [...taken, ...Object.keys(callbackEchoes)].includes(parameter)) {
      faults.push(`callbackSignature: "${parameter}" is no name for it`)
    }
    if (way === 'none' || way === 'private_key_jwt') {
      faults.push(`callbackSignature: with ${way} there is no secret to sign with`)
    }
  }
  for (const [name, text] of Object.entries(callbackEchoes)) {
    if (taken.includes(name)) faults.push(`callbackEchoes: "${name}" says something else`)
    const names = namesIn(text)
    if (names.length === 0 || names.some((one) => !endpointSettings.includes(one))) {
      faults.push(`callbackEchoes.${name}: it is made of endpointSettings`)
    }
  }
  return faults
}

function endpointsOf(oauth: OAuthProvider): [string, Endpoint][] {
  const { authorizationEndpoint, tokenEndpoint, refreshEndpoint, revocation } = oauth
  return Object.entries({
    authorizationEndpoint,
    tokenEndpoint,
    ...(refreshEndpoint !== undefined && { refreshEndpoint }),
    ...(revocation && { 'revocation.endpoint': revocation.endpoint }),
  })
}

/** What a connector fixes but for the token in its path goes where the connector says. */
function isOfTokenAlone(endpoint: Endpoint): boolean {
  return (
    typeof endpoint === 'string' &&
    namesIn(endpoint).every((name) => name === 'token' || name === 'client_id')
  )
}

/** A grant of one place is worth nothing at another, and a secret has no place in an address. */
function settingFaults({ properties }: ConnectorInfo, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const property = properties.find((one) => one.name === name)
    if (!property) return [`"${name}" is no setting`]
    if (property.is_credential) return [`"${name}" is a secret`]
    return property.affects_authorization ? [] : [`"${name}" has to be affects_authorization`]
  })
}
