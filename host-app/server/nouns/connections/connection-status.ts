import type { CheckFailure } from '@bobbin/shared/check'
import type { AuthorizationStatus, ConnectionProblem, ProblemAction } from '@bobbin/shared/connector-catalog'
import { errorTable, type CheckErrorCode } from '@bobbin/shared/errors'
import { reportedStep, type StepType, type WizardStep } from '@bobbin/shared/steps'

/** What is known of a source, as far as it says whether its connection works. */
export interface ConnectionFacts {
  /** The wizard steps that its type has. */
  readonly steps: readonly WizardStep[]
  /** Those whose work is done. */
  readonly finished: ReadonlySet<WizardStep>
  /** What its provider granted; null: nothing. */
  readonly grant: 'ok' | 'rejected' | null
  /** The last check of its present settings. */
  readonly check: LastCheck | null
}

export type LastCheck =
  | { readonly status: 'running' | 'succeeded' }
  | { readonly status: 'failed'; readonly failure: CheckFailure | null }

interface ConnectionStanding {
  readonly step: StepType
  readonly status: AuthorizationStatus
  readonly problem: ConnectionProblem | null
}

/**
 * How a source stands as a connection. Pure. A dead grant goes before all, since nothing works without it; a check that
 * failed before a selection that is missing; what was found to work stays so while it is checked again.
 */
export function connectionStatus({ steps, finished, grant, check }: ConnectionFacts): ConnectionStanding {
  const step = reportedStep(steps, finished)
  const has = (one: WizardStep) => steps.includes(one)
  const failed = (problem: ConnectionProblem) => ({ step, status: 'error' as const, problem })
  const stands = (status: AuthorizationStatus) => ({ step, status, problem: null })

  if (has('oauth') && grant === 'rejected') return failed(problemOf('AuthorizationExpired', steps))
  if (step === 'form' || step === 'oauth') return stands('awaiting_callback')
  if (check?.status === 'failed') {
    const { code, message } = check.failure ?? { code: 'CheckFailed' as const }
    return failed(problemOf(code, steps, message))
  }
  if (check?.status === 'running' && !finished.has('discover_schema')) return stands('retrieving_tokens')
  return stands(step === 'fully_configured' ? 'active' : 'awaiting_callback')
}

/** What passes without anything that the person could do. */
const passing: ReadonlySet<CheckErrorCode> = new Set([
  'VendorRateLimited',
  'VendorUnavailable',
  'AppMisconfigured',
  'TooManyConnections',
  'ConnectionLost',
  'CheckCrashed',
])
/** What another authorization helps against, where there is one. */
const ofTheGrant: ReadonlySet<CheckErrorCode> = new Set([
  'AuthorizationExpired',
  'CredentialsRejected',
  'SignInRefused',
  'PermissionDenied',
])

function problemOf(
  code: CheckErrorCode,
  steps: readonly WizardStep[],
  message: string = errorTable[code].sentence,
): ConnectionProblem {
  return { code, message, action: actionFor(code, steps) }
}

function actionFor(code: CheckErrorCode, steps: readonly WizardStep[]): ProblemAction {
  if (passing.has(code)) return 'wait'
  const canSignIn = steps.includes('oauth')
  if (canSignIn && (ofTheGrant.has(code) || !steps.includes('form'))) return 'reconnect'
  return steps.includes('form') ? 'edit' : 'wait'
}
