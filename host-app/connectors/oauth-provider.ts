import type { ClientAuthentication } from './client-authentication.ts'
import type { Endpoint } from './endpoints.ts'
import type { OAuthRevocation } from './oauth-revocation.ts'
import type { OtherGrant } from './other-grants.ts'
import type { RefreshTraits } from './refresh-traits.ts'
import type { TokenRenewal, TokenStep } from './token-step.ts'

/** A provider as data: where it is, what it asks, and where it strays from the standard. */
export interface OAuthProvider {
  /** With an issuer, the `iss` of the callback must be it (RFC 9207). */
  readonly issuer: string | null
  /** The provider always sends `iss`; a callback without it is refused. */
  readonly sendsIssuer: boolean
  /** Its parameters go behind a `#`, where it has one: some providers' pages read them there. */
  readonly authorizationEndpoint: Endpoint
  readonly tokenEndpoint: Endpoint
  /** Where grants are renewed, if that is elsewhere than at the token endpoint. */
  readonly refreshEndpoint?: Endpoint
  /**
   * The settings that an endpoint is made of: with one of them changed, the grant is no longer of the same place. They are
   * kept with the grant, so that it is renewed and revoked where it was issued.
   */
  readonly endpointSettings?: readonly string[]
  /**
   * `none`: the provider wants our id alone. `private_key_jwt`: we sign who we are (RFC 7523), and the client's secret is
   * the private key, a JWK. `headers`: by headers of the vendor's, in whose texts `{client_id}` and `{client_secret}` stand
   * for these; our id goes along as a parameter, too.
   */
  readonly clientAuthentication: ClientAuthentication
  /** Whether id and secret are form-encoded for Basic, as the standard says (by default), or left as they are. */
  readonly basicEncoding?: 'form' | 'raw'
  /** How requests to the token endpoint are written; `form` by default, as the standard says. */
  readonly tokenRequestFormat?: 'form' | 'json'
  /** Send a `nonce`, new for each trip; an ID token that comes back must have it. */
  readonly sendsNonce?: boolean
  readonly scopes: readonly string[]
  /** Those of them that go by another parameter than `scope`: the ones that `info.authorization` calls not required, or these. */
  readonly scopesApart?: { readonly parameter: string; readonly scopes: 'optional' | readonly string[] }
  /** By required scope: the granted ones that are as good, such as a name that the provider echoes, or a wider one. */
  readonly impliedBy?: Readonly<Record<string, readonly string[]>>
  /** Between scopes; a blank by default. */
  readonly scopeSeparator?: string
  /** `raw`: the provider reads `:` and `/` and `,` in scopes only as they are. Percent-encoded by default. */
  readonly scopeEncoding?: 'percent' | 'raw'
  /** More parameters for the authorization request, such as `prompt=consent`. */
  readonly authorizationParameters?: Readonly<Record<string, string>>
  /** More parameters with a code, such as a lifetime that has to be asked for. In JSON, numbers stay numbers. */
  readonly tokenParameters?: Readonly<Record<string, string | number>>
  /** More parameters with a refresh token. */
  readonly refreshParameters?: Readonly<Record<string, string | number>>
  /** What the provider calls the standard's parameters in requests; null where it wants to see none of it. */
  readonly parameterNames?: Readonly<Partial<Record<StandardParameter, string | null>>>
  /** What the callback calls the code; `code` by default. */
  readonly codeParameter?: string
  /**
   * The callback is signed with our client's secret; one that is not, or not so, is refused before anything of it is read.
   * `parameter`: where the signature is. `sha256-hex`: the HMAC-SHA256 of all other parameters, sorted by name and joined as
   * in a query (a blank is `%20`), in hex.
   */
  readonly callbackSignature?: { readonly parameter: string; readonly algorithm: 'sha256-hex' }
  /**
   * What the callback must say of where it comes from, by its name there: made of `endpointSettings`, such as
   * `shop: '{shop}.shops.test'`. In any letter case.
   */
  readonly callbackEchoes?: Readonly<Record<string, string>>
  /** What the callback says beside the code and is kept with the credentials, such as `realmId`. The names are settings' own. */
  readonly keptCallbackFields?: readonly string[]
  /**
   * What the token reply says beside the tokens and is kept with the credentials: by the name that it is kept under, where
   * it lies in the reply, such as `team_id: 'team.id'`.
   */
  readonly keptFields?: Readonly<Record<string, string>>
  /** What the connector's `afterExchange` finds, and is kept with the credentials; an address has to be of `hosts`. */
  readonly keptLookups?: readonly string[]
  /**
   * Grants beside the main one in the reply to a code, such as a person's beside an app's: each with tokens, lifetime and
   * scopes of its own, renewed and revoked apart. The connector finds them in `grant.others`, by their roles.
   */
  readonly otherGrants?: readonly OtherGrant[]
  /**
   * What is asked, one after the other, once a code was exchanged: for a token that lives longer, say, or for that of an
   * installation. An `access_token` that a step keeps takes the place of the one before, with all that came with it but its
   * scopes. A step that keeps nothing is a proof: where the vendor refuses it, as where any of them fails, nothing is granted.
   */
  readonly tokenSteps?: readonly TokenStep[]
  /** What renews the main grant, where that is not a refresh token. */
  readonly renewal?: TokenRenewal
  /**
   * Where the provider says how long a token lives that came without a word of it, such as an introspection endpoint (RFC
   * 7662): asked after the exchange and after each renewal. Where it fails, nothing is known, and nothing is lost.
   */
  readonly lifetimeProbe?: TokenStep
  /** What `expires_in` counts; seconds by default. */
  readonly lifetimeUnit?: 'seconds' | 'milliseconds'
  /**
   * How long an access token lives, in milliseconds, where the token reply never says. Without either, a token is
   * renewed when the vendor refuses it.
   */
  readonly assumedLifetime?: number
  /** A token is renewed when less than this is left of its life, in milliseconds. A minute by default. */
  readonly refreshMargin?: number
  /**
   * How its refresh tokens live. By it a grant that nobody uses is renewed before it dies of that, and accounts are told in
   * time of one that no renewal can save.
   */
  readonly refreshTraits?: RefreshTraits
  /** How a grant is ended there. Without it, a grant that is given up is erased here and lives on there. */
  readonly revocation?: OAuthRevocation
  readonly quirks?: {
    /** The provider refuses PKCE. */
    readonly noPkce?: boolean
    /** Where the token lies in the reply, such as `authed_user`. */
    readonly tokenPath?: readonly string[]
    /** The reply is urlencoded. */
    readonly replyFormat?: 'json' | 'form'
    /** A 200 that is a failure: the reply's `ok` is false. */
    readonly okFlag?: boolean
    /** Scopes come separated by this. */
    readonly grantedScopeSeparator?: string
    /** Codes beside `access_denied` by which the callback says that the person declined. */
    readonly deniedCodes?: readonly string[]
    /** What a callback says where an administrator has to allow it first, such as `setup_action: 'request'`. */
    readonly pendingCallback?: Readonly<Record<string, string>>
    /**
     * Beside `invalid_grant`: how the codes or sentences begin by which a refresh says that the grant is gone for good,
     * in any letter case.
     */
    readonly endedGrantCodes?: readonly string[]
    /** Codes beside the standard's, or how sentences begin, by which the provider says that it does not take our client. */
    readonly rejectedClientCodes?: readonly string[]
  }
}

/** The standard's parameters of requests. What ties a callback to its trip is not among them. */
export type StandardParameter =
  | 'client_id'
  | 'client_secret'
  | 'redirect_uri'
  | 'response_type'
  | 'scope'
  | 'grant_type'
  | 'code'
  | 'refresh_token'
  | 'code_verifier'
  | 'assertion'
