import { AppError } from '../../ground/app-error.ts'

/** A step of the source has to be finished first. */
export function sourceIncomplete(step: 'form' | 'oauth'): AppError {
  return new AppError('Conflict', {
    message: 'The source is not complete yet.',
    data: { reason: 'incomplete', step },
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
