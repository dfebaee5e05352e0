import type { StreamAccess } from '@bobbin/shared/catalog'
import type { CheckErrorCode } from '@bobbin/shared/errors'
import type { ConnectorContext, ConnectorGrant } from '../connector.ts'

/** What a connector is run with; the rest of its context the suite provides. */
export type Situation = Pick<
  ConnectorContext,
  'settings' | 'grant' | 'fetch' | 'resolveHost' | 'resolveAddresses'
>

/** What the suite needs to know of a connector: something for each that it can do (`missing-fixtures.testing.ts`). */
export interface ConnectorFixtures {
  /** Settings that a person could enter. */
  readonly example: Readonly<Record<string, string>>
  /** Values that the settings must refuse, by property. */
  readonly junk: Readonly<Record<string, readonly string[]>>
  /** Where check and discovery succeed. With `check` or `discover`. */
  readonly working?: () => Situation
  /** Where nobody answers. With `check` or `discover`. */
  readonly silent?: () => Silence
  /** Every failure that can be produced, by name. */
  readonly failures?: Readonly<Record<string, Failure>>
  /** Streams that are there and may not be read, with why, by their ids. With the lists of a REST API. */
  readonly closed?: Closed
  /** How a grant is got from the provider. With `oauth`. */
  readonly trip?: () => Trip
  /** What settings are exchanged for, by the method's key. With `settingsGrants`. */
  readonly exchanges?: Readonly<Record<string, () => Promise<Exchange>>>
  /** What the connector once put up at the vendor for the account. With `beforeDisconnect`. */
  readonly putUp?: () => PutUp
  /** What `identify` calls the account where all is well. With `identify`. */
  readonly account?: string
  /** Choices that the vendor has for a setting with `vendor_options`: some of their values, by property. */
  readonly options?: Readonly<Record<string, readonly string[]>>
  /** What a tap is given where all is well. With `config`. */
  readonly config?: () => Readonly<Record<string, unknown>>
  /** Never to be seen in an error, a log line, a stream, a name or a choice. With settings that are secrets, or a grant. */
  readonly secrets?: () => readonly string[]
}

export interface Failure {
  readonly code: CheckErrorCode
  readonly field: string | null
  readonly situation: () => Situation
}

/** A vendor that is asked and never answers. */
export interface Silence {
  readonly situation: Situation
  /** Whether it has been asked; `lines` are those that the connector has logged. */
  isAsked(lines: readonly string[]): boolean
}

export interface Closed {
  readonly situation: () => Situation
  readonly access: Readonly<Record<string, StreamAccess>>
}

/** Settings that the token endpoint takes. */
export interface Exchange {
  /** All that are in force, secrets included. */
  readonly settings: Readonly<Record<string, string>>
  /** Of the same form as the secret, and not the right one. */
  readonly wrongSecret: string
  /** To the vendor. */
  readonly fetch: typeof fetch
  /** The connector with what they were exchanged for. */
  situation(grant: ConnectorGrant): Situation
}

export interface PutUp {
  /** Without the settings that are secrets, as it is then. */
  readonly situation: Situation
  /** Whether it is still there. */
  remains(): boolean
}

/** One person's trip to the provider. */
export interface Trip {
  readonly client: { readonly id: string; readonly secret: string }
  /** To the provider. */
  readonly fetch: typeof fetch
  /** What the endpoints are made of. */
  readonly settings: Readonly<Record<string, string>>
  /** The person consents: what the token endpoint is told then, a `code` and what goes with it. */
  consent(): Promise<Readonly<Record<string, string>>>
  /** The connector with what was granted. */
  situation(grant: ConnectorGrant): Situation
}
