import type { Json, Millis } from './column-types.ts'

/** Runs of the wizard, and their trips to a provider. */
export interface FlowTables {
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
    /** JSON array of the sources that this flow itself made; a confirmed Discard deletes these. */
    made: Json
    discovery_job_name: string | null
    default_streams: Json | null
    /** JSON `TokenStreams`, as its token has them. */
    token_streams: Json | null
    /** JSON `Presets`, sealed: settings that its token gives. Null: none, or it has ended. */
    presets: string | null
    /** The client that its token names, by which alone it authorizes; null: it names none. */
    oauth_client_id: string | null
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
  /** What a page asked for with xkit.js: one flow in a window that it opens. */
  popup_authorization: {
    id: string
    account_id: number
    /** The page that asked for it. */
    origin: string
    /** The id of the access token that the page's token was made with; null: none. */
    made_by: string | null
    type: string
    /** The source to work on; null: a new one. */
    source_id: number | null
    /** Null until the window has begun it. */
    flow_id: string | null
    created_at: Millis
    /** Until when it may be begun. */
    start_until: Millis
  }
  /** What a flow was granted for another account than the connected one, until the person has answered. */
  grant_aside: {
    flow_id: string
    /** Empty for the main grant. */
    role: string
    account_id: number
    source_id: number
    /** JSON, sealed. */
    sealed: string
    external_account: string | null
    /** The client that issued it; null: the operator's settings hold it. */
    oauth_client_id: string | null
    /** When the access token ends; null where it does not. */
    expires_at: Millis | null
    token_lifetime: number | null
    /** When the person consented, and when the grant is dead: of idleness, and whatever happens. */
    consented_at: Millis | null
    idle_death: Millis | null
    absolute_death: Millis | null
    created_at: Millis
  }
  oauth_transaction: {
    state_hash: string
    flow_id: string
    account_id: number
    source_id: number
    slug: string
    /** The client that it began with; null: the operator's settings hold it. */
    oauth_client_id: string | null
    /** JSON, sealed: the PKCE verifier. */
    sealed: string
    issuer: string | null
    token_endpoint: string
    redirect_uri: string
    created_at: Millis
    expires_at: Millis
    /** Set by the callback that spends it. */
    taken_at: Millis | null
    /** Set once what came of it is told to the flow. */
    ended_at: Millis | null
    /** Set once the operator's log says that nobody came back. */
    missed_at: Millis | null
    /** JSON, sealed: an answer that came by POST, until the browser fetches it. */
    parked: string | null
    /** SHA-256 of the id to fetch it by. */
    parked_id: string | null
    parked_until: Millis | null
  }
}
