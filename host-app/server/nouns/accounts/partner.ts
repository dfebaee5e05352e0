import { AppError } from '../../ground/app-error.ts'
import { isSecret, secretHash } from '../../ground/secret-hash.ts'

/** Who may create accounts. */
export interface Partner {
  readonly id: string
  readonly secret: string
}

/**
 * Whether these are the partner's id and secret. Both are always compared, and by their hashes: the time
 * it takes tells nothing.
 */
export function isPartner(partner: Partner | null, id: string, secret: string): boolean {
  const isId = isSecret(id, secretHash(partner?.id ?? ''))
  const isPartnerSecret = isSecret(secret, secretHash(partner?.secret ?? ''))
  return partner !== null && isId && isPartnerSecret
}

/** @throws {AppError} AccessDenied */
export function requirePartner(partner: Partner | null, id: string, secret: string): void {
  if (isPartner(partner, id, secret)) return
  throw new AppError('AccessDenied', { message: 'The partner id and secret are not valid.' })
}
