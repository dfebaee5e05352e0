import type { Check } from '@bobbin/shared/check'
import type { Verdict } from '@bobbin/shared/check-verdict'
import type { Generated } from 'kysely'
import type { Flag, Json, Millis } from './column-types.ts'

/** Sources with their credentials, checks and streams. */
export interface SourceTables {
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
    /** Counts the discoveries that succeeded: streams of a later one are not there yet. */
    edition: Generated<number>
    /** JSON `StreamCounts`; null before the first discovery. */
    stream_counts: Json | null
    external_account: string | null
    /** The client of its account by which it is to be authorized, where one was chosen for it alone. */
    oauth_client_id: string | null
    /** Since when all its steps are done; null while one is not. */
    configured_at: Millis | null
    /** The latest check. */
    check_job_name: string | null
    /** When it is repeated by itself, which could not tell whether the settings work; null: not. */
    recheck_at: Millis | null
    paused_at: Millis | null
    system_paused_at: Millis | null
    deleted_at: Millis | null
    created_at: Millis
    updated_at: Millis
  }
  credential: {
    source_id: number
    /**
     * `form`: the secret settings. `oauth`: what the provider granted; `oauth:ROLE`: what it granted beside it. `token`: what
     * the settings were exchanged for.
     */
    kind: 'form' | 'oauth' | `oauth:${string}` | 'token'
    account_id: number
    /** The envelope made by `credentials/seal.ts`. */
    sealed: string
    /** Counts writes; part of the envelope's authenticated data. */
    version: number
    status: 'ok' | 'rejected'
    /** JSON array: the names inside, so that a form can say "kept" without opening anything. */
    names: Json
    /** The client that issued the grant; null: the operator's settings hold it. */
    oauth_client_id: string | null
    /** When the access token ends; null where it does not. */
    expires_at: Millis | null
    /** How long an access token lives, in milliseconds, as far as anybody said. */
    token_lifetime: number | null
    /** Renewals that were refused without a reason that we understand, since the last one that was not. */
    refusals: number | null
    refused_since: Millis | null
    /** Until then nobody asks again. */
    renew_after: Millis | null
    /** Since when its renewal fails for no fault of the grant's, and why. */
    failing_since: Millis | null
    renewal_failure: 'unreachable' | 'misconfigured' | null
    refresh_lease: string | null
    refresh_lease_until: Millis | null
    /** The version of which the account was told that it ends soon. */
    warned_version: number | null
    /** When the person consented; null of a grant from before it was noted. */
    consented_at: Millis | null
    /** When the grant is dead unless it is renewed before; null: of idleness never, as far as anybody said. */
    idle_death: Millis | null
    /** When the grant is dead whatever happens; null: never, as far as anybody said. */
    absolute_death: Millis | null
    /** When it is renewed though nobody asks, so that it does not die of idleness; null: not. */
    renew_unasked_at: Millis | null
    /** When the account was told that its absolute death is near. */
    death_told_at: Millis | null
    updated_at: Millis
  }
  /** A grant that is used no more, which is also the job that tells its provider. It goes when that is done or given up. */
  given_up_grant: {
    id: Generated<number>
    account_id: number
    source_id: number
    because: 'deleted' | 'replaced' | 'dropped'
    external_account: string | null
    /** The client that issued it; null: the operator's settings hold it. */
    oauth_client_id: string | null
    /** The envelope that it had where it was, or one of its own. */
    sealed: string
    /** Where it was, and what told it apart there: of these its envelope's context is made. */
    origin: 'credential' | 'grant_aside' | 'reply'
    origin_key: string
    /** When the access token ends; null where it does not. */
    expires_at: Millis | null
    attempts: number
    /** What came of the connector's clean-up at the vendor; null before, and where there is none. */
    clean_up: 'done' | 'failed' | null
    /** When it may be taken: the next attempt, or the end of the lease of the worker that has it. */
    due_at: Millis
    /** Fencing token of the worker that has it. */
    lease: string | null
    request_id: string | null
    created_at: Millis
  }
  /** A check, which is also the job that runs it. */
  check_job: {
    name: string
    account_id: number
    source_id: number
    settings_version: number
    /** The request that asked for it. */
    request_id: string | null
    status: 'queued' | 'running' | 'succeeded' | 'failed'
    /** Fencing token of the worker that has it. */
    lease: string | null
    lease_until: Millis | null
    attempt: number
    /** Connector processes that ended over it; restarts of the server count as attempts only. */
    deaths: number
    /** How far it has come, while it is open. */
    phase: Check['phase']
    stream_count: number
    /** JSON `CheckFailure`. */
    failure: Json | null
    /** Of one that has ended; null of one from before there were verdicts. */
    verdict: Verdict | null
    created_at: Millis
    started_at: Millis | null
    completed_at: Millis | null
  }
  /** Streams that a running check has found otherwise than they are; their rows follow when it succeeds. */
  found_stream: {
    check_name: string
    lease: string
    /** Counts them. */
    position: number
    /** Its row. */
    stream_id: number
    tap_stream_id: string
    stream_name: string
    /** `streamText` of the two. */
    search_text: string
    make_id: number
    own_entry: Json
    schema_hash: string
    field_count: number
    is_view: Flag
    row_count: number | null
    access: Json | null
    /** As it would be for a stream that nobody chose. */
    replication_method: string | null
    view_key_properties: Json | null
  }
  /** What streams of a source are made of, each once. It goes with the last that has it. */
  stream_make: {
    id: Generated<number>
    account_id: number
    source_id: number
    /** Of both texts; one of a kind in its source. */
    hash: string
    /** JSON Schema of a record. */
    schema: Json
    /** Discovered metadata of the fields; JSON array of entries. */
    fields: Json
  }
  stream: {
    id: Generated<number>
    account_id: number
    source_id: number
    /** The edition of the source that it came with. */
    since: Generated<number>
    /** In the order of discovery; of two with the same one the later id comes later. */
    position: number
    tap_stream_id: string
    stream_name: string
    /** `streamText` of the two. */
    search_text: string
    make_id: number
    /** What was discovered of the stream itself: the entry of its metadata, and what else the catalog says. */
    own_entry: Json
    schema_hash: string
    field_count: number
    is_view: Flag
    row_count: number | null
    /** JSON `StreamAccess`: why it cannot be read. Its choice is kept, and counts when it can. null: it can. */
    access: Json | null
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
}
