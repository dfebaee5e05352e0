import type { pageErrors } from '@bobbin/shared/page-errors'

/**
 * The rows of the error table that fail before the engine is loaded. Restated, since a module that entry
 * and engine both import would become a third file to load; the types hold the two to the same words.
 */
export const pageFailures = {
  AppWindowBlocked: { retryable: true, message: 'The browser blocked the window.' },
  InvalidOptions: { retryable: false, message: 'The options are not valid.' },
  Internal: { retryable: true, message: 'Something went wrong on our side.' },
} as const satisfies {
  [code in 'AppWindowBlocked' | 'InvalidOptions' | 'Internal']: {
    retryable: (typeof pageErrors)[code]['retryable']
    message: (typeof pageErrors)[code]['sentence']
  }
}
