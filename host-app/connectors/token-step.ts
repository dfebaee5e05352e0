import type { ClientAuthentication } from './client-authentication.ts'
import type { Endpoint } from './endpoints.ts'
import type { Template } from './template.ts'

/**
 * A request of a vendor's own on the way to a token, as data. In its texts `{name}` stands for what is known by then: of a
 * consent, what is kept with the grant, `access_token`, `client_id` and `client_secret`; of a grant without one, the
 * settings; and what the steps before it kept. It goes to `hosts` alone, whatever an answer says, and follows no redirect.
 */
export interface TokenStep {
  readonly endpoint: Endpoint
  /** POST by default. With GET the parameters go in the query. */
  readonly method?: 'POST' | 'GET'
  /** How a body is written; `form` by default. */
  readonly format?: 'form' | 'json'
  /** One whose text lacks a value is left out; so is a header. */
  readonly parameters?: Readonly<Record<string, Template>>
  readonly headers?: Readonly<Record<string, Template>>
  /**
   * How it says who asks; by default it does not. `app_jwt`: by a JWT (RS256, for nine minutes) as bearer, whose `iss` is
   * our id, and which our key signs. The client's secret is that key: PEM, or JSON with it as `private_key` and, where the
   * vendor wants both, the secret as `client_secret`.
   */
  readonly clientAuthentication?: ClientAuthentication | 'app_jwt'
  /**
   * What is kept of its answer: by name, where it lies there, such as `data.token`. `access_token`, `refresh_token` and
   * `scope` (a text, a list, or levels by name as in `{ contents: 'read' }`) are what is granted, `expires_in` is the life of
   * the token; other names are for the steps that follow.
   */
  readonly keeps?: Readonly<Record<string, string>>
  /** What `expires_in` counts, or until when it is; seconds by default. */
  readonly lifetimeUnit?: LifetimeUnit
  /**
   * Statuses by which the vendor says that what it is asked by is not there, or no more: a grant is over, settings are refused
   * (`invalid_grant`). Not with a word to slow down.
   */
  readonly endedStatuses?: readonly number[]
}

/** A count from now, a time since 1970, or a date as text (ISO 8601). */
export type LifetimeUnit = 'seconds' | 'milliseconds' | 'epoch_seconds' | 'epoch_milliseconds' | 'date'

/** What renews a consent's grant in place of a refresh token. */
export interface TokenRenewal extends TokenStep {
  /** A token that is younger is not renewed, in milliseconds. */
  readonly minimumAge?: number
  /** A token whose time is over cannot be renewed: the grant is over with it. */
  readonly whileAlive?: boolean
}

/** The names that have a meaning of their own in what a step keeps. */
export const grantedNames: readonly string[] = ['access_token', 'refresh_token', 'scope', 'expires_in']
