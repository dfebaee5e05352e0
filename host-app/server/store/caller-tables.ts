import type { Generated } from 'kysely'
import type { Flag, Json, Millis } from './column-types.ts'

/** Who calls: accounts, their tokens, and the replies kept for repeated calls. */
export interface CallerTables {
  account: {
    id: Generated<number>
    company: string
    email: string
    first_name: string
    last_name: string
    /** JSON array of exact origins. */
    allowed_origins: Json
    created_at: Millis
    /** Where people get help with its app; null: where the operator says. */
    app_support: string | null
    /** What its app is called in the wizard; null: as the partner. */
    app_name: string | null
  }
  /** The logos of accounts' apps. */
  app_logo: {
    account_id: number
    /** The name of its file: a hash of the picture, and what kind it is. Accounts may have the same. */
    file: string
    /** The picture, base64. */
    picture: string
  }
  /** A registration at a provider. */
  oauth_client: {
    id: string
    /** null: the operator's, for all accounts. */
    account_id: number | null
    type: string
    name: string | null
    /** The provider's name for it. */
    client_id: string
    /** The secret, sealed. */
    sealed: string
    /** New authorizations of its owner go by it; of one owner and type one is. */
    is_default: Flag
    created_at: Millis
    updated_at: Millis
  }
  access_token: {
    /** SHA-256 of the token, hex. */
    token_hash: string
    /** Names the token in the API; unlike the hash it is no secret. */
    id: string
    account_id: number
    name: string | null
    /** The first characters, for people to tell tokens apart. */
    prefix: string
    created_at: Millis
    /** To the minute. */
    last_used_at: Millis | null
    revoked_at: Millis | null
  }
  ephemeral_token: {
    token_hash: string
    account_id: number
    allowed_origins: Json | null
    types: Json | null
    source_id: number | null
    functions: Json | null
    /** JSON `TokenStreams`: which streams its flow needs, allows and hides; null: it says nothing of them. */
    streams: Json | null
    /** JSON `TokenProperties`, sealed: settings that it gives. Null: it gives none, or has ended. */
    presets: string | null
    /** The client by which its flow authorizes; null: it names none. */
    oauth_client_id: string | null
    /** The id of the access token that asked for it; null: none did. */
    made_by: string | null
    created_at: Millis
    expires_at: Millis
    used_at: Millis | null
    used_by_flow: string | null
  }
  /** A permission for a page to see what its account may connect. */
  customer_token: {
    token_hash: string
    account_id: number
    /** JSON array of exact origins; null: the account's own. */
    allowed_origins: Json | null
    /** The id of the access token that asked for it; null: the partner did. */
    made_by: string | null
    created_at: Millis
    expires_at: Millis
    /** The session of a page that it was made in; null: in none. */
    session_hash: string | null
  }
  /** A page that has logged in by a customer token. */
  page_session: {
    /** SHA-256 of the secret in its cookie, hex. */
    session_hash: string
    account_id: number
    /** Of the customer token, without which it is nothing. */
    token_hash: string
    /** The page's. */
    origin: string
    created_at: Millis
    expires_at: Millis
  }
  /** The login of a window that a page opens: a token, then a cookie. */
  popup_login: {
    token_hash: string
    account_id: number
    /** The page that asked for it. */
    origin: string
    /** The hash of the customer token that it called with. */
    made_by: string
    /** SHA-256 of the cookie's secret; null until the token is spent. */
    cookie_hash: string | null
    created_at: Millis
    /** Of the token; once that is spent, of the cookie. */
    expires_at: Millis
  }
  /** A permission to push data into one source. */
  import_token: {
    id: Generated<number>
    account_id: number
    source_id: number
    token_hash: string
    created_at: Millis
    revoked_at: Millis | null
  }
  /** A code that a partner exchanges for an access token, once. */
  partner_code: {
    code_hash: string
    /** 0: the account of `person` is created with the exchange, and stands here afterwards. */
    account_id: number
    /** JSON: who creates an account; null: it was there. */
    person: Json | null
    /** The id of the access token that the person signed in with; null: there was none yet. */
    made_by: string | null
    client_id: string
    redirect_uri: string
    code_challenge: string
    created_at: Millis
    expires_at: Millis
    used_at: Millis | null
    /** What it was exchanged for. */
    access_token_id: string | null
  }
  /** The reply of a call with an `Idempotency-Key`, for its repetition. */
  idempotent_reply: {
    /** 0: calls of the partner. */
    account_id: number
    key: string
    /** SHA-256 of method, path and body, hex: a key belongs to one request. */
    request_hash: string
    /** JSON, sealed: replies may show a token. */
    sealed: string
    created_at: Millis
  }
}
