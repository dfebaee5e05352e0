import type { TokenRefusalReason } from '@bobbin/shared/page-errors'
import { AppError } from '../../ground/app-error.ts'

/** An ephemeral token was refused for this reason. */
export function tokenRefused(reason: TokenRefusalReason): AppError {
  return new AppError('UpgradeEphemeralToken', { data: { reason } })
}

export function tokenMissing(): AppError {
  return new AppError('InvalidOptions', {
    message: 'An ephemeral token is needed: no sign-in is configured.',
    data: { option: 'ephemeral_token' },
  })
}
