import type { FailureRules } from '../rest/failure-rules.ts'

/** That of Spring ’26. A version is answered for three years at least. */
export const api = '/services/data/v66.0'

/** What failures say, whole answers and those of single questions in one alike. */
export const salesforceErrors = {
  path: '0.errorCode',
  means: {
    INVALID_SESSION_ID: { code: 'AuthorizationExpired' },
    // Of the organization's requests in 24 hours, or of those at the same time.
    REQUEST_LIMIT_EXCEEDED: { code: 'VendorRateLimited' },
    // Editions below Enterprise have no API, unless it was bought.
    API_DISABLED_FOR_ORG: { code: 'PermissionDenied', access: { reason: 'needs_plan' } },
    API_CURRENTLY_DISABLED: { code: 'PermissionDenied' },
    FUNCTIONALITY_NOT_ENABLED: { code: 'PermissionDenied', access: { reason: 'needs_plan' } },
    INSUFFICIENT_ACCESS: { code: 'PermissionDenied' },
    INSUFFICIENT_ACCESS_OR_READONLY: { code: 'PermissionDenied' },
  },
} as const satisfies FailureRules['errors']
