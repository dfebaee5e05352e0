import { ConnectorError } from '../connector.ts'
import { serverWords } from '../own-sockets/server-words.ts'
import { connectionLost, errorCode, translateSocketError, type Stage } from '../own-sockets/socket-errors.ts'
import { translateTlsError } from '../own-sockets/tls-errors.ts'
import { tlsFields, type MysqlSettings } from './mysql-settings.ts'
import { violation } from './packet-guard.ts'
import { readRefusal } from './refusals.ts'

const product = 'MySQL'

/** What a failure is judged by, beside itself. */
export interface Circumstances {
  readonly settings: Pick<MysqlSettings, 'tlsMode' | 'caCertificate' | 'clientCertificate' | 'password'>
  readonly stage: Stage
}

/** What a server answers with, as the driver tells it. */
interface ServerError extends Error {
  readonly errno: number
  readonly sqlState?: string
}

/**
 * Turns whatever the driver, the socket or TLS threw into one of our codes, with the setting at fault. Decided by the
 * server's number, errno and TLS code, never by text that a server may have translated.
 */
export function translateMysqlError(error: unknown, at: Circumstances): ConnectorError {
  if (error instanceof ConnectorError) return error
  if (isServerError(error)) return translateServerError(error, at)
  const code = errorCode(error)
  return (
    translateSocketError(error, code, {
      isDialling: at.stage === 'connecting',
      field: 'host',
      lost: () => connectionLost(error, { stage: at.stage, product }),
    }) ??
    translateTlsError(error, code, at.settings, tlsFields) ??
    translateRest(error, code, at.stage)
  )
}

/** System errors have negative numbers. */
function isServerError(error: unknown): error is ServerError {
  if (!(error instanceof Error) || !('errno' in error)) return false
  return typeof error.errno === 'number' && error.errno > 0
}

/** The refusal in the server's own words, too, which then are all that is kept of it. */
function translateServerError(error: ServerError, { settings, stage }: Circumstances): ConnectorError {
  const { code, field, detail } = readRefusal(error.errno, stage, settings)
  const words = { state: error.sqlState, secrets: [settings.password] }
  const { sentence, heldSecret } = serverWords([error.message], words)
  return new ConnectorError(code, {
    ...(field !== undefined && { field }),
    detail: [detail, sentence].filter((part) => part).join(' ') || undefined,
    ...(!heldSecret && { cause: error }),
  })
}

function translateRest(cause: unknown, code: string, stage: Stage): ConnectorError {
  if (code === 'HANDSHAKE_NO_SSL_SUPPORT') {
    return new ConnectorError('TlsNotSupported', { field: 'ssl', cause })
  }
  const message = cause instanceof Error ? cause.message : ''
  if (
    code === 'PROTOCOL_CONNECTION_LOST' ||
    /^(The connection was closed|Client network socket disconnected|Can't add new command)/.test(message)
  )
    return connectionLost(cause, { stage, product })
  // The rest is the driver's surprise at what it was told.
  return violation(cause)
}
