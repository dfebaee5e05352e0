import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { ConnectorError, type HostAddress } from '../../../connectors/connector.ts'
import { isAllowedAddress } from './address-rules.ts'

/**
 * The addresses behind a host name or a literal, in the resolver's order, those that may be dialled only.
 * Throws `ConnectorError` HostNotFound, or AddressNotAllowed when none is left.
 */
export async function resolveAllowed(
  host: string,
  allowPrivateNetworks: boolean,
  askResolver: AskResolver = askSystem,
): Promise<HostAddress[]> {
  const found = await resolve(host, askResolver)
  const allowed = found.filter(({ address }) => isAllowedAddress(address, allowPrivateNetworks))
  if (allowed.length === 0) throw new ConnectorError('AddressNotAllowed')
  return allowed
}

/** Asked once for each name that is to be dialled: another answer to another question counts for nothing. */
export type AskResolver = (name: string) => Promise<{ address: string; family: number }[]>

const askSystem: AskResolver = (name) => lookup(name, { all: true })

async function resolve(host: string, askResolver: AskResolver): Promise<HostAddress[]> {
  const name = host.replace(/^\[(.*)\]$/, '$1')
  const version = isIP(name)
  if (version !== 0) return [{ address: name, family: version === 6 ? 6 : 4 }]
  if (isLocalhost(name)) {
    return [
      { address: '127.0.0.1', family: 4 },
      { address: '::1', family: 6 },
    ]
  }
  // An empty name would resolve to loopback; a NUL would hide the rest of the name from the resolver.
  if (name === '' || name.includes('\0')) throw new ConnectorError('HostNotFound')
  try {
    // The resolver also reads odd spellings of an address (2130706433, 0x7f.1): the guard sees what it made of them.
    const addresses = await askResolver(name)
    return addresses.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }))
  } catch (error) {
    throw new ConnectorError('HostNotFound', { cause: error })
  }
}

/** RFC 6761: these names are loopback, whatever a DNS server says. Node leaves `*.localhost` to DNS. */
function isLocalhost(name: string): boolean {
  return /^(.+\.)?localhost\.?$/i.test(name)
}
