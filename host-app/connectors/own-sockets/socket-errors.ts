import { ConnectorError } from '../connector.ts'

/** How far a session has come. */
export type Stage = 'connecting' | 'signing_in' | 'reading'

/**
 * The failures of a socket, by errno's names; null for what is none. `lost` is what it means that the other end hung up,
 * `field` the setting that says where it is.
 */
export function translateSocketError(
  cause: unknown,
  code: string,
  { isDialling, field, lost }: { isDialling: boolean; field: string; lost: () => ConnectorError },
): ConnectorError | null {
  switch (code) {
    case 'ECONNREFUSED':
      return new ConnectorError('ConnectionRefused', { field, cause })
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new ConnectorError('HostNotFound', { field, cause })
    case 'ETIMEDOUT':
    case 'ERR_SOCKET_CONNECTION_TIMEOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
    case 'EHOSTDOWN':
      return isDialling ? new ConnectorError('ConnectionTimeout', { field, cause }) : lost()
    case 'ECONNRESET':
    case 'ECONNABORTED':
    case 'EPIPE':
      return lost()
    default:
      return null
  }
}

/** What it means that the other end hung up. */
export function connectionLost(
  cause: unknown,
  /** `product`: what should answer, by its name. */
  { stage, product }: { readonly stage: Stage; readonly product: string },
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
