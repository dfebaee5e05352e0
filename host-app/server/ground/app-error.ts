import { errorTable, tokenRefusalStatus, type ErrorCode } from '@bobbin/shared/errors'
import type { TokenRefusalReason } from '@bobbin/shared/page-errors'

/** A failure that a caller may know about. Everything else that is thrown is our own bug: Internal. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  /** Goes out with the envelope; never holds a secret or another system's text. */
  readonly data: Record<string, unknown>

  constructor(
    code: ErrorCode,
    { message, data, cause }: { message?: string; data?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message ?? errorTable[code].sentence, { cause })
    this.code = code
    this.data = data ?? {}
  }

  /** The HTTP status of the code, or of its reason where reasons differ. */
  get status(): number {
    if (this.code === 'UpgradeEphemeralToken') {
      const reason = this.data['reason'] as TokenRefusalReason | undefined
      return reason ? tokenRefusalStatus[reason] : 401
    }
    if (this.code === 'InvalidName') return this.data['reason'] === 'taken' ? 409 : 422
    return errorTable[this.code].status ?? 500
  }
}
