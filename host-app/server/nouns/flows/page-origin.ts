import { AppError } from '../../ground/app-error.ts'
import type { EphemeralToken } from '../tokens/tokens.ts'

/** What a page's origin is held to beside the token's own list, and the account's. */
export interface OriginRules {
  /** Origins that may ever open the wizard; null: any that account and token allow. */
  readonly allowedOrigins: readonly string[] | null
  readonly isProduction: boolean
}

/** The page's origin is on no list that it has to be on: the engineer who embeds reads which, and the operator whose. */
export class OriginRefused extends AppError<'UpgradeEphemeralToken'> {
  readonly accountId: number

  constructor({ accountId }: Pick<EphemeralToken, 'accountId'>, origin: string | null, message: string) {
    super('UpgradeEphemeralToken', { message, data: { reason: 'origin', origin } })
    this.accountId = accountId
  }
}

/** The same, of a token that opens no flow. @throws {AppError} OriginNotAllowed, with the origin that was refused */
export function requirePage(...given: Parameters<typeof requireOrigin>): string {
  try {
    return requireOrigin(...given).origin
  } catch (error) {
    if (!(error instanceof OriginRefused)) throw error
    throw new AppError('OriginNotAllowed', { message: error.message, data: { origin: error.data.origin } })
  }
}

/** Longer than any real one. */
const mostNamed = 300

/**
 * The origin of a page that may use the token, and all that may. In development an account without origins accepts any
 * page, so that the first try works; production refuses.
 * @throws {OriginRefused}
 */
export function requireOrigin(
  token: Pick<EphemeralToken, 'accountId' | 'allowedOrigins'>,
  given: string | undefined,
  { allowedOrigins: operators, isProduction }: OriginRules,
): { origin: string; allowedOrigins: readonly string[] | 'any' } {
  const { allowedOrigins: own } = token
  const isOpen = own.length === 0 && !isProduction
  const allowedOrigins = isOpen
    ? (operators ?? 'any')
    : operators
      ? own.filter((origin) => operators.includes(origin))
      : own
  const hasOrigin = given !== undefined && given !== '' && given !== 'null'
  if (hasOrigin && (allowedOrigins === 'any' || allowedOrigins.includes(given))) {
    return { origin: given, allowedOrigins }
  }

  const origin = hasOrigin ? given.slice(0, mostNamed) : null
  const refusal = (message: string) => new OriginRefused(token, origin, message)
  if (origin === null)
    throw refusal('The page has no origin of its own: it is a file, or in a sandboxed frame.')
  const remedy = `PUT /v4/account {"allowed_origins":["${origin}"]} allows it.`
  if (own.length === 0 && isProduction) {
    throw refusal(
      `The origin ${origin} is not allowed: the account has no allowed origins yet, and in production refuses every page. ${remedy}`,
    )
  }
  if (!isOpen && !own.includes(given ?? '')) {
    throw refusal(
      `The origin ${origin} is not among the allowed_origins of the account, or of the token. ${remedy}`,
    )
  }
  throw refusal(`The origin ${origin} is not on the operator's list (BOBBIN_ALLOWED_ORIGINS).`)
}
