import { z } from 'zod'
import { errorCodes, type ErrorCode } from '../errors.ts'

/**
 * Who may call: the partner (credentials in the body), an account's access token, either of them by a Bearer (`key`: the
 * organisation's key is `partner_id:partner_secret`), those and an account's page by its customer token (`reader`), such
 * a page alone, by that or by the cookie of its session (`page`), a flow's key, or anyone.
 */
export type Caller = 'partner' | 'account' | 'key' | 'reader' | 'page' | 'app_key' | 'anyone'

/** Whether the caller is told by a token before anything of the call is read. */
export const bringsToken = (caller: Caller): caller is 'account' | 'key' | 'reader' | 'page' =>
  caller === 'account' || caller === 'key' || caller === 'reader' || caller === 'page'

/** One row of the table of all REST endpoints. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly caller: Caller
  /** The chapter of the reference page that it stands in. */
  readonly chapter: Chapter
  readonly summary: string
  readonly params?: z.ZodType
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** What InvalidBody says where Stitch has words for it, kept to the letter. `data.paths` says what is wrong. */
  readonly bodyMessage?: string
  /** In bytes; a megabyte unless it says otherwise. */
  readonly bodyLimit?: number
  /** A sentence for who needs a larger body: how to make several of it. */
  readonly howToSplit?: string
  /** The HTTP status of a success; the door's usual one where nothing is said. */
  readonly status?: number
  /** Absent: the reply is a stream of server-sent events. */
  readonly reply?: z.ZodType
  /** What each message of such a stream carries. Beside `reply`: the summary says how either is asked for. */
  readonly event?: z.ZodType
  /** Sent again with the same `Idempotency-Key` and body, the call does nothing twice and is answered the same. */
  readonly idempotent?: true
  /** `etag`: the reply carries an ETag; `if-match`: the call is refused when that is no longer the state. */
  readonly versioned?: 'etag' | 'if-match'
  /** The ETag is about all that is answered: a call whose `If-None-Match` has it is answered 304 without a body. */
  readonly conditional?: true
  /** It is answered by what the operator has set, and fails at nothing of the store. */
  readonly storeless?: true
  /** The reply may be long: it comes while it is read, compressed for whoever takes gzip. */
  readonly streamed?: true
  /** Compressed for whoever takes gzip. Not where a secret stands beside what a stranger chose: its length would tell of it. */
  readonly compressed?: true
  /** Failures of its own; `errorsOf` adds those that come with caller and input. */
  readonly errors: readonly ErrorCode[]
}

export const chapters = [
  'Accounts',
  'Access tokens',
  'Ephemeral tokens',
  'Source types',
  'Sources',
  'Import tokens',
  'Checks',
  'Streams',
  'Singer files',
  'Events',
  'Webhooks',
  'OAuth clients',
  'Directory',
  'Catalog',
  'Flows',
] as const
export type Chapter = (typeof chapters)[number]

/** Of the versioned API, the directory and the catalog a query may have what its row names and nothing else: a misspelt filter would choose all. */
export const isStrictQuery = ({ path }: Pick<Endpoint, 'path'>): boolean =>
  /^\/(v\d+|connector|customer|api)\b/.test(path)

/** Every code that the endpoint may answer with. */
export function errorsOf(endpoint: Endpoint): ErrorCode[] {
  const { method, caller, query, idempotent, versioned, storeless, errors } = endpoint
  const found = new Set<ErrorCode>(errors)
  if (bringsToken(caller)) found.add('Unauthorized')
  if (caller === 'page') found.add('OriginNotAllowed')
  // Whoever brings a secret can bring too many wrong ones.
  if (caller !== 'anyone') found.add('RateLimited')
  if (query || isStrictQuery(endpoint)) found.add('BadRequest')
  // What is no JSON is refused even where no body is read.
  if (method !== 'GET') found.add('InvalidBody')
  if (idempotent) found.add('BadRequest').add('Conflict')
  if (versioned === 'if-match') found.add('PreconditionFailed')
  if (!storeless) found.add('Internal')
  return errorCodes.filter((code) => found.has(code))
}

/** The one error envelope. */
export const errorEnvelope = z.object({
  error: z.enum(errorCodes),
  message: z.string(),
  data: z.record(z.string(), z.unknown()),
  request_id: z.string(),
})
export type ErrorEnvelope = z.infer<typeof errorEnvelope>
