import type { Duplex } from 'node:stream'
import { isolated } from '@bobbin/shared/isolated'
import { ConnectorError } from '../connector.ts'
import type { SshConnection } from './open-ssh.ts'

/** What is at the other end of a tunnel, as the SSH server sees it. */
export interface TunnelEnd {
  readonly host: string
  readonly port: number
  /** The setting that names the host: failures are told at it. */
  readonly field: string
}

/** A stream to a place behind an SSH server, in place of a socket. Throws `ConnectorError`, or the signal's reason. */
export async function openTunnel(ssh: SshConnection, { host, port, field }: TunnelEnd): Promise<Duplex> {
  const opened = Promise.withResolvers<Duplex>()
  return ssh.run((client) => {
    client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
      if (error) return opened.reject(refusal(error, `${isolated(host)}, port ${port}`, field))
      opened.resolve(channel)
    })
    return opened.promise
  })
}

/** By the numbers of RFC 4254, section 5.1. The server's own words are kept nowhere. */
function refusal(error: Error, place: string, field: string): ConnectorError {
  const reason = 'reason' in error ? error.reason : null
  if (reason === 1) {
    const detail = `The SSH server does not allow this user a tunnel to ${place}.`
    return new ConnectorError('PermissionDenied', { field, detail })
  }
  if (reason === 2) {
    const detail = `The SSH server cannot reach ${place}.`
    return new ConnectorError('ConnectionRefused', { field, detail })
  }
  if (reason === 4) return new ConnectorError('TooManyConnections', { field })
  return new ConnectorError('ConnectionRefused', { field, detail: 'The SSH server makes no tunnels.' })
}
