import type { AuthorizeRefusalReason, PageErrorCode, TokenRefusalReason } from '@bobbin/shared/page-errors'
import type { CloseCertainty, CloseReason, SourceResult } from '@bobbin/shared/window-protocol'
import type { WizardStep } from '@bobbin/shared/steps'

/** What every error of this package may carry beside `message`. */
export interface CommonFields {
  /** The source that the flow worked on or had already made. */
  readonly sourceId?: number | undefined
  /** The wizard's step at that time. */
  readonly step?: WizardStep | undefined
  readonly flowId?: string
  readonly cause?: unknown
  /** Where the host app explains this code. */
  readonly docsUrl?: string | undefined
  /** Further facts, as the host sent them. */
  readonly data?: Record<string, unknown>
}

interface Resumable {
  /**
   * Goes on with the same flow in a new window; call it in a click. Absent when the flow has ended.
   * A result that arrived after the error resolves it at once.
   */
  readonly resume?: () => Promise<SourceResult>
}

/** What an error of one code carries in addition. */
interface OwnFields {
  AppClosedPrematurely: Resumable & {
    readonly reason: CloseReason
    readonly certainty: CloseCertainty
  }
  SourceNotFound: object
  UnknownSourceType: { readonly type?: string }
  UpgradeEphemeralToken: {
    readonly reason: TokenRefusalReason
    /** The page's origin, where that was refused; null where it has none. */
    readonly origin?: string | null
  }
  AuthorizeFailure: Resumable & {
    readonly reason?: AuthorizeRefusalReason
    readonly providerCode?: string | null
  }
  AppWindowBlocked: {
    /** Opens the same flow; call it in a new click. */
    readonly retry: () => Promise<SourceResult>
  }
  AppLoadTimeout: Resumable
  OriginNotAllowed: { readonly origin?: string }
  FlowExpired: object
  FlowSuperseded: object
  UnsupportedBrowser: object
  SandboxedContext: object
  CookiesBlocked: Resumable
  RelayUnreachable: Resumable
  InvalidOptions: {
    readonly option?: string
    /** In words: what is wrong with it. */
    readonly problem?: string
  }
  Internal: object
}

/** An error of this package: `code` says which, and is the same word in the host's JSON and logs. */
export type BobbinError<Code extends PageErrorCode = PageErrorCode> = Error &
  CommonFields &
  OwnFields[Code] & { readonly name: `${Code}Error`; readonly code: Code; readonly retryable: boolean }

/** What an error is made of. The flow's own come with the message of the error table. */
export type ErrorFields = CommonFields & {
  readonly message?: string
  readonly retryable?: boolean
} & {
  readonly [
    field in 'reason' | 'certainty' | 'option' | 'problem' | 'type' | 'origin' | 'providerCode'
  ]?: unknown
} & { readonly [method in 'resume' | 'retry']?: (() => Promise<SourceResult>) | undefined }

export interface BobbinErrorClass<Code extends PageErrorCode = PageErrorCode> {
  new (fields?: ErrorFields): BobbinError<Code>
  readonly name: `${Code}Error`
  readonly code: Code
  readonly prototype: BobbinError<Code>
}

const brand = Symbol.for('bobbin.error')
const classes: { [code: string]: new (fields?: ErrorFields) => Error } = {}

/**
 * Whether a value is an error of this package, of this code if one is given. It holds for errors of
 * other copies of the package too, as `instanceof` does.
 */
export function isBobbinError<Code extends PageErrorCode>(
  error: unknown,
  code?: Code,
): error is BobbinError<Code> {
  const branded = error as { readonly [brand]?: true; readonly code?: unknown } | null | undefined
  return !!branded?.[brand] && (!code || branded.code === code)
}

function errorClass<Code extends PageErrorCode>(code: Code): BobbinErrorClass<Code> {
  class PageError extends Error {
    static override readonly name = `${code}Error`
    static readonly code = code
    static override [Symbol.hasInstance](value: unknown) {
      return isBobbinError(value, code)
    }
    readonly code = code
    readonly [brand] = true

    constructor({ message, ...fields }: ErrorFields = {}) {
      super(message, fields)
      Object.assign(this, fields)
    }
  }
  // On the prototype, so that the stack's first line has it although the class is anonymous once minified.
  PageError.prototype.name = PageError.name
  classes[code] = PageError
  // What the fields of one code are is a promise of the callers, which no inference can see.
  return PageError as unknown as BobbinErrorClass<Code>
}

/** An error by its code; an unknown code makes an `InternalError`. */
export function createError(code: string, fields: ErrorFields): Error {
  return new (classes[code] ?? InternalError)(fields)
}

// In the alphabet's order, in which a bundle exports them: it compresses best.

/** The window was closed, or the flow was cancelled, before its end. */
export const AppClosedPrematurelyError = errorClass('AppClosedPrematurely')
export type AppClosedPrematurelyError = BobbinError<'AppClosedPrematurely'>
/** The window opened, but the wizard gave no sign of life. */
export const AppLoadTimeoutError = errorClass('AppLoadTimeout')
export type AppLoadTimeoutError = BobbinError<'AppLoadTimeout'>
/** The browser opened no window: the call was not made in a click. */
export const AppWindowBlockedError = errorClass('AppWindowBlocked')
export type AppWindowBlockedError = BobbinError<'AppWindowBlocked'>
/** The flow ended after the provider had refused, or failed, to authorize. */
export const AuthorizeFailureError = errorClass('AuthorizeFailure')
export type AuthorizeFailureError = BobbinError<'AuthorizeFailure'>
/** The browser keeps no cookies for the host app, by which it would know its own window again. */
export const CookiesBlockedError = errorClass('CookiesBlocked')
export type CookiesBlockedError = BobbinError<'CookiesBlocked'>
/** Nothing happened in the flow for too long, or its session ended. */
export const FlowExpiredError = errorClass('FlowExpired')
export type FlowExpiredError = BobbinError<'FlowExpired'>
/** The flow was taken over elsewhere. */
export const FlowSupersededError = errorClass('FlowSuperseded')
export type FlowSupersededError = BobbinError<'FlowSuperseded'>
/** A failure on our side. */
export const InternalError = errorClass('Internal')
export type InternalError = BobbinError<'Internal'>
/** An option is missing or not valid; `option` names it. */
export const InvalidOptionsError = errorClass('InvalidOptions')
export type InvalidOptionsError = BobbinError<'InvalidOptions'>
/** The page's origin is not on the account's or the token's list. */
export const OriginNotAllowedError = errorClass('OriginNotAllowed')
export type OriginNotAllowedError = BobbinError<'OriginNotAllowed'>
/** The page could not reach the host, by any way, for too long. */
export const RelayUnreachableError = errorClass('RelayUnreachable')
export type RelayUnreachableError = BobbinError<'RelayUnreachable'>
/** The page has no origin that a flow could be allowed for: its frame is sandboxed without `allow-same-origin`. */
export const SandboxedContextError = errorClass('SandboxedContext')
export type SandboxedContextError = BobbinError<'SandboxedContext'>
/** There is no source with this id, or it is not for this token. */
export const SourceNotFoundError = errorClass('SourceNotFound')
export type SourceNotFoundError = BobbinError<'SourceNotFound'>
/** The host has no connector of this type. */
export const UnknownSourceTypeError = errorClass('UnknownSourceType')
export type UnknownSourceTypeError = BobbinError<'UnknownSourceType'>
/** The browser is older than those that README names. */
export const UnsupportedBrowserError = errorClass('UnsupportedBrowser')
export type UnsupportedBrowserError = BobbinError<'UnsupportedBrowser'>
/** The ephemeral token was refused, or the token function failed; `reason` says which. */
export const UpgradeEphemeralTokenError = errorClass('UpgradeEphemeralToken')
export type UpgradeEphemeralTokenError = BobbinError<'UpgradeEphemeralToken'>
