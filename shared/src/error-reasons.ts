/** What is known of one reason of a code: a word of `data.reason`, under which the code means one thing. */
export interface ReasonFacts {
  /** For the docs: when it is so. */
  readonly sentence: string
  /** Rules over the code's own; null where no HTTP reply carries it. */
  readonly status?: number | null
  /** Who alone meets it; absent: a caller of the REST API. `stitch`: who calls what only Stitch has. */
  readonly met?: 'wizard' | 'page' | 'readyz' | 'connection' | 'stitch'
}
type Reasons = Readonly<Record<string, ReasonFacts>>

/** The one list of `data.reason`, by code. A code that is not here has no reasons. */
export const errorReasons = {
  BadRequest: {
    unknown_parameter: { sentence: 'The query has what the call does not take; `data.paths` names it.' },
    cursor: { sentence: 'The cursor is not one of this list.' },
    idempotency_key: { sentence: 'The `Idempotency-Key` is not 1 to 255 visible ASCII characters.' },
    timeout: { status: 408, met: 'connection', sentence: 'The request did not come to its end in time.' },
    headers_too_large: { status: 431, met: 'connection', sentence: 'The headers are too large.' },
  },
  InvalidBody: {
    json: { status: 400, sentence: 'It is not valid JSON.' },
    too_large: { status: 413, sentence: 'It is too large.' },
    content_type: { status: 415, sentence: 'It is not `application/json`.' },
    credentials: { sentence: 'A webhook’s URL holds a user name or a password.' },
    fragment: { sentence: 'A webhook’s URL has a fragment.' },
    https: { sentence: 'A webhook’s URL is not `https`.' },
    address: { sentence: 'A webhook’s URL is in a network that the operator does not allow.' },
  },
  AccessDenied: {
    origin: { met: 'wizard', sentence: 'The call does not come from our own page.' },
    consent: { met: 'wizard', sentence: 'The person has to agree first to who asks.' },
    out_of_scope: { met: 'wizard', sentence: 'The token does not cover this.' },
  },
  Conflict: {
    idempotency_key_reused: { sentence: 'The `Idempotency-Key` came before with another call.' },
    incomplete: { sentence: 'The step in `data.step` has to be finished first.' },
    no_check: { sentence: 'There is nothing to check in a source of this type.' },
    not_push: { sentence: 'Nothing is pushed into a source of this type.' },
    unknown_type: { sentence: 'The source’s type is no longer there.' },
    AuthorizationExpired: {
      sentence: 'The authorization is no longer valid; the user has to authorize again.',
    },
    settings_refused: {
      sentence:
        'The vendor gives no token for the source’s settings: `data.code` is what a check fails with, `data.field` the setting.',
    },
    too_many_tokens: { sentence: 'There are as many tokens as there may be; revoke one first.' },
    last_token: {
      sentence: 'It is the account’s last access token; make another first, or say `force=true`.',
    },
    too_many_webhooks: { sentence: 'There are as many webhooks as there may be.' },
    disabled: { sentence: 'The webhook is disabled; enable it first.' },
    overtaken: { sentence: 'Another call changed the same thing meanwhile; send it again.' },
    too_many_clients: { sentence: 'There are as many OAuth clients as there may be.' },
    client_in_use: {
      sentence: 'Sources depend on the OAuth client; `data.source_ids` names them. Or say `force=true`.',
    },
    unclaimed: { met: 'wizard', sentence: 'The page has not claimed the flow yet.' },
    elsewhere: { met: 'wizard', sentence: 'The flow belongs to another browser.' },
    other_step: { met: 'wizard', sentence: 'The flow is at another step.' },
    no_question: { met: 'wizard', sentence: 'No account waits for such an answer.' },
    not_connected: {
      met: 'wizard',
      sentence:
        'The source that was to be repaired has been deleted, or is connected with another account now.',
    },
    check_not_succeeded: { met: 'wizard', sentence: 'The check has not succeeded.' },
    discard_differs: {
      met: 'wizard',
      sentence: 'What would be discarded is no longer what the person was told.',
    },
    not_finished: {
      met: 'wizard',
      sentence: 'The step is none that is finished in this flow, so nobody can go back to it.',
    },
    away: { met: 'wizard', sentence: 'The person is at the provider; the flow goes on when they are back.' },
    no_authorization: { met: 'wizard', sentence: 'There is nothing to authorize in a source of this type.' },
  },
  InvalidName: {
    taken: { status: 409, sentence: 'Another source of the account has the name.' },
    rule: { sentence: 'No name can be made of the display name.' },
  },
  PreconditionFailed: {
    if_match_missing: { sentence: 'Here `If-Match` is needed, with the ETag that came with the config.' },
  },
  InvalidProperties: {
    secret_needed_again: {
      sentence: 'A setting changed that says where a secret goes; the secret has to be sent with it.',
    },
    no_client: {
      sentence:
        'The way to sign in that was chosen needs an OAuth client, and there is none for it; others can be used.',
    },
    stream_required: { met: 'wizard', sentence: 'The app that asks needs some of the streams.' },
    nothing_selected: { met: 'wizard', sentence: 'No stream is selected.' },
  },
  RateLimited: {
    too_many_streams: { sentence: 'The access token has as many event streams open as it may.' },
  },
  Unavailable: {
    storage: { sentence: 'The store cannot be used.' },
    key: { sentence: 'A secret cannot be opened: a key is missing or wrong.' },
    connectors: { sentence: 'The connectors’ processes cannot be started.' },
    no_client: {
      sentence: 'There is no OAuth client for the source’s provider, and no other way to sign in.',
    },
    no_endpoint: {
      met: 'wizard',
      sentence: 'The source’s settings make no address of its provider’s, by the connector’s `hosts`.',
    },
    VendorUnavailable: { sentence: 'The source’s provider did not renew the token.' },
    AppMisconfigured: {
      sentence: 'The source’s provider does not take the operator’s client: the log says why.',
    },
    stopping: { met: 'readyz', sentence: 'The process is about to end.' },
    database: { met: 'readyz', sentence: 'The store cannot be written.' },
    migrations: { met: 'readyz', sentence: 'The store waits for its migrations.' },
  },
  NotOffered: {
    replication: {
      met: 'stitch',
      sentence:
        'Bobbin connects sources and does not run them: your pipeline does, with the config and the catalog of the source.',
    },
    destinations: { met: 'stitch', sentence: 'Bobbin knows no destinations: your pipeline has them.' },
    notifications: { met: 'stitch', sentence: 'What happens is told to webhooks, at `/v4/webhooks`.' },
    import: {
      met: 'stitch',
      sentence: 'Bobbin takes no data in: an endpoint of yours does, by the source’s import token.',
    },
  },
  AppClosedPrematurely: {
    closed: { met: 'page', sentence: 'The window was closed.' },
    cancelled: { met: 'page', sentence: 'The person cancelled.' },
    crashed: { met: 'page', sentence: 'The window stopped working.' },
    abandoned: { met: 'page', sentence: 'Nothing was heard of the window for too long.' },
  },
  UpgradeEphemeralToken: {
    expired: { status: 401, sentence: 'The ephemeral token has expired.' },
    invalid: { status: 401, sentence: 'It is no ephemeral token of this host.' },
    used: { status: 409, sentence: 'The ephemeral token was used before.' },
    origin: { status: 403, sentence: 'The page’s origin is not on the list of the account or token.' },
    out_of_scope: {
      status: 403,
      sentence: 'The ephemeral token does not cover this function, type or source.',
    },
    unavailable: { status: null, met: 'page', sentence: 'The page’s token function failed.' },
  },
  AuthorizeFailure: {
    denied: { met: 'page', sentence: 'The access was not granted.' },
    expired: { met: 'page', sentence: 'It took too long to come back from the provider.' },
    invalid: { met: 'page', sentence: 'The answer of the provider does not belong to this attempt.' },
    provider_error: { met: 'page', sentence: 'The provider reported an error.' },
    scope_missing: { met: 'page', sentence: 'The access was granted without all that is needed.' },
    misconfigured: {
      met: 'page',
      sentence: 'The app is not set up rightly at the provider; its makers have been told.',
    },
    approval_needed: {
      met: 'page',
      sentence: 'An administrator of the account at the provider has to allow the app first.',
    },
    interrupted: { met: 'page', sentence: 'The authorization was interrupted before it was complete.' },
    unreachable: { met: 'page', sentence: 'The provider could not be reached.' },
  },
  FlowSuperseded: {
    claimed_twice: { met: 'page', sentence: 'Somebody else tried to claim the same flow.' },
  },
} as const satisfies Readonly<Record<string, Reasons>>

type Table = typeof errorReasons

/** The words that `data.reason` may be under a code, or under one of several; never where there are none. */
export type ReasonOf<Code extends string> = Code extends keyof Table ? keyof Table[Code] & string : never

/** The words that are a reason of every one of these codes: what may be said while it is open which it is. */
export type ReasonOfEach<Code extends string> = (
  Code extends string ? (reason: ReasonOf<Code>) => void : never
) extends (reason: infer Reason extends string) => void
  ? Reason
  : never

/** What goes out with a code: a reason of its own, or none, and further facts. */
export type ErrorData<Code extends string> = {
  readonly reason?: ReasonOfEach<Code>
  readonly [fact: string]: unknown
}

/** The reasons of a code, by their words. */
export function reasonsOf(code: string): Reasons {
  const table: Readonly<Record<string, Reasons>> = errorReasons
  return Object.hasOwn(table, code) ? (table[code] ?? {}) : {}
}
