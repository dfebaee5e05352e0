import type { ConnectorError } from '../../../connectors/connector.ts'
import { AppError } from '../../ground/app-error.ts'

/** A step of the source has to be finished first. */
export function sourceIncomplete(step: 'form' | 'oauth'): AppError {
  return new AppError('Conflict', {
    message: 'The source is not complete yet.',
    data: { reason: 'incomplete', step },
  })
}

/** What the vendor gives no token for: nobody has to authorize again, but to mend this setting. */
export function settingsRefused(refusal: ConnectorError): AppError {
  const { code, field } = refusal
  return new AppError('Conflict', {
    message: 'The vendor does not take the settings of the source any more.',
    data: { reason: 'settings_refused', code, field },
    cause: refusal,
  })
}

/** Nothing but a new authorization helps. */
export function authorizationExpired(cause?: unknown): AppError {
  return new AppError('Conflict', {
    message: 'The authorization is no longer valid. The user has to authorize again.',
    data: { reason: 'AuthorizationExpired' },
    cause,
  })
}
