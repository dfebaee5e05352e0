import { isIP, type LookupFunction } from 'node:net'
import { callbackify } from 'node:util'
import { Agent, buildConnector, fetch as undiciFetch, type RequestInit as UndiciRequestInit } from 'undici'
import { ConnectorError } from '../../connectors/connector.ts'
import { isAllowedAddress } from './address-rules.ts'
import { resolveAllowed, type HostAddress } from './resolve-host.ts'

/** The only ways out of the server on behalf of a connector. */
export interface Outbound {
  /**
   * Fetch that dials allowed addresses only, at every hop of a redirect. Rejects with `ConnectorError`
   * HostNotFound or AddressNotAllowed; otherwise as fetch does.
   */
  readonly fetch: typeof fetch
  /**
   * For drivers with sockets of their own: an address that may be dialled; dial exactly that one.
   * Throws `ConnectorError` HostNotFound or AddressNotAllowed.
   */
  resolveHost(host: string): Promise<HostAddress>
}

const connectTimeout = 10_000

/**
 * The guard against requests that customers aim at the operator's own network. The address that is
 * checked is the address that is dialled, so a name that changes its answer in between gains nothing.
 */
export function createOutbound({ allowPrivateNetworks }: { allowPrivateNetworks: boolean }): Outbound {
  const dispatcher = new Agent({ connect: createGuardedConnector(allowPrivateNetworks) })

  const guardedFetch = async (input: string | URL | Request, init?: UndiciRequestInit) => {
    const request = input instanceof Request ? input : null
    try {
      // undici does not know Node's own Request class: its parts are handed over instead.
      return await undiciFetch(request?.url ?? String(input), {
        ...(request && partsOf(request)),
        ...init,
        dispatcher,
      })
    } catch (error) {
      throw guardErrorIn(error) ?? error
    }
  }

  return {
    // undici's fetch is the platform's in behaviour; only its type declarations are a copy of their own.
    fetch: guardedFetch as unknown as typeof fetch,
    async resolveHost(host) {
      const addresses = await resolveAllowed(host, allowPrivateNetworks)
      const [first] = addresses.toSorted((a, b) => a.family - b.family)
      if (!first) throw new ConnectorError('HostNotFound')
      return first
    },
  }
}

function createGuardedConnector(allowPrivateNetworks: boolean): buildConnector.connector {
  const resolve = callbackify(resolveAllowed)
  const lookup: LookupFunction = (host, options, callback) => {
    resolve(host, allowPrivateNetworks, (error, addresses) => {
      const [first] = addresses ?? []
      if (error || !first) callback(error, [])
      else if (options.all) callback(null, addresses)
      else callback(null, first.address, first.family)
    })
  }
  const connect = buildConnector({ lookup, timeout: connectTimeout, allowH2: false, autoSelectFamily: true })
  return (options, callback) => {
    // A literal is dialled without a lookup, so it is looked at here.
    const literal = options.hostname.replace(/^\[(.*)\]$/, '$1')
    if (isIP(literal) !== 0 && !isAllowedAddress(literal, allowPrivateNetworks)) {
      callback(new ConnectorError('AddressNotAllowed'), null)
      return
    }
    connect(options, callback)
  }
}

function partsOf(request: Request): UndiciRequestInit {
  return {
    method: request.method,
    headers: [...request.headers],
    body: request.body,
    redirect: request.redirect,
    signal: request.signal,
    duplex: 'half',
  }
}

/** The guard's own refusal, which fetch wraps into "fetch failed". */
function guardErrorIn(error: unknown): ConnectorError | null {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof ConnectorError) return at
  }
  return null
}
