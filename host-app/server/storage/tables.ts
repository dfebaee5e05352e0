import type { ColumnType, Generated } from 'kysely'

/**
 * The rows as stored. Portable between SQLite and PostgreSQL: text ids, integer-millisecond times, JSON
 * as text, booleans as 0 and 1. What leaves the server passes through a schema of `shared` first.
 */
type Json = string
type Millis = number
type Flag = 0 | 1

export interface Tables {
  account: {
    id: Generated<number>
    company: string
    email: string
    first_name: string
    last_name: string
    /** JSON array of exact origins. */
    allowed_origins: Json
    created_at: Millis
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
    /** The id of the access token that asked for it; null: none did. */
    made_by: string | null
    created_at: Millis
    expires_at: Millis
    used_at: Millis | null
    used_by_flow: string | null
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
  /** A claimed flow. An unclaimed one is not stored anywhere. */
  flow: {
    id: string
    account_id: number
    /** The token it was claimed with. */
    token_hash: string
    app_key_hash: string
    /** The page that claimed it. */
    origin: string
    /** The effective origins at the claim; JSON array. */
    allowed_origins: Json
    function: string
    type: string
    source_id: number | null
    discovery_job_name: string | null
    default_streams: Json | null
    locale: string | null
    /** SHA-256 of the wizard cookie's random part; null until the first document binds it. */
    cookie_hash: string | null
    /** The newest wizard document. */
    doc_id: string | null
    /** Where the flow is: a wizard step or `done`; what the last `step` event told. */
    step: string | null
    /** A step that the person went back to; it is shown before all else. */
    reopened: string | null
    /** JSON array of wizard steps completed in this flow. */
    walked: Json
    /** `EditExtent` of the saved form of an edit. */
    edit: string | null
    /** The check shown in the discover_schema step. */
    check_name: string | null
    proven_at: Millis | null
    consented_at: Millis | null
    away_at: Millis | null
    /** `Refusal` of the last trip to the provider; JSON. */
    refusal: Json | null
    /** Counts trips to the provider; each ticket for `/authorize` is made for one round. */
    authorize_round: number
    status: 'open' | 'completed' | 'cancelled' | 'failed'
    /** JSON `Outcome`, written once with the status. */
    outcome: Json | null
    acknowledged_at: Millis | null
    created_at: Millis
    active_at: Millis
    session_expires_at: Millis
    ended_at: Millis | null
  }
  source: {
    id: Generated<number>
    account_id: number
    type: string
    display_name: string
    name: string
    /** JSON object of strings, without secrets. */
    properties: Json
    /** Counts changes of settings or credentials; a check is valid for the version it ran on. */
    settings_version: number
    /** Counts changes of the streams and of what is selected of them. */
    selection_version: Generated<number>
    external_account: string | null
    /** Since when all its steps are done; null while one is not. */
    configured_at: Millis | null
    /** The latest check. */
    check_job_name: string | null
    paused_at: Millis | null
    system_paused_at: Millis | null
    deleted_at: Millis | null
    created_at: Millis
    updated_at: Millis
  }
  credential: {
    source_id: number
    /** `form`: the secret settings. `oauth`: what the provider granted. */
    kind: 'form' | 'oauth'
    account_id: number
    /** The envelope made by `credentials/seal.ts`. */
    sealed: string
    /** Counts writes; part of the envelope's authenticated data. */
    version: number
    status: 'ok' | 'rejected'
    /** JSON array: the names inside, so that a form can say "kept" without opening anything. */
    names: Json
    /** When the access token ends; null where it does not. */
    expires_at: Millis | null
    refresh_lease: string | null
    refresh_lease_until: Millis | null
    /** The version of which the account was told that it ends soon. */
    warned_version: number | null
    updated_at: Millis
  }
  oauth_transaction: {
    state_hash: string
    flow_id: string
    account_id: number
    source_id: number
    slug: string
    /** JSON, sealed: PKCE verifier and nonce. */
    sealed: string
    issuer: string | null
    token_endpoint: string
    redirect_uri: string
    created_at: Millis
    expires_at: Millis
    /** Set by the callback that spends it. */
    taken_at: Millis | null
  }
  /** A check, which is also the job that runs it. */
  check_job: {
    name: string
    account_id: number
    source_id: number
    settings_version: number
    status: 'queued' | 'running' | 'succeeded' | 'failed'
    /** Fencing token of the worker that has it. */
    lease: string | null
    lease_until: Millis | null
    attempt: number
    stream_count: number
    /** JSON `CheckFailure`. */
    failure: Json | null
    created_at: Millis
    started_at: Millis | null
    completed_at: Millis | null
  }
  /** What a running check has found; becomes `stream` rows when it succeeds. */
  found_stream: {
    check_name: string
    lease: string
    position: number
    tap_stream_id: string
    stream_name: string
    schema: Json
    metadata: Json
    schema_hash: string
  }
  stream: {
    id: Generated<number>
    account_id: number
    source_id: number
    position: number
    tap_stream_id: string
    stream_name: string
    /** JSON Schema of a record. */
    schema: Json
    /** Discovered metadata; JSON array of entries. */
    metadata: Json
    schema_hash: string
    field_count: number
    is_view: Flag
    row_count: number | null
    /** null: never chosen. */
    selected: Flag | null
    replication_method: string | null
    replication_key: string | null
    /** JSON array. */
    view_key_properties: Json | null
    /** Explicit choices of fields: JSON object of booleans. */
    field_selection: Json
    /** Against the schema at the last saved selection. */
    change: 'added' | 'changed' | null
    /** The source no longer has it. The choice is kept in case it returns. */
    removed_at: Millis | null
  }
  /** An endpoint of the customer's back end that is told what happens. */
  webhook: {
    id: string
    account_id: number
    url: string
    description: string | null
    /** JSON array; null: all of them. */
    event_types: Json | null
    enabled: Flag
    disabled_reason: 'gone' | 'failing' | null
    /** Since when every attempt has failed. */
    failing_since: Millis | null
    created_at: Millis
    updated_at: Millis
  }
  /** What signs a webhook's deliveries: one, or two while a rotation's overlap lasts. */
  webhook_secret: {
    webhook_id: string
    account_id: number
    /** Counts rotations; part of the envelope's authenticated data. */
    version: number
    /** The envelope made by `credentials/seal.ts`. */
    sealed: string
    /** Set by the rotation that replaced it. */
    expires_at: Millis | null
  }
  /**
   * One event on its way to one webhook, which is also the job that brings it there. The pending ones of
   * the same webhook and source stand in line, by id: only the first of them is due at some time.
   */
  webhook_delivery: {
    id: Generated<number>
    account_id: number
    webhook_id: string
    event_seq: number
    event_id: string
    event_type: string
    source_id: number | null
    status: 'pending' | 'delivered' | 'failed'
    /** Queued by a replay. */
    replayed: Flag
    /** When it may be taken: the next attempt, or the end of the lease of the worker that has it. */
    due_at: Millis | null
    /** Fencing token of the worker that has it. */
    lease: string | null
    /** JSON array of `deliveryAttempt`s. */
    attempts: Json
    created_at: Millis
    ended_at: Millis | null
  }
  /** Everything that happens, in order within a topic: a flow's relay, a check's progress, an account's feed. */
  event: {
    topic: string
    seq: number
    at: ColumnType<Millis, Millis, never>
    type: string
    data: Json
  }
}
