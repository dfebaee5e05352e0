import { ConnectorError } from '../connector.ts'
import { tellingError } from '../own-sockets/dialling-socket.ts'
import { translateSocketError } from '../own-sockets/socket-errors.ts'
import type { SshFields } from './ssh-settings.ts'

/** How far a connection has come. */
export type Stage = 'dialling' | 'agreeing' | 'signing_in' | 'open'

interface Circumstances {
  readonly stage: Stage
  readonly fields: SshFields
  /** Why the sign-in failed, once nothing is left to try. */
  refusal(): ConnectorError
}

/**
 * Turns what the driver or the socket threw into one of our codes, with the setting at fault: by errno, by the number
 * with which a server disconnects, by the driver's own English messages. Words of the server are kept nowhere.
 */
export function translateSshError(given: unknown, at: Circumstances): ConnectorError {
  const error = tellingError(given)
  if (error instanceof ConnectorError) return error
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : null
  if (typeof code === 'number') return disconnected(code, error, at)
  if (typeof code === 'string') {
    const translated = translateSocketError(error, code, {
      isDialling: at.stage === 'dialling',
      field: at.fields.host,
      lost: () => connectionLost(at, error),
    })
    if (translated) return translated
  }
  const message = error instanceof Error ? error.message : ''
  return translateDriverError(message, error, at)
}

/** What a server says when it hangs up: the numbers of RFC 4253, section 11.1. */
function disconnected(reason: number, error: unknown, at: Circumstances): ConnectorError {
  if (reason === 12) return new ConnectorError('TooManyConnections')
  if (reason === 1) return new ConnectorError('PermissionDenied', { field: at.fields.host })
  if (at.stage === 'signing_in') {
    // OpenSSH ends the connection after so many failures, by a number that means nothing in particular.
    const isTooMany = error instanceof Error && /too many authentication failures/i.test(error.message)
    if (isTooMany || reason === 14) return at.refusal()
  }
  if (reason === 3 && at.stage === 'agreeing') return nothingInCommon('')
  return connectionLost(at)
}

function translateDriverError(message: string, cause: unknown, at: Circumstances): ConnectorError {
  if (/^(Invalid identification|Max greeting|Header line|Invalid header)/.test(message)) {
    const detail = 'What answers at this port does not speak SSH.'
    return new ConnectorError('ConnectionRefused', { field: at.fields.port, detail, cause })
  }
  if (message === 'Connection lost before handshake') {
    const detail = 'The server closed the connection without a word of SSH. Is it the right port?'
    return new ConnectorError('ConnectionRefused', { field: at.fields.port, detail, cause })
  }
  const missing = /no matching (.*)$/.exec(message)?.[1]
  if (missing !== undefined) return nothingInCommon(missing)
  if (/signature verification failed/.test(message)) {
    const detail = 'The server could not prove that the key which it shows is its own.'
    return new ConnectorError('HostKeyUnverified', { field: at.fields.hostKey, detail, cause })
  }
  if (message === 'All configured authentication methods failed') return at.refusal()
  // The rest is the driver's surprise at what it was told.
  return new ConnectorError('ProtocolViolation', { field: at.fields.port })
}

const parts: readonly (readonly [RegExp, string])[] = [
  [/host key/, 'Of its host keys we take ED25519, ECDSA, and RSA with SHA-2.'],
  [/key exchange/, 'There is no way to exchange keys that both know.'],
  [/cipher/, 'There is no cipher that both know.'],
  [/MAC/i, 'There is no message authentication code that both know.'],
]

function nothingInCommon(missing: string): ConnectorError {
  const detail = parts.find(([name]) => name.test(missing))?.[1]
  return new ConnectorError('EncryptionNotSupported', detail === undefined ? {} : { detail })
}

/** It closed the connection, or the connection broke. */
export function connectionLost({ stage, fields }: Circumstances, cause?: unknown): ConnectorError {
  if (stage === 'open') return new ConnectorError('ConnectionLost', { cause })
  if (stage === 'signing_in') {
    const detail = 'It closed the connection without a word.'
    return new ConnectorError('SignInRefused', { field: fields.user, detail, cause })
  }
  const detail = 'The server closed the connection. Is it an SSH server that answers at this port?'
  return new ConnectorError('ConnectionRefused', { field: fields.host, detail, cause })
}
