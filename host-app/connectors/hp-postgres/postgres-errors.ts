import { DatabaseError } from 'pg'
import { ConnectorError } from '../connector.ts'
import { violation } from './message-guard.ts'
import type { PostgresSettings } from './postgres-settings.ts'
import { readRefusal, type Stage } from './refusals.ts'
import { serverWords } from './server-words.ts'
import { translateTlsError } from './tls-errors.ts'

/** What a failure is judged by, beside itself. */
export interface Circumstances {
  readonly settings: Pick<PostgresSettings, 'tlsMode' | 'caCertificate' | 'clientCertificate'>
  readonly stage: Stage
  /** All that the server has been told in confidence. */
  readonly secrets: readonly string[]
}

/**
 * Turns whatever the driver, the socket or TLS threw into one of our codes, with the setting at fault.
 * Decided by SQLSTATE, errno and TLS code, never by text that a server may have translated; the driver's
 * own two English messages without a code are the exception, and those of poolers (`refusals.ts`).
 */
export function translatePostgresError(error: unknown, at: Circumstances): ConnectorError {
  if (error instanceof ConnectorError) return error
  if (error instanceof DatabaseError) return translateServerError(error, at)
  const code = errorCode(error)
  return (
    translateSocketError(error, code, at.stage) ??
    translateTlsError(error, code, at.settings) ??
    translateRest(error, at.stage)
  )
}

/** The refusal in the server's own words, too, which then are all that is kept of it. */
function translateServerError(
  error: DatabaseError,
  { settings, stage, secrets }: Circumstances,
): ConnectorError {
  // A genuine server names a SQLSTATE with every error; a pooler might not.
  if (stage === 'reading' && !/^[0-9A-Z]{5}$/.test(error.code ?? '')) return violation()
  const { code, field, detail } = readRefusal(error, stage, settings)
  const { sentence, heldSecret } = serverWords(error, secrets)
  // A genuine server means by it what we say, and no more.
  const isPlain = error.code === '28P01' && error.routine !== undefined
  return new ConnectorError(code, {
    ...(field !== undefined && { field }),
    detail: [detail, isPlain ? null : sentence].filter((part) => part).join(' ') || undefined,
    ...(!heldSecret && { cause: error }),
  })
}

function translateSocketError(cause: unknown, code: string, stage: Stage): ConnectorError | null {
  switch (code) {
    case 'ECONNREFUSED':
      return new ConnectorError('ConnectionRefused', { field: 'host', cause })
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new ConnectorError('HostNotFound', { field: 'host', cause })
    case 'ETIMEDOUT':
    case 'ERR_SOCKET_CONNECTION_TIMEOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
    case 'EHOSTDOWN':
      return stage === 'connecting'
        ? new ConnectorError('ConnectionTimeout', { field: 'host', cause })
        : connectionLost(cause, stage)
    case 'ECONNRESET':
    case 'ECONNABORTED':
    case 'EPIPE':
      return connectionLost(cause, stage)
    default:
      return null
  }
}

function translateRest(cause: unknown, stage: Stage): ConnectorError {
  const message = cause instanceof Error ? cause.message : ''
  if (message === 'The server does not support SSL connections') {
    return new ConnectorError('TlsNotSupported', { field: 'ssl', cause })
  }
  if (
    message.startsWith('Connection terminated') ||
    message.startsWith('Client network socket disconnected') ||
    /^(Client has encountered a connection error|Client was closed)/.test(message)
  )
    return connectionLost(cause, stage)
  if (/^(There was an error establishing an SSL|received invalid response|Unknown message)/.test(message)) {
    return new ConnectorError('ConnectionRefused', {
      field: 'port',
      detail: 'What answers at this port is not PostgreSQL.',
      cause,
    })
  }
  // The rest is the driver's surprise at what it was told.
  return violation(cause)
}

function connectionLost(cause: unknown, stage: Stage): ConnectorError {
  if (stage === 'reading') return new ConnectorError('ConnectionLost', { cause })
  if (stage === 'signing_in') {
    const detail = 'It closed the connection without a word.'
    return new ConnectorError('SignInRefused', { field: 'user', detail, cause })
  }
  return new ConnectorError('ConnectionRefused', {
    field: 'host',
    detail: 'The server closed the connection. Is it PostgreSQL that answers at this port?',
    cause,
  })
}

function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}
