import { isIP } from 'node:net'
import type { ReasonOf } from '@bobbin/shared/error-reasons'
import { AppError } from '../../ground/app-error.ts'
import { isAllowedAddress } from '../../edges/outbound/address-rules.ts'

export interface UrlRules {
  readonly allowPrivateNetworks: boolean
  readonly isProduction: boolean
}

/**
 * Refuses a URL that can never be a webhook's. Names are looked up, and their addresses judged, only when
 * they are dialled: what a name leads to changes.
 * @throws {AppError} InvalidBody
 */
export function requireWebhookUrl(text: string, { allowPrivateNetworks, isProduction }: UrlRules): string {
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') throw invalidUrl('must not hold credentials', 'credentials')
  if (url.hash !== '') throw invalidUrl('must not have a fragment', 'fragment')
  if (url.protocol !== 'https:' && isProduction && !allowPrivateNetworks) {
    throw invalidUrl('must be https', 'https')
  }
  const literal = url.hostname.replace(/^\[(.*)\]$/, '$1')
  if (isIP(literal) !== 0 && !isAllowedAddress(literal, allowPrivateNetworks)) {
    throw invalidUrl('is in a network that the operator does not allow', 'address')
  }
  return url.href
}

function invalidUrl(fault: string, reason: ReasonOf<'InvalidBody'>): AppError {
  return new AppError('InvalidBody', {
    message: `The URL ${fault}.`,
    data: { reason, paths: { url: fault } },
  })
}
