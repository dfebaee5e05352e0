import { connect, createServer, type Server } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ofSoak, randomOf, soakSeed } from '../../../scripts/soak-size.mjs'
import { startMariadb, startMysql, type MysqlServer } from '../../../scripts/mysql-server.mjs'
import { runConnector } from '../connector-contract.testing.ts'
import { ConnectorError } from '../connector.ts'
import { hpMysql } from './connector.ts'
import { at, listen, portOf } from './fixtures.testing.ts'
import { seedOddDatabases } from './odd-databases.testing.ts'

const attempts = ofSoak(60, 2_000)
/** Milliseconds without a byte after which a server that was tampered with hangs up: who waits for more learns it. */
const hangUpAfter = 250

let mariadb: MysqlServer
let mysql: MysqlServer
beforeAll(async () => {
  ;[mariadb, mysql] = await Promise.all([startMariadb(), startMysql()])
  await Promise.all([seedOddDatabases(mariadb), seedOddDatabases(mysql)])
}, 300_000)
afterAll(() => Promise.all([mariadb?.stop(), mysql?.stop()]))

/** Changes what the server says at one place; the bytes that it said come to this many. */
interface Tamper {
  readonly at: number
  readonly change: (byte: number) => Buffer
}

interface Proxy {
  readonly server: Server
  readonly said: () => number
}

/** Passes everything on, in each connection with one change of the server's words. */
async function startProxy({ host, port }: MysqlServer, tamper: Tamper | null): Promise<Proxy> {
  let most = 0
  const server = createServer((client) => {
    const upstream = connect(port, host)
    let said = 0
    const end = () => {
      for (const socket of [client, upstream]) socket.destroy()
    }
    for (const socket of [client, upstream]) socket.on('error', () => {}).on('close', end)
    client.on('data', (bytes) => upstream.write(bytes))
    upstream.on('data', (bytes) => {
      const place = tamper ? tamper.at - said : -1
      said += bytes.length
      most = Math.max(most, said)
      if (!tamper || place < 0 || place >= bytes.length) return void client.write(bytes)
      client.setTimeout(hangUpAfter, end)
      client.write(
        Buffer.concat([
          bytes.subarray(0, place),
          tamper.change(bytes[place] ?? 0),
          bytes.subarray(place + 1),
        ]),
      )
    })
  })
  return { server: await listen(server), said: () => most }
}

async function meet(server: MysqlServer, tamper: Tamper | null) {
  const proxy = await startProxy(server, tamper)
  const run = await runConnector(hpMysql, at(server, { port: String(portOf(proxy.server)) }))
  proxy.server.close()
  return { ...run, said: proxy.said() }
}

describe.each([
  ['MariaDB', () => mariadb],
  ['MySQL', () => mysql],
])('%s, of whose words one is changed on the way,', (_, server) => {
  it('is read, or told as what it is', { timeout: 900_000 }, async () => {
    const { said, error, streams } = await meet(server(), null)
    expect(error).toBeNull()
    const random = randomOf(soakSeed)
    const codes: Record<string, number> = {}
    for (let attempt = 0; attempt < attempts; attempt++) {
      const byte = random(256)
      const changes = [
        (old: number) => Buffer.from([old ^ (1 << (byte % 8))]),
        () => Buffer.from([byte]),
        () => Buffer.alloc(0),
        (old: number) => Buffer.from([old, byte]),
        () => Buffer.alloc(1 + byte, byte),
      ]
      const change = changes[random(changes.length)]!
      const run = await meet(server(), { at: random(said), change })
      const code =
        run.error === null ? 'none' : run.error instanceof ConnectorError ? run.error.code : 'unknown'
      codes[code] = (codes[code] ?? 0) + 1
      expect(run.streams.length).toBeLessThanOrEqual(2 * streams.length)
    }
    process.stdout.write(`seed ${soakSeed}: ${JSON.stringify(codes)}\n`)
    expect(Object.keys(codes)).not.toContain('unknown')
    expect(Object.keys(codes)).not.toContain('CheckCrashed')
  })
})
