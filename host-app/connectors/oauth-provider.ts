/** A provider as data: where it is, what it asks, and where it strays from the standard. */
export interface OAuthProvider {
  /** With an issuer, the `iss` of the callback must be it (RFC 9207). */
  readonly issuer: string | null
  /** The provider always sends `iss`; a callback without it is refused. */
  readonly sendsIssuer: boolean
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly clientAuthentication: 'basic' | 'post'
  /** Whether id and secret are form-encoded for Basic, as the standard says (by default), or left as they are. */
  readonly basicEncoding?: 'form' | 'raw'
  /** Send a `nonce`, new for each trip; an ID token that comes back must have it. */
  readonly sendsNonce?: boolean
  readonly scopes: readonly string[]
  /** The parameter for the scopes that `info.authorization` calls not required; `scope` by default. */
  readonly optionalScopeParameter?: string
  /** By required scope: the granted ones that are as good, such as a name that the provider echoes, or a wider one. */
  readonly impliedBy?: Readonly<Record<string, readonly string[]>>
  /** Between scopes; a blank by default. */
  readonly scopeSeparator?: string
  /** More parameters for the authorization request, such as `prompt=consent`. */
  readonly authorizationParameters?: Readonly<Record<string, string>>
  /** More fields of the token reply to keep with the credentials, such as `instance_url`. */
  readonly keptFields?: readonly string[]
  /**
   * How long an access token lives, in milliseconds, where the token reply never says. Without either, a token is
   * renewed when the vendor refuses it.
   */
  readonly assumedLifetime?: number
  /** How a grant is ended there (RFC 7009). Without it, a grant that is given up is erased here and lives on there. */
  readonly revocation?: {
    /** In its path, `{token}` and `{client_id}` stand for these, where the provider wants them there. */
    readonly endpoint: string
    /** POST by default. */
    readonly method?: 'POST' | 'GET' | 'DELETE'
    /**
     * The one that is sent: by default the refresh token, and where there is none the access token. An access token whose
     * time is over is renewed for it.
     */
    readonly token?: 'refresh_token' | 'access_token'
    /** Where the token goes: in a body, urlencoded (by default) or JSON, in the `Authorization` header, or in the path. */
    readonly tokenIn?: 'form' | 'json' | 'bearer' | 'path'
    /** The name of the token in the body; `token` by default, and then a form has `token_type_hint` beside it. */
    readonly parameter?: string
    /** Where it is not as at the token endpoint. With `bearer` it is none by default. */
    readonly clientAuthentication?: 'basic' | 'post' | 'none'
    /**
     * It ends the grant of that one consent, and no other that the same person gave our client. Unless that is sure,
     * nothing is sent while the same account is connected elsewhere, and reconnecting ends no older grant.
     */
    readonly endsNothingElse?: boolean
  }
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
    /**
     * Beside `invalid_grant`: how the codes or sentences begin by which a refresh says that the grant is gone for good,
     * in any letter case.
     */
    readonly endedGrantCodes?: readonly string[]
  }
}
