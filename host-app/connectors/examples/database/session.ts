import { isolated } from '@bobbin/shared/isolated'
import { Client, DatabaseError } from 'pg'
import { ConnectorError, type ConnectorContext } from '../../connector.ts'
import { checkedAddresses } from '../../own-sockets/checked-addresses.ts'
import { DiallingSocket, tellingError } from '../../own-sockets/dialling-socket.ts'
import {
  connectionLost,
  errorCode,
  type Stage,
  translateSocketError,
} from '../../own-sockets/socket-errors.ts'
import { translateTlsError } from '../../own-sockets/tls-errors.ts'
import { tlsOptions } from '../../own-sockets/tls-options.ts'
import type { TlsFields, TlsMode, TlsSettings } from '../../own-sockets/tls-settings.ts'

/** A signed-in connection that writes nothing. */
export interface Session {
  /** Throws `ConnectorError`, or the signal's reason once it aborted. */
  query(sql: string): Promise<unknown[]>
  /** Never throws. */
  close(): Promise<void>
}

/** Milliseconds to wait for the server, each time. */
const patience = 15_000

/** Which setting is at fault where TLS is. */
const fields: TlsFields = {
  mode: 'ssl',
  caCertificate: 'ssl',
  clientCertificate: 'ssl',
  clientKey: 'ssl',
  clientKeyPassphrase: 'ssl',
}

/** Dials one of the addresses that may be dialled, and no other; encrypts, signs in. Throws as `query` does. */
export async function openSession(context: ConnectorContext): Promise<Session> {
  const { settings, signal, report } = context
  const { host = '', port = '', dbname = '', user = '', password = '' } = settings
  signal.throwIfAborted()
  report.phase('connecting')
  report.log(`Connecting to ${isolated(host)}, port ${port}.`)
  const tls = tlsSettingsOf(settings)
  const socket = new DiallingSocket(await checkedAddresses(host, context), patience)
  const client = new Client({
    ...{ host, port: Number(port), database: dbname, user, password },
    stream: () => socket,
    ssl: tlsOptions(tls, fields),
    connectionTimeoutMillis: patience,
    query_timeout: patience,
    options: '-c default_transaction_read_only=on',
    application_name: 'Bobbin',
  })
  // What is awaited fails by itself; without a listener the process would end.
  client.on('error', () => {})
  const stop = () => void socket.destroy()
  signal.addEventListener('abort', stop, { once: true })

  async function attempt<Result>(stage: Stage, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      signal.throwIfAborted()
      throw failureOf(tellingError(error), stage, tls)
    }
  }

  async function close(): Promise<void> {
    signal.removeEventListener('abort', stop)
    // A server that does not take leave is not waited for.
    socket.setTimeout(1_000, stop)
    await client.end().catch(() => {})
    socket.destroy()
  }

  try {
    await attempt('connecting', () => client.connect())
    report.phase('signing_in')
    report.log('Signed in.')
  } catch (error) {
    await close()
    throw error
  }
  return {
    query: (sql) => attempt('reading', async () => (await client.query<Record<string, unknown>>(sql)).rows),
    close,
  }
}

/** The failures of the server, the way to it and the driver become ours here, and nowhere else. */
function failureOf(error: unknown, stage: Stage, tls: TlsSettings): ConnectorError {
  if (error instanceof ConnectorError) return error
  if (error instanceof DatabaseError) {
    // The server's own words might hold what it was told: they go nowhere.
    const [code, field] = refusals[error.code ?? ''] ?? (['CheckFailed', undefined] as const)
    return new ConnectorError(code, field === undefined ? {} : { field })
  }
  const message = error instanceof Error ? error.message : ''
  if (/timeout/i.test(message)) return new ConnectorError('ConnectionTimeout', { field: 'host' })
  if (message === 'The server does not support SSL connections') {
    return new ConnectorError('TlsNotSupported', { field: 'ssl' })
  }
  const code = errorCode(error)
  const lost = () => connectionLost(error, { stage, product: 'PostgreSQL' })
  return (
    translateSocketError(error, code, { isDialling: stage === 'connecting', field: 'host', lost }) ??
    translateTlsError(error, code, tls, fields) ??
    lost()
  )
}

/** By SQLSTATE, never by words, which are translated. */
const refusals = {
  '28P01': ['CredentialsRejected', 'password'],
  '28000': ['CredentialsRejected', 'user'],
  '3D000': ['DatabaseNotFound', 'dbname'],
  '42501': ['PermissionDenied', 'user'],
  '53300': ['TooManyConnections', undefined],
} as const as Readonly<Record<string, readonly [ConnectorError['code'], string | undefined]>>

function tlsSettingsOf({ host = '', ssl = '' }: Readonly<Record<string, string>>): TlsSettings {
  const isKnown = ssl === 'disable' || ssl === 'require'
  const tlsMode: TlsMode = isKnown ? ssl : 'verify-full'
  const nothing = { caCertificate: null, clientCertificate: null, clientKey: null, clientKeyPassphrase: null }
  return { host, tlsMode, ...nothing }
}
