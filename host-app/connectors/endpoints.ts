import { type HostPattern, isVendorAddress } from './vendor-hosts.ts'

/** What an endpoint is made of, by name: settings of the source, and what the provider said with the grant. */
export type EndpointValues = Readonly<Record<string, string>>

/**
 * An address of the vendor. In a text `{name}` stands for a value: an origin where the text begins with it, and elsewhere
 * percent-encoded, so that it can be one label of a host or one segment of a path. A function may say more, such as
 * another host for a sandbox.
 */
export type Endpoint = string | ((values: EndpointValues) => string)

/** The endpoint is no address of the vendor's: whoever set the values must not say where secrets are sent. */
export class EndpointRefused extends Error {
  override readonly name = 'EndpointRefused'
}

/**
 * The address to dial. Without `hosts` it is the connector's own word; with them it has to be of one of them.
 * @throws {EndpointRefused}
 */
export function resolveEndpoint(
  endpoint: Endpoint,
  values: EndpointValues,
  hosts: readonly HostPattern[] | undefined,
): string {
  const text = typeof endpoint === 'string' ? filled(endpoint, values) : endpoint(values)
  const url = URL.parse(text)
  if (!url) throw new EndpointRefused('It makes no address.')
  if (hosts && !isVendorAddress(url, hosts)) {
    throw new EndpointRefused(`${url.host} is not one of the vendor's hosts.`)
  }
  return text
}

/** Whether what is made of no values is an address, and of one of the hosts. */
export function isReachable(endpoint: Endpoint, hosts: readonly HostPattern[] | undefined): boolean {
  try {
    return /^https?:/.test(resolveEndpoint(endpoint, {}, hosts))
  } catch (error) {
    if (error instanceof EndpointRefused) return false
    throw error
  }
}

/** Whether values take part in it. */
export function isMade(endpoint: Endpoint): boolean {
  return typeof endpoint !== 'string' || placeholder.test(endpoint)
}

/** The names that stand for something in it; none where it is a function. */
export function namesIn(endpoint: Endpoint): string[] {
  return typeof endpoint === 'string' ? [...endpoint.matchAll(placeholders)].map(([, name = '']) => name) : []
}

const placeholder = /\{([A-Za-z][\w-]*)\}/
const placeholders = new RegExp(placeholder, 'g')

/** The text with the values in place of their names, as they are; what there is no value for stays empty. */
export function filledBy(text: string, values: EndpointValues): string {
  return text.replaceAll(placeholders, (_match, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? '') : '',
  )
}

function filled(text: string, values: EndpointValues): string {
  return text.replaceAll(placeholders, (_match, name: string, at: number) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    if (!value) throw new EndpointRefused(`There is no ${name} to make it of.`)
    // Of a path they would be steps, which a URL takes before anybody reads it.
    if (at > 0 && /^\.\.?$/.test(value)) throw new EndpointRefused(`${name} is no name.`)
    if (at > 0) return encodeURIComponent(value)
    const origin = URL.parse(value)?.origin
    if (!origin || origin === 'null') throw new EndpointRefused(`${name} is no address.`)
    return origin
  })
}
