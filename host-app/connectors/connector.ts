import type { CheckPhase } from '@bobbin/shared/check'
import type { CheckErrorCode } from '@bobbin/shared/errors'
import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import type { DiscoveredStream } from '@bobbin/shared/catalog'
import type { VendorOption } from '@bobbin/shared/vendor-options'
import type { OAuthProvider } from './oauth-provider.ts'
import type { SettingsGrant } from './settings-grant.ts'
import type { HostPattern } from './vendor-hosts.ts'

/**
 * The contract that every connector fulfils: what it is (`info`, pure data) and what it can do.
 * `connector-contract.testing.ts` is the suite that every connector runs.
 */
export interface Connector {
  readonly info: ConnectorInfo
  /** How its provider is spoken to; required exactly when `info.steps` has `oauth`. */
  readonly oauth?: OAuthProvider
  /** By the key of an auth method: what its settings are exchanged for, without a consent and without an `oauth` step. */
  readonly settingsGrants?: Readonly<Record<string, SettingsGrant>>
  /**
   * The vendor's hosts. What a setting has a part in (an endpoint, a renewal, a revocation, a call of the API) goes to these
   * alone, which is looked at whenever one is dialled. Required where an endpoint is made of values.
   */
  readonly hosts?: readonly HostPattern[]
  /** Proves that the settings work. Throws `ConnectorError`. Absent: nothing to check. */
  check?(context: ConnectorContext): Promise<void>
  /** Yields the streams, as it finds them. Required exactly when `info.steps` has `discover_schema`. */
  discover?(context: ConnectorContext): AsyncIterable<DiscoveredStream>
  /** It says by itself, as NothingFound, when finding nothing is a fault; otherwise nothing is a good answer. */
  readonly mayFindNothing?: boolean
  /**
   * A page of the values that a setting with `vendor_options` can have; its settings may be incomplete. What does not fit
   * the query may be left out: whatever comes all the same is looked through by whoever asks. Throws `ConnectorError`.
   */
  options?(context: ConnectorContext, question: OptionsQuestion): Promise<OptionsPage>
  /**
   * Looks up, once after each consent, what else belongs to the grant (a data centre, a base address): by the names of
   * `oauth.keptLookups`, to be kept with it. Where it fails, nothing is granted and what was there stays. Throws
   * `ConnectorError`.
   */
  afterExchange?(context: ConnectorContext): Promise<Readonly<Record<string, string>>>
  /** Names the external account for people ("Acme Ltd, anna@acme.test"), or null. */
  identify?(context: ConnectorContext): Promise<string | null>
  /**
   * Takes down at the vendor what was put up there for the account, such as webhooks. Called before the grant is revoked, when the last
   * source that is connected with the account is deleted, or connected with another; `settings` has no secrets then. It needs
   * `oauth` and `identify`. It has 15 s, may be called again, and has to bear that its work is done already: whatever it
   * throws, the source is gone, and the grant is revoked after the third time.
   */
  beforeDisconnect?(context: ConnectorContext): Promise<void>
  /** The Singer config of a source; by default the settings with their secrets and the OAuth tokens. */
  config?(context: Pick<ConnectorContext, 'settings' | 'grant'>): Record<string, unknown>
  /** What a config says, by the names of the settings: the inverse of `config`, where that gives them other names. */
  settingsOf?(config: Readonly<Record<string, unknown>>): Record<string, unknown>
  /** By its path, the operator's program that it starts: then its process may do that, and is given a folder for it. */
  readonly startsProgram?: string
  /** What is wrong with the data that it was made of, in words: asked for at a server's start, or by a test where it is ours. */
  faults?(): string[]
}

export interface OptionsQuestion {
  /** The name of the setting. */
  readonly property: string
  /** Words of a search; empty: all. */
  readonly query: string
  /** Of the page before; null: the first page. It comes from outside: no more to be trusted than a setting. */
  readonly cursor: string | null
}

export interface OptionsPage {
  readonly options: readonly VendorOption[]
  /** Leads to the next page; null: there is none. */
  readonly nextCursor: string | null
}

/** What the provider granted, as a connector is given it. */
export interface ConnectorGrant {
  /** Valid, refreshed if need be. */
  readonly accessToken: string
  /** What `keptFields`, `keptCallbackFields` and `keptLookups` name, and the settings that the endpoints were made of, by their names. */
  readonly kept: Readonly<Record<string, string>>
  /** Those that the provider said it grants; where it says nothing, those that it was asked for. */
  readonly scopes: readonly string[]
  /** Whose it is, as `identify` named it; null before, and where nobody could tell. */
  readonly externalAccount: string | null
  /** What was granted beside it, by the roles of the provider's `otherGrants`; a role that was not granted, or has ended, is absent. */
  readonly others?: Readonly<
    Record<string, { readonly accessToken: string; readonly scopes: readonly string[] }>
  >
}

/** An address that may be dialled. */
export interface HostAddress {
  readonly address: string
  readonly family: 4 | 6
}

/** What a connector is given. It owns nothing that outlives the call. */
export interface ConnectorContext {
  /** All settings by name, secrets included, validated against `info.properties`. */
  readonly settings: Readonly<Record<string, string>>
  /** Null where the source has neither a consent nor a method of `settingsGrants`. */
  readonly grant: ConnectorGrant | null
  /** Aborts when the check is cancelled or takes too long. Every await must heed it. */
  readonly signal: AbortSignal
  /** HTTP to the vendor, guarded: refuses private addresses unless the operator allows them. */
  readonly fetch: typeof fetch
  /**
   * For drivers with sockets of their own: resolves a host name and returns an address that may be
   * dialled. Dial exactly that one. Throws `ConnectorError` HostNotFound or AddressNotAllowed.
   */
  resolveHost(host: string): Promise<HostAddress>
  /** The same, for drivers that can try one after the other: all that may be dialled, the likeliest first. */
  resolveAddresses(host: string): Promise<HostAddress[]>
  /** For what `startsProgram`: the one folder that it may write in, empty, and gone with its process. Absent in tests. */
  readonly folder?: string | undefined
  /** Keeps what a program has changed of the source's config, as far as the type lets taps change it. Absent in tests. */
  readonly keep?: (config: Record<string, unknown>) => void
  readonly report: {
    phase(phase: CheckPhase): void
    /** A line for the log panel. Never a secret, never unscrubbed driver text. */
    log(line: string): void
  }
}

/** The vendor's failure, translated once, where it appeared. */
export class ConnectorError extends Error {
  override readonly name = 'ConnectorError'
  readonly code: CheckErrorCode
  /** The setting at fault. */
  readonly field: string | null
  /** More in words, free of secrets. */
  readonly detail: string | null
  /** Of a refused grant, which of `grant.others` it was; null: the main one. */
  readonly role: string | null

  constructor(
    code: CheckErrorCode,
    { field, detail, role, cause }: { field?: string; detail?: string; role?: string; cause?: unknown } = {},
  ) {
    super(code, { cause })
    this.code = code
    this.field = field ?? null
    this.detail = detail ?? null
    this.role = role ?? null
  }

  /** By name: what a connector's own file imports is another copy than the one that its process has. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'ConnectorError' && 'code' in value
  }
}

/** Whether the vendor refused the grant itself: with a setting at fault it was not the grant. */
export function isGrantRefused({ code, field }: Pick<ConnectorError, 'code' | 'field'>): boolean {
  return code === 'AuthorizationExpired' || (code === 'CredentialsRejected' && field === null)
}
