import type { PropertyInfo } from '@bobbin/shared/connector-info'
import { EndpointRefused, isMade, namesIn, resolveEndpoint } from '../endpoints.ts'
import type { FailureRule } from './failure-rules.ts'
import { keyFieldOf } from './rest-calls.ts'
import type { RestConnectorData, RestStream } from './rest-data.ts'
import { grantSignIn, type SignIn, textsOf } from './sign-in.ts'
import { fieldsOf } from './stream-fields.ts'
import { pathsIn } from '../template.ts'

/** What is wrong with the data of a connector, in words; empty when all is well. */
export function restFaults(data: RestConnectorData): string[] {
  return [
    ...originFaults(data),
    ...signInFaults(data),
    ...wordFaults(data),
    ...(data.streams ? streamFaults(data.streams, data.oauth?.otherGrants ?? []) : []),
    ...optionFaults(data),
  ]
}

type Known = Readonly<Record<'settings' | 'secrets' | 'kept', readonly string[]>>

function knownOf({ info, oauth, settingsGrants = {} }: RestConnectorData): Known {
  const named = (properties: readonly PropertyInfo[]) => properties.map(({ name }) => name)
  return {
    settings: named(info.properties.filter((one) => !one.is_credential)),
    secrets: named(info.properties.filter((one) => one.is_credential)),
    kept: [
      ...Object.keys(oauth?.keptFields ?? {}),
      ...Object.values(settingsGrants).flatMap((one) =>
        one.type === 'steps' ? (one.keptNames ?? []) : Object.keys(one.keptFields ?? {}),
      ),
      ...(oauth?.keptCallbackFields ?? []),
      ...(oauth?.keptLookups ?? []),
    ],
  }
}

function originFaults(data: RestConnectorData): string[] {
  const { info, api, hosts, check, identify, streams = [] } = data
  const { settings, secrets, kept } = knownOf(data)
  const faults: string[] = []
  if (hosts.length === 0) faults.push('hosts: the vendor has at least one')
  if (!/^(?:https?:\/\/[^/?#]+|\{[^{}]+\})$/.test(api.origin)) {
    faults.push('api.origin: it is https, a host and nothing behind it')
  } else if (!isMade(api.origin) && !isReachable(api.origin, hosts)) {
    faults.push('api.origin: it is no address of `hosts`')
  }
  for (const name of namesIn(api.origin)) {
    const property = info.properties.find((one) => one.name === name)
    if (!property || property.is_credential) continue
    const bound = property.binds ?? []
    const free = secrets.filter((secret) => !bound.includes(secret))
    for (const secret of free) faults.push(`${name}: it says where "${secret}" goes, and does not bind it`)
    if (data.oauth && !property.affects_authorization) {
      faults.push(`${name}: it says where the grant goes, and has to be affects_authorization`)
    }
  }
  const paths: [string, string][] = [['check.path', check.path]]
  const origins = [
    ['identify', identify] as const,
    ...Object.entries(data.options ?? {}).map(([name, one]) => [`options.${name}`, one] as const),
  ]
  for (const [where, one] of origins) {
    const other = one?.origin
    if (other !== undefined && (URL.parse(other)?.origin !== other || !isReachable(other, hosts))) {
      faults.push(`${where}.origin: it is no origin of \`hosts\``)
    }
  }
  if (identify?.path !== undefined) paths.push(['identify.path', identify.path])
  for (const stream of streams) if ('path' in stream) paths.push([`streams.${stream.id}.path`, stream.path])
  const lists = Object.entries(data.options ?? {})
  paths.push(...lists.map(([name, { path }]): [string, string] => [`options.${name}.path`, path]))
  for (const [where, path] of paths) {
    if (!path.startsWith('/') || URL.parse(path, 'https://origin.test')?.origin !== 'https://origin.test') {
      faults.push(`${where}: "${path}" is no path below the origin`)
    }
  }
  for (const [where, text] of [['api.origin', api.origin] as const, ...paths]) {
    for (const name of namesIn(text)) {
      if (secrets.includes(name))
        faults.push(`${where}: "${name}" is a secret, and has no place in an address`)
      else if (![...settings, ...kept].includes(name))
        faults.push(`${where}: "${name}" is no setting and not kept`)
    }
  }
  return faults
}

function isReachable(address: string, hosts: RestConnectorData['hosts']): boolean {
  try {
    return resolveEndpoint(address, {}, hosts) === address
  } catch (error) {
    if (error instanceof EndpointRefused) return false
    throw error
  }
}

function signInFaults(data: RestConnectorData): string[] {
  const { info, api } = data
  const { settings, secrets, kept } = knownOf(data)
  const faults: string[] = []
  const signIn: Readonly<Record<string, SignIn>> = api.signIn ?? {}
  for (const key of Object.keys(signIn)) {
    if (!info.auth_methods.some((method) => method.key === key)) {
      faults.push(`api.signIn: "${key}" is no auth method`)
    }
  }
  for (const { key, type, properties } of info.auth_methods) {
    const method = signIn[key] ?? grantSignIn
    const names = textsOf(method).flatMap(pathsIn)
    for (const name of names) {
      if (![...settings, ...secrets, ...kept, 'access_token'].includes(name)) {
        faults.push(`api.signIn.${key}: "${name}" is no setting and not kept`)
      }
    }
    const isGrant = names.includes('access_token')
    const hasGrant = type === 'OAUTH2' || Object.hasOwn(data.settingsGrants ?? {}, key)
    if (hasGrant !== isGrant) {
      faults.push(`api.signIn.${key}: the access_token and a method that has a grant go together`)
    }
    const field = keyFieldOf(info, method)
    if (!isGrant && (field === null || !properties.includes(field))) {
      faults.push(`api.signIn.${key}: it has none of the method's secrets`)
    }
  }
  for (const [name, text] of Object.entries(api.headers ?? {})) {
    for (const one of pathsIn(text)) {
      if (![...settings, ...kept].includes(one))
        faults.push(`api.headers.${name}: "${one}" is no setting and not kept`)
    }
  }
  return faults
}

function wordFaults(data: RestConnectorData): string[] {
  const { api, identify, info, oauth, config } = data
  const { secrets } = knownOf(data)
  const faults: string[] = []
  const rules: Readonly<Record<string, FailureRule>> = { ...api.statuses, ...api.errors?.means }
  for (const [when, { field, access, code }] of Object.entries(rules)) {
    if (field !== undefined && !info.properties.some(({ name }) => name === field)) {
      faults.push(`api: the field of ${when}, "${field}", is no setting`)
    }
    if (access && code !== 'PermissionDenied')
      faults.push(`api: the access of ${when} goes with PermissionDenied`)
  }
  for (const name of identify?.names ?? []) {
    const shown = pathsIn(name).filter((one) => secrets.includes(one) || one === 'access_token')
    for (const one of shown) faults.push(`identify: "${one}" is a secret, and no name`)
  }
  const { atOnce = 1, perSecond = 1 } = api.manners ?? {}
  if (!(atOnce >= 1 && perSecond > 0)) faults.push('api.manners: there has to be something that may be asked')
  if (config?.accessToken !== undefined && !oauth && !data.settingsGrants)
    faults.push('config.accessToken: there is no grant')
  for (const name of config?.lists ?? []) {
    if (!info.properties.some((one) => one.name === name))
      faults.push(`config.lists: "${name}" is no setting`)
  }
  return faults
}

function streamFaults(streams: readonly RestStream[], others: readonly { role: string }[]): string[] {
  const faults: string[] = []
  const ids = streams.map(({ id }) => id)
  if (new Set(ids).size < ids.length) faults.push('streams: each id is there once')
  for (const stream of streams) {
    const { id, key, replication, fields } = stream
    const names = fieldsOf(fields).map(([name]) => name)
    const expect = (isTrue: boolean, fault: string) => void (isTrue || faults.push(`streams.${id}: ${fault}`))
    expect(new Set(names).size === names.length, 'each field is there once')
    expect(key.length > 0 && key.every((name) => names.includes(name)), 'the key has to be of its fields')
    expect(
      replication === 'FULL_TABLE' || names.includes(replication),
      'replication is a field of it, or FULL_TABLE',
    )
    if ('partOf' in stream) {
      const whole = streams.find((other) => other.id === stream.partOf)
      const isAsked = whole !== undefined && !('partOf' in whole)
      expect(isAsked, `it is part of "${stream.partOf}", which is not asked for`)
    } else if (stream.role !== undefined) {
      const isRole = others.some(({ role }) => role === stream.role)
      expect(isRole, `its role "${stream.role}" is none of the provider's otherGrants`)
    }
  }
  return faults
}

function optionFaults({ info, options = {} }: RestConnectorData): string[] {
  const chosen = info.properties.filter((one) => one.vendor_options).map(({ name }) => name)
  const faults = chosen
    .filter((name) => !Object.hasOwn(options, name))
    .map((name) => `options: "${name}" has vendor_options, and no list`)
  for (const [name, { value, unavailable, next }] of Object.entries(options)) {
    if (!chosen.includes(name)) faults.push(`options: "${name}" is no setting with vendor_options`)
    if (pathsIn(value).length === 0) faults.push(`options.${name}.value: all would have the same`)
    if (next && 'full' in next && !(Number.isInteger(next.full) && next.full > 0))
      faults.push(`options.${name}.next: a full page has items, a whole number of them`)
    if (unavailable?.unless.length === 0) faults.push(`options.${name}.unavailable: nothing could be chosen`)
  }
  return faults
}
