import type { Connector } from '../connector.ts'
import { type Endpoint, EndpointRefused, resolveEndpoint } from '../endpoints.ts'
import { valueFault } from '../value-fault.ts'

/** What somebody would enter to have the grant, or our client's secret, sent to them. */
const lures = ['evil.test/', 'evil.test#', 'evil.test?', 'a@evil.test', 'https://evil.test', 'x/../..', '..']

/** Those that would lead elsewhere than to the vendor by a value of this setting that the form takes. */
export function luredEndpoints(
  { info, hosts }: Pick<Connector, 'info' | 'hosts'>,
  endpoints: readonly Endpoint[],
  example: Readonly<Record<string, string>>,
  name: string,
): { lure: string; endpoint: Endpoint }[] {
  const property = info.properties.find((one) => one.name === name)
  return lures.flatMap((lure) => {
    if (property !== undefined && valueFault(property, lure) !== null) return []
    const values = { ...example, [name]: lure }
    return endpoints
      .filter((endpoint) => makesAddress(endpoint, values, hosts))
      .map((endpoint) => ({ lure, endpoint }))
  })
}

function makesAddress(
  endpoint: Endpoint,
  values: Readonly<Record<string, string>>,
  hosts: Connector['hosts'],
): boolean {
  try {
    return resolveEndpoint(endpoint, values, hosts) !== ''
  } catch (error) {
    if (error instanceof EndpointRefused) return false
    throw error
  }
}
