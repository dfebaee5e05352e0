import type { ErrorData } from '@bobbin/shared/error-reasons'
import { errorTable, statusOf, type ErrorCode } from '@bobbin/shared/errors'

/** A failure that a caller may know about. Everything else that is thrown is our own bug: Internal. */
export class AppError<Code extends ErrorCode = ErrorCode> extends Error {
  override readonly name = 'AppError'
  readonly code: Code
  /** Goes out with the envelope; never holds a secret or another system's text. */
  readonly data: { readonly reason?: string; readonly [fact: string]: unknown }

  constructor(
    code: Code,
    { message, data, cause }: { message?: string; data?: ErrorData<Code>; cause?: unknown } = {},
  ) {
    super(message ?? errorTable[code].sentence, { cause })
    this.code = code
    this.data = data ?? {}
  }

  /** The HTTP status that the table has for it. */
  get status(): number {
    return statusOf(this.code, this.data.reason)
  }
}
