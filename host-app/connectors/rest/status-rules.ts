import type { CheckErrorCode } from '@bobbin/shared/errors'

/** What a status of an API says; a setting at fault by its name. */
export interface StatusRule {
  readonly code: CheckErrorCode
  readonly field?: string
}

/** By status, where a vendor's differs from the usual. */
export type StatusRules = Readonly<Record<number, StatusRule>>

/**
 * What the status of a failure says. `keyField` is the setting that holds what the request was signed in with; null where that
 * is a grant.
 */
export function ruleOf(status: number, rules: StatusRules, keyField: string | null): StatusRule {
  const own = rules[status]
  if (own) return own
  if (status === 401) {
    return keyField === null
      ? { code: 'AuthorizationExpired' }
      : { code: 'CredentialsRejected', field: keyField }
  }
  if (status === 403) return { code: 'PermissionDenied' }
  if (status === 429) return { code: 'VendorRateLimited' }
  return { code: 'VendorUnavailable' }
}
