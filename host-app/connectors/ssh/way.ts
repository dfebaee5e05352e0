import { ConnectorError, type ConnectorContext } from '../connector.ts'
import { checkedAddresses } from '../own-sockets/checked-addresses.ts'
import { DiallingSocket } from '../own-sockets/dialling-socket.ts'
import type { ServerSocket } from '../own-sockets/server-socket.ts'
import { openSsh } from './open-ssh.ts'
import type { SshFields, SshSettings } from './ssh-settings.ts'
import { TunnelSocket } from './tunnel-socket.ts'
import { openTunnel } from './tunnel.ts'

/** The way to a server: straight to addresses that were checked, or through a tunnel. */
export interface Way {
  /** Another socket that leads there, not yet connected. */
  socket(): ServerSocket
  /** What broke the way itself, if it is broken: what its sockets say only comes of it. */
  readonly fault: ConnectorError | null
  /** Never throws, and takes two seconds at most. */
  close(): Promise<void>
}

interface Destination {
  readonly host: string
  readonly port: number
  /** Milliseconds for dialling. */
  readonly connectTimeout: number
  readonly tunnel: SshSettings | null
}

type Context = Pick<ConnectorContext, 'signal' | 'resolveAddresses' | 'report'>

/**
 * Finds the addresses that may be dialled, or signs in at the SSH server. At the end of a tunnel the host is the SSH
 * server's to find: we neither look it up nor judge its address. Throws `ConnectorError`, or the signal's reason.
 */
export async function openWay(
  { host, port, connectTimeout, tunnel }: Destination,
  context: Context,
): Promise<Way> {
  if (!tunnel) {
    const addresses = await checkedAddresses(host, context)
    return {
      socket: () => new DiallingSocket(addresses, connectTimeout),
      fault: null,
      close: async () => {},
    }
  }
  const { fields } = tunnel
  const { log } = context.report
  // As far as people are concerned we are still connecting.
  const ssh = await openSsh(tunnel, { ...context, report: { phase: () => {}, log } }).catch(
    (error: unknown) => {
      throw error instanceof ConnectorError ? atSshServer(error, fields) : error
    },
  )
  log('Signed in at the SSH server.')
  return {
    socket: () => new TunnelSocket(() => openTunnel(ssh, { host, port, field: 'host', sshFields: fields })),
    get fault() {
      return ssh.fault && atSshServer(ssh.fault, fields)
    },
    close: () => ssh.close(),
  }
}

/** People have two servers before them: which one is meant is told in words, and by a field. */
function atSshServer({ code, field, detail, cause }: ConnectorError, { host }: SshFields): ConnectorError {
  const words = ['This is about the SSH server.', detail].filter((part) => part).join(' ')
  return new ConnectorError(code, { field: field ?? host, detail: words, cause })
}

/** For the log. */
export const tunnelInWords = ({ tunnel }: Pick<Destination, 'tunnel'>) => (tunnel ? ', by an SSH tunnel' : '')
