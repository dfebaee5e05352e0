import { DatabaseError } from 'pg'
import { ConnectorError } from '../connector.ts'
import { serverWords } from '../own-sockets/server-words.ts'
import { connectionLost, errorCode, translateSocketError, type Stage } from '../own-sockets/socket-errors.ts'
import { translateTlsError } from '../own-sockets/tls-errors.ts'
import { violation } from './message-guard.ts'
import { tlsFields, type PostgresSettings } from './postgres-settings.ts'
import { readRefusal } from './refusals.ts'

const product = 'PostgreSQL'

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
    translateSocketError(error, code, {
      isDialling: at.stage === 'connecting',
      field: 'host',
      lost: () => connectionLost(error, { stage: at.stage, product }),
    }) ??
    translateTlsError(error, code, at.settings, tlsFields) ??
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
  const { sentence, heldSecret } = serverWords([error.message, error.detail, error.hint], {
    state: error.code,
    secrets,
  })
  // A genuine server means by it what we say, and no more.
  const isPlain = error.code === '28P01' && error.routine !== undefined
  return new ConnectorError(code, {
    ...(field !== undefined && { field }),
    detail: [detail, isPlain ? null : sentence].filter((part) => part).join(' ') || undefined,
    ...(!heldSecret && { cause: error }),
  })
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
    return connectionLost(cause, { stage, product })
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
