import { connect, type Socket } from 'node:net'
import type { Connection } from 'ssh2'
import { makeKey } from './keys.testing.ts'
import { startPasswordServer } from './password-server.testing.ts'

/** What is done with bytes on their way to the other end: `hang` and nothing comes back any more; `cut` the SSH connection. */
export type Meddling = (bytes: Buffer) => 'pass' | 'hang' | 'cut'

/**
 * An SSH server of the driver's that takes a password and makes tunnels. It knows hosts that nobody else knows: whatever
 * is asked for is on this machine. It counts what is open.
 */
export async function startForwardingServer(password: string) {
  const { privateKey, publicKey } = await makeKey()
  const open = new Set<Socket | Connection>()
  const asked: string[] = []
  const meddling: { with: Meddling } = { with: () => 'pass' }
  const until = (one: Socket | Connection) => {
    open.add(one)
    one.on('close', () => open.delete(one))
  }
  const server = await startPasswordServer({
    hostKey: privateKey,
    password,
    onReady(connection) {
      until(connection)
      connection.on('tcpip', (accept, reject, { destIP, destPort }) => {
        asked.push(destIP)
        const upstream = connect(destPort, '127.0.0.1')
        until(upstream)
        upstream.on('error', () => reject())
        upstream.once('connect', () => {
          const channel = accept()
          channel.on('error', () => {}).on('close', () => upstream.destroy())
          upstream.on('close', () => channel.close())
          upstream.pipe(channel)
          channel.on('data', (bytes: Buffer) => {
            const verdict = meddling.with(bytes)
            if (verdict === 'hang') upstream.unpipe(channel)
            if (verdict === 'cut') return void connection.end()
            upstream.write(bytes)
          })
        })
      })
    },
  })
  return {
    port: server.port,
    hostKey: publicKey,
    /** Names and addresses to which tunnels were asked for. */
    asked,
    meddling,
    /** Every attempt to sign in. */
    attempts: server.attempts,
    /** SSH connections, and connections made for them. */
    open: () => open.size,
    close: server.close,
  }
}
