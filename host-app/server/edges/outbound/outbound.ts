import { ConnectorError, type HostAddress } from '../../../connectors/connector.ts'
import type { HostPattern } from '../../../connectors/vendor-hosts.ts'
import { type AskResolver, resolveAllowed } from './resolve-allowed.ts'

/** The only ways out of the server on behalf of a connector. */
export interface Outbound {
  /**
   * Fetch that dials allowed addresses only, at every hop of a redirect. Rejects with `ConnectorError`
   * HostNotFound or AddressNotAllowed; otherwise as fetch does.
   */
  readonly fetch: typeof fetch
  /** The same, of these hosts alone (`connectors/vendor-hosts.ts`): AddressNotAllowed for all others. */
  fetchWithin(hosts: readonly HostPattern[]): typeof fetch
  /**
   * For drivers with sockets of their own: an address that may be dialled; dial exactly that one.
   * Throws `ConnectorError` HostNotFound or AddressNotAllowed.
   */
  resolveHost(host: string): Promise<HostAddress>
  /** All of them, IPv4 first: dial no others. Throws the same. */
  resolveAddresses(host: string): Promise<HostAddress[]>
}

interface Ways {
  readonly allowPrivateNetworks: boolean
  /** Who asks, where the request itself does not say it. Some vendors answer nobody who does not. */
  readonly userAgent?: string | undefined
  /** The system's by default. */
  readonly askResolver?: AskResolver
}

/**
 * The guard against requests that customers aim at the operator's own network. The address that is
 * checked is the address that is dialled, so a name that changes its answer in between gains nothing.
 */
export function createOutbound({
  allowPrivateNetworks,
  userAgent = 'Bobbin (self-hosted)',
  askResolver,
}: Ways): Outbound {
  // Most connector processes never need it, and start sooner without.
  function createFetch(hosts: readonly HostPattern[] | null): typeof fetch {
    let loading: Promise<typeof fetch> | null = null
    return async (input, init) => {
      loading ??= import('./guarded-fetch.ts').then((module) =>
        module.createGuardedFetch({ allowPrivateNetworks, userAgent, hosts, askResolver }),
      )
      return (await loading)(input, init)
    }
  }
  const resolveAddresses = async (host: string) => {
    const addresses = await resolveAllowed(host, allowPrivateNetworks, askResolver)
    return addresses.toSorted((one, other) => one.family - other.family)
  }
  return {
    fetch: createFetch(null),
    fetchWithin: createFetch,
    resolveAddresses,
    async resolveHost(host) {
      const [first] = await resolveAddresses(host)
      if (!first) throw new ConnectorError('HostNotFound')
      return first
    },
  }
}
