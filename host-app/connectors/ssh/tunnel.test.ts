import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { text } from 'node:stream/consumers'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startPostgres } from '../../../scripts/postgres-server.mjs'
import { startSshd, type SshServer } from '../../../scripts/ssh-server.mjs'
import type { SshConnection } from './open-ssh.ts'
import { fields as sshFields, open } from './ssh-settings.testing.ts'
import { TunnelSocket } from './tunnel-socket.ts'
import { openTunnel, type TunnelEnd } from './tunnel.ts'

let server: SshServer
let closed: SshServer
let echo: Server
let ssh: SshConnection
let place: TunnelEnd

beforeAll(async () => {
  ;[server, closed] = await Promise.all([startSshd(), startSshd({ settings: { AllowTcpForwarding: 'no' } })])
  echo = createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => {}).pipe(socket))
  echo.listen(0, '127.0.0.1')
  await once(echo, 'listening')
  const address = echo.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  place = { host: 'localhost', port, field: 'host', sshFields }
  ssh = await openTo(server)
})
afterAll(async () => {
  await ssh?.close()
  echo?.close()
  await Promise.all([server?.stop(), closed?.stop()])
})

async function openTo({ port, user, privateKey, hostKeys }: SshServer): Promise<SshConnection> {
  return (await open({ port, user, privateKey, hostKey: hostKeys['ed25519']?.fingerprint ?? '' })).ssh
}

describe('a tunnel', () => {
  it('carries bytes both ways, also several at once', async () => {
    const tunnels = await Promise.all([openTunnel(ssh, place), openTunnel(ssh, place)])
    const long = 'x'.repeat(3_000_000)
    const said = tunnels.map(async (tunnel, index) => {
      const heard = text(tunnel)
      tunnel.end(`${index}${long}`)
      return heard
    })
    expect(await Promise.all(said)).toEqual([`0${long}`, `1${long}`])
  })

  it('carries a session with PostgreSQL, encrypted as well', async () => {
    const postgres = await startPostgres({ ssl: true })
    for (const ssl of [false, { rejectUnauthorized: false }]) {
      const { host, port, user, password } = postgres
      const stream = () => new TunnelSocket(() => openTunnel(ssh, { ...place, host, port }))
      const client = new Client({ user, password, database: 'postgres', ssl, stream })
      await client.connect()
      const { rows } = await client.query(`select count(*)::int as count from generate_series(1, 100000)`)
      expect(rows).toEqual([{ count: 100_000 }])
      await client.end()
    }
    await postgres.stop()
  })

  it('to where nobody listens is told as that', async () => {
    const nowhere = openTunnel(ssh, { ...place, host: '127.0.0.1', port: 1 })
    await expect(nowhere).rejects.toMatchObject({ code: 'ConnectionRefused', field: 'host' })
  })

  it('that the server does not allow is told as that', async () => {
    const strict = await openTo(closed)
    const refused = openTunnel(strict, place)
    await expect(refused).rejects.toMatchObject({ code: 'PermissionDenied', field: 'username' })
    await strict.close()
  })

  it('ends with its connection', async () => {
    const own = await openTo(server)
    const tunnel = await openTunnel(own, place)
    const ended = once(tunnel.resume(), 'close')
    await own.close()
    await ended
    await expect(openTunnel(own, place)).rejects.toMatchObject({ code: 'ConnectionLost' })
  })
})
