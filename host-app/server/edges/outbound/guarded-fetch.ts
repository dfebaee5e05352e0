import { isIP, type LookupFunction } from 'node:net'
import { callbackify } from 'node:util'
import {
  Agent,
  buildConnector,
  fetch as undiciFetch,
  Headers,
  type RequestInit as UndiciRequestInit,
} from 'undici'
import { ConnectorError } from '../../../connectors/connector.ts'
import { type HostPattern, isVendorAddress } from '../../../connectors/vendor-hosts.ts'
import { isAllowedAddress } from './address-rules.ts'
import { type AskResolver, resolveAllowed } from './resolve-allowed.ts'

const connectTimeout = 10_000

/**
 * Fetch that dials allowed addresses only, and with `hosts` those hosts only; see `Outbound`. In a module of its own, since
 * loading undici takes a while.
 */
export function createGuardedFetch({
  allowPrivateNetworks,
  userAgent,
  hosts,
  askResolver,
}: {
  allowPrivateNetworks: boolean
  userAgent: string
  hosts: readonly HostPattern[] | null
  askResolver?: AskResolver | undefined
}): typeof fetch {
  const connect = createGuardedConnector(allowPrivateNetworks, askResolver)
  // A pool of its own for each list of hosts: what is looked at here is each new connection, at every hop of a redirect.
  const dispatcher = new Agent({ connect: hosts ? within(hosts, connect) : connect })

  const guardedFetch = async (input: string | URL | Request, init?: UndiciRequestInit) => {
    const request = input instanceof Request ? input : null
    try {
      // undici does not know Node's own Request class: its parts are handed over instead.
      const parts = { ...(request && partsOf(request)), ...init }
      const headers = new Headers(parts.headers)
      if (!headers.has('user-agent')) headers.set('user-agent', userAgent)
      return await undiciFetch(request?.url ?? String(input), { ...parts, headers, dispatcher })
    } catch (error) {
      throw guardErrorIn(error) ?? error
    }
  }
  // undici's fetch is the platform's in behaviour; only its type declarations are a copy of their own.
  return guardedFetch as unknown as typeof fetch
}

function within(hosts: readonly HostPattern[], connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) => {
    const { protocol, hostname, port } = options
    const url = URL.parse(`${protocol}//${hostname}${port ? `:${port}` : ''}`)
    if (url && isVendorAddress(url, hosts)) connect(options, callback)
    else callback(new ConnectorError('AddressNotAllowed'), null)
  }
}

function createGuardedConnector(
  allowPrivateNetworks: boolean,
  askResolver?: AskResolver,
): buildConnector.connector {
  const resolve = callbackify((host: string) => resolveAllowed(host, allowPrivateNetworks, askResolver))
  const lookup: LookupFunction = (host, options, callback) => {
    resolve(host, (error, addresses) => {
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
