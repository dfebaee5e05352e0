import type { Duplex } from 'node:stream'
import { isolated } from '@bobbin/shared/isolated'
import { ConnectorError } from '../connector.ts'
import type { SshConnection } from './open-ssh.ts'
import type { SshFields } from './ssh-settings.ts'

/** What is at the other end of a tunnel, as the SSH server sees it. */
export interface TunnelEnd {
  readonly host: string
  readonly port: number
  /** The setting that names the host: what is not to be reached there is told at it. */
  readonly field: string
  /** The SSH server's: what is its own matter is told at them. */
  readonly sshFields: Pick<SshFields, 'host' | 'user'>
}

/** A stream to a place behind an SSH server, in place of a socket. Throws `ConnectorError`, or the signal's reason. */
export async function openTunnel(ssh: SshConnection, end: TunnelEnd): Promise<Duplex> {
  const opened = Promise.withResolvers<Duplex>()
  return ssh.run((client) => {
    try {
      client.forwardOut('127.0.0.1', 0, end.host, end.port, (error, channel) => {
        if (error) return opened.reject(refusal(error, end))
        opened.resolve(channel)
      })
    } catch (cause) {
      // The server has hung up, and nobody has noticed yet.
      opened.reject(new ConnectorError('ConnectionLost', { field: end.sshFields.host, cause }))
    }
    return opened.promise
  })
}

/** By the numbers of RFC 4254, section 5.1. The server's own words are kept nowhere. */
function refusal(error: Error, { host, port, field, sshFields }: TunnelEnd): ConnectorError {
  const place = `${isolated(host)}, port ${port}`
  const reason = 'reason' in error ? error.reason : null
  if (reason === 1) {
    const detail = `The SSH server does not allow this user a tunnel to ${place}.`
    return new ConnectorError('PermissionDenied', { field: sshFields.user, detail })
  }
  if (reason === 2) {
    const detail = `The SSH server cannot reach ${place}.`
    return new ConnectorError('ConnectionRefused', { field, detail })
  }
  if (reason === 4) return new ConnectorError('TooManyConnections', { field: sshFields.host })
  const detail = 'The SSH server makes no tunnels.'
  return new ConnectorError('ConnectionRefused', { field: sshFields.host, detail })
}
