import process from 'node:process'
import type { ConnectionOptions as TlsOptions } from 'node:tls'
import type { Duplex } from 'node:stream'
import type { Connection, ConnectionOptions, TypeCastField } from 'mysql2'
import type { ServerSocket } from '../own-sockets/server-socket.ts'
import { signScramble } from './ed25519.ts'
import type { MysqlSettings } from './mysql-settings.ts'
import type { PacketGuard } from './packet-guard.ts'

/** What the driver's type declarations leave out. */
interface Driver extends Connection {
  stream: Duplex
  packetParser: { execute(chunk: Buffer): void }
  startTLS(onSecure: (error?: Error) => void): void
}

interface DriverOptions {
  /** That dials. */
  readonly socket: ServerSocket
  readonly guard: PacketGuard
  readonly settings: Pick<MysqlSettings, 'user' | 'password' | 'dbname' | 'host'>
  /** False: nothing is encrypted. */
  readonly tls: TlsOptions | false
  readonly onSigningIn: () => void
  /** What ended the connection; comes at most once before it is closed. */
  readonly onFault: (error: unknown) => void
}

/**
 * Signs in by the driver, which is loaded for that and not before. It reads what the guard lets through, its TLS is ours,
 * and its environment is what it is given here. Rejects with what the driver throws.
 */
export async function openConnection(options: DriverOptions): Promise<Connection> {
  const { socket, guard, tls, onSigningIn, onFault } = options
  const { createConnection } = await import('mysql2')
  const connection = createConnection(driverOptions(options)) as Driver
  connection.on('error', onFault)

  const parser = connection.packetParser
  connection.packetParser = {
    execute(chunk) {
      try {
        const isFirst = !guard.hasSpoken
        const packets = guard.take(chunk)
        if (isFirst && guard.hasSpoken && !tls) onSigningIn()
        if (packets.length > 0) parser.execute(packets)
      } catch (error) {
        onFault(error)
      }
    },
  }

  connection.startTLS = (onSecure) => {
    socket.removeAllListeners('data')
    guard.beginSigningIn()
    // Not imported: a snapshot of a connector process cannot hold it.
    const { connect } = process.getBuiltinModule('node:tls')
    const secure = connect({ ...tls, socket }, () => {
      onSigningIn()
      onSecure()
    })
    secure.on('error', onFault)
    secure.on('data', (chunk: Buffer) => connection.packetParser.execute(chunk))
    secure.on('close', () => socket.destroy())
    connection.stream = secure
  }

  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => (error ? reject(error) : resolve()))
  })
  return connection
}

/** Everything is named. */
function driverOptions({ socket, settings, tls }: DriverOptions): ConnectionOptions {
  const { host, user, password, dbname } = settings
  return {
    stream: socket,
    host,
    user,
    password,
    ...(dbname !== null && { database: dbname }),
    // Whether, not how: that is `startTLS`. With a password as it is only where that is true.
    ...(tls && { ssl: {}, enableCleartextPlugin: true }),
    // No file is sent, several statements are none, and what state the session is in nobody asks.
    flags: ['-LOCAL_FILES', '-MULTI_RESULTS', '-CLIENT_QUERY_ATTRIBUTES'],
    connectAttributes: { program_name: 'Bobbin' },
    multipleStatements: false,
    authPlugins: { client_ed25519: () => (scramble: Buffer) => signScramble(password, scramble) },
    disableEval: true,
    // Each value as the text that it is.
    typeCast: (field: TypeCastField) => field.string('utf8'),
    // Of whoever waits for the connection.
    connectTimeout: 0,
    maxPreparedStatements: 1,
    enableKeepAlive: false,
    trace: false,
  }
}
