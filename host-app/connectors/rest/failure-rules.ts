import type { StreamAccess } from '@bobbin/shared/catalog'
import type { CheckErrorCode } from '@bobbin/shared/errors'
import { filled, valueAt } from '../template.ts'

/** What a failure of an API says; a setting at fault by its name. */
export interface FailureRule {
  readonly code: CheckErrorCode
  readonly field?: string
  /**
   * With PermissionDenied: what a stream whose list is refused so lacks; `not_permitted` where nothing is said. A scope may be
   * written as where the answer names it: `{needed}`.
   */
  readonly access?: StreamAccess
}

/** By status, where a vendor's differs from the usual. */
export type StatusRules = Readonly<Record<number, FailureRule>>

/** How a vendor says by a word in its answer what went wrong; some do so with a status of success. */
export interface ErrorWords {
  /** Where the word lies, such as `error.code`; in an answer that is none, nothing lies there. */
  readonly path: string
  /** What it means. Of a word that is not here the status counts; with a status of success the service is at fault. */
  readonly means: Readonly<Record<string, FailureRule>>
}

/** How the failures of one vendor are read. */
export interface FailureRules {
  readonly statuses?: StatusRules | undefined
  readonly errors?: ErrorWords | undefined
  /** The setting that holds what the request was signed in with; null where that is a grant. */
  readonly keyField: string | null
}

/** A failure, as one of ours. */
interface Failure extends FailureRule {
  /** In our own words, and at most one word of the vendor's that its connector knows. */
  readonly detail: string
}

/** What failed; null where nothing did. `body` is undefined where there was none that could be read. */
export function failureOf(status: number, body: unknown, rules: FailureRules): Failure | null {
  const { path, means = {} } = rules.errors ?? {}
  const word = path === undefined ? undefined : wordIn(valueAt(body, path))
  const isSuccess = status >= 200 && status < 300
  if (isSuccess && word === undefined) return null
  const known = word !== undefined && Object.hasOwn(means, word) ? means[word] : undefined
  const rule = known ?? (isSuccess ? { code: 'VendorUnavailable' as const } : ruleOf(status, rules))
  const said = known ? `, ${word}` : ''
  const access = rule.access && inItsWords(rule.access, body)
  return { ...rule, ...(access && { access }), detail: `The service answered with status ${status}${said}.` }
}

/** The lack, with the scope that the answer names; where it names none, all that is known is that it is not permitted. */
function inItsWords(access: StreamAccess, body: unknown): StreamAccess {
  if (access.reason !== 'needs_scope') return access
  const scope = filled(access.scope, (path) => valueAt(body, path))
  // Whatever else stands there is no scope, and may be anything.
  return scope !== null && /^[\w.:/,-]{1,200}$/.test(scope)
    ? { ...access, scope }
    : { reason: 'not_permitted' }
}

/** `false` and an empty text are how some say that there is no error. */
function wordIn(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

function ruleOf(status: number, { statuses = {}, keyField }: FailureRules): FailureRule {
  const own = statuses[status]
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
