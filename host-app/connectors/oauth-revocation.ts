import type { Endpoint } from './endpoints.ts'

/** How a grant is ended at a provider (RFC 7009, or its dialect). */
export interface OAuthRevocation {
  /** Made as the other endpoints are; `{token}` and `{client_id}` in its path stand for these, where the provider wants them. */
  readonly endpoint: Endpoint
  /** POST by default. */
  readonly method?: 'POST' | 'GET' | 'DELETE'
  /**
   * The one that is sent: by default the refresh token, and where there is none the access token. An access token whose
   * time is over is renewed for it. `kept`: no token, but what was kept with the grant under this name, such as an account,
   * by which the provider knows what is to end.
   */
  readonly token?: 'refresh_token' | 'access_token' | { readonly kept: string }
  /**
   * Where the token goes: in a body, urlencoded (by default) or JSON, in the `Authorization` header, in the path, or as it is in
   * a header of the vendor's.
   */
  readonly tokenIn?: 'form' | 'json' | 'bearer' | 'path' | { readonly header: string }
  /** The name of the token in the body; `token` by default, and then a form has `token_type_hint` beside it. */
  readonly parameter?: string
  /**
   * Where it is not as at the token endpoint. With `bearer` and a header it is none by default. `secret`: our secret alone, as the user
   * of Basic, and our id in the body.
   */
  readonly clientAuthentication?: 'basic' | 'post' | 'none' | 'secret'
  /**
   * Beside a token that it does not know: how the codes or sentences begin by which it says that the grant is over already, in
   * any letter case.
   */
  readonly endedCodes?: readonly string[]
  /**
   * It ends the grant of that one consent, and no other that the same person gave our client. Unless that is sure,
   * nothing is sent while the same account is connected elsewhere, and reconnecting ends no older grant.
   */
  readonly endsNothingElse?: boolean
}
