import { DatabaseError } from 'pg'
import { ConnectorError } from '../connector.ts'
import { violation } from './message-guard.ts'
import type { PostgresSettings } from './postgres-settings.ts'

type Settings = Pick<PostgresSettings, 'tlsMode' | 'caCertificate'>

/**
 * Turns whatever the driver, the socket or TLS threw into one of our codes, with the setting at fault.
 * Decided by SQLSTATE, errno and TLS code, never by text that a server may have translated; the driver's
 * own two English messages without a code are the exception.
 */
export function translatePostgresError(error: unknown, settings: Settings): ConnectorError {
  if (error instanceof ConnectorError) return error
  if (error instanceof DatabaseError) return translateServerError(error, settings)
  const code = errorCode(error)
  return translateSocketError(error, code) ?? translateTlsError(error, code, settings) ?? translateRest(error)
}

function translateServerError(cause: DatabaseError, { tlsMode }: Settings): ConnectorError {
  switch (cause.code) {
    case '28P01':
      return new ConnectorError('CredentialsRejected', { field: 'password', cause })
    case '28000':
      return cause.routine === 'ClientAuthentication'
        ? refusedByAddress(cause, tlsMode !== 'disable')
        : new ConnectorError('CredentialsRejected', { field: 'user', cause })
    case '3D000':
      return new ConnectorError('DatabaseNotFound', { field: 'dbname', cause })
    case '42501':
      return new ConnectorError('PermissionDenied', { field: 'user', cause })
    case '53300':
      return new ConnectorError('TooManyConnections', { cause })
    case '57P03':
      return new ConnectorError('ConnectionRefused', {
        field: 'host',
        detail: 'The server is starting up or shutting down.',
        cause,
      })
    case '57P01':
    case '57P02':
      return new ConnectorError('ConnectionRefused', {
        field: 'host',
        detail: 'The server was shut down.',
        cause,
      })
    case '57014':
      return new ConnectorError('ConnectionTimeout', {
        detail: 'Reading the catalog of the database took too long.',
        cause,
      })
    default:
      // A genuine server names a SQLSTATE with every error.
      if (!/^[0-9A-Z]{5}$/.test(cause.code ?? '')) return violation(cause)
      return new ConnectorError('CheckFailed', {
        detail: `PostgreSQL answered with the error code ${cause.code}.`,
        cause,
      })
  }
}

/** No line of pg_hba.conf lets the user in from here; without TLS that is most often the reason. */
function refusedByAddress(cause: DatabaseError, isEncrypted: boolean): ConnectorError {
  if (!isEncrypted) {
    return new ConnectorError('TlsRequired', {
      field: 'ssl',
      detail: 'Its pg_hba.conf lets this user in from our address with encryption only, or not at all.',
      cause,
    })
  }
  return new ConnectorError('PermissionDenied', {
    field: 'host',
    detail: 'The pg_hba.conf of the server does not let this user in from our address.',
    cause,
  })
}

function translateSocketError(cause: unknown, code: string): ConnectorError | null {
  switch (code) {
    case 'ECONNREFUSED':
      return new ConnectorError('ConnectionRefused', { field: 'host', cause })
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new ConnectorError('HostNotFound', { field: 'host', cause })
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EHOSTDOWN':
      return new ConnectorError('ConnectionTimeout', { field: 'host', cause })
    case 'ECONNRESET':
    case 'EPIPE':
      return connectionLost(cause)
    default:
      return null
  }
}

/** In words, for the certificate errors that OpenSSL and Node name. */
const certificateFaults: Readonly<Record<string, string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: 'It was issued for another host name.',
  CERT_HAS_EXPIRED: 'It has expired.',
  CERT_NOT_YET_VALID: 'It is not valid yet.',
  CERT_REVOKED: 'It was revoked.',
  CERT_SIGNATURE_FAILURE: 'Its signature is wrong.',
  CERT_UNTRUSTED: 'Its authority is not trusted.',
  CERT_REJECTED: 'Its authority is not trusted for servers.',
  INVALID_CA: 'Its authority is not valid.',
  INVALID_PURPOSE: 'It is not meant for servers.',
  HOSTNAME_MISMATCH: 'It was issued for another host name.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'It is signed by itself. Add it as the CA certificate.',
  SELF_SIGNED_CERT_IN_CHAIN: 'Its authority is not a public one. Add the CA certificate.',
  UNABLE_TO_GET_ISSUER_CERT: 'Its authority is not known. Add the CA certificate.',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'Its authority is not known. Add the CA certificate.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'Its authority is not known. Add the CA certificate.',
}

function translateTlsError(cause: unknown, code: string, { caCertificate }: Settings): ConnectorError | null {
  const fault = certificateFaults[code]
  if (fault) {
    const isHostAtFault = code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH'
    const field = isHostAtFault ? 'host' : caCertificate ? 'ssl_ca_certificate' : 'ssl'
    return new ConnectorError('TlsUntrusted', { field, detail: fault, cause })
  }
  if (caCertificate && /^ERR_OSSL_(PEM|X509|ASN1|BIO)/.test(code)) {
    return new ConnectorError('TlsUntrusted', {
      field: 'ssl_ca_certificate',
      detail: 'The CA certificate given cannot be read.',
      cause,
    })
  }
  if (/^ERR_SSL_|^EPROTO$/.test(code)) {
    return new ConnectorError('TlsNotSupported', {
      field: 'ssl',
      detail: 'The server and we found no common version of TLS.',
      cause,
    })
  }
  return null
}

function translateRest(cause: unknown): ConnectorError {
  const message = cause instanceof Error ? cause.message : ''
  if (message === 'The server does not support SSL connections') {
    return new ConnectorError('TlsNotSupported', { field: 'ssl', cause })
  }
  if (message.startsWith('Connection terminated')) return connectionLost(cause)
  if (message.startsWith('SASL: Only mechanism')) {
    return new ConnectorError('AuthenticationNotSupported', { field: 'user', cause })
  }
  if (message.startsWith('SASL'))
    return new ConnectorError('CredentialsRejected', { field: 'password', cause })
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

function connectionLost(cause: unknown): ConnectorError {
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
