import { ConnectorError } from '../connector.ts'

interface Circumstances {
  /** Errno's name. */
  readonly code: string
  /** How far a session has come. */
  readonly stage: Stage
  /** What should answer, by its name. */
  readonly product: string
}

export type Stage = 'connecting' | 'signing_in' | 'reading'

/** The failures of a socket; null for what is none. */
export function translateSocketError(
  cause: unknown,
  { code, stage, product }: Circumstances,
): ConnectorError | null {
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
        : connectionLost(cause, { stage, product })
    case 'ECONNRESET':
    case 'ECONNABORTED':
    case 'EPIPE':
      return connectionLost(cause, { stage, product })
    default:
      return null
  }
}

/** What it means that the other end hung up. */
export function connectionLost(
  cause: unknown,
  { stage, product }: Pick<Circumstances, 'stage' | 'product'>,
): ConnectorError {
  if (stage === 'reading') return new ConnectorError('ConnectionLost', { cause })
  if (stage === 'signing_in') {
    const detail = 'It closed the connection without a word.'
    return new ConnectorError('SignInRefused', { field: 'user', detail, cause })
  }
  return new ConnectorError('ConnectionRefused', {
    field: 'host',
    detail: `The server closed the connection. Is it ${product} that answers at this port?`,
    cause,
  })
}

export function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}
