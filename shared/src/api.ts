import { z } from 'zod'
import { account, createAccount, createdAccount, updateAccount } from './account.ts'
import { check } from './check.ts'
import { catalog, metadataUpdate, streamSchema, streamSummary } from './catalog.ts'
import { errorCodes, type ErrorCode } from './errors.ts'
import { cancelRequest, claimReply, claimRequest } from './flow.ts'
import { createEphemeralToken, createdEphemeralToken } from './session.ts'
import { createSource, source, sourceType, updateSource } from './source.ts'

/** Who may call: the partner (credentials in the body), an account's access token, a flow's key, or anyone. */
export type Caller = 'partner' | 'account' | 'app_key' | 'anyone'

export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly path: string
  readonly caller: Caller
  readonly summary: string
  readonly params?: z.ZodType
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  /** Absent: the reply is a stream of server-sent events. */
  readonly reply?: z.ZodType
  readonly errors: readonly ErrorCode[]
}

/** The one error envelope. */
export const errorEnvelope = z.object({
  error: z.enum(errorCodes),
  message: z.string(),
  data: z.record(z.string(), z.unknown()),
  request_id: z.string(),
})
export type ErrorEnvelope = z.infer<typeof errorEnvelope>

const sourceParams = z.object({ id: z.coerce.number().int().positive() })
const streamsQuery = z.object({
  page: z.coerce.number().int().min(1).optional(),
  q: z.string().max(200).optional(),
})
const page = <T extends z.ZodType>(item: T) =>
  z.union([
    z.array(item),
    z.object({
      data: z.array(item),
      page: z.number().int(),
      total: z.number().int(),
      links: z.object({ next: z.string().optional(), previous: z.string().optional() }),
    }),
  ])

/** An entry of the account's ordered feed. */
export const accountEvent = z.object({
  seq: z.number().int(),
  at: z.number().int(),
  type: z.string(),
  data: z.record(z.string(), z.unknown()),
})

/** Every REST endpoint that is not the wizard's own. The routes, their tests and the docs come from here. */
export const api = {
  createAccount: {
    method: 'POST',
    path: '/v3/accounts',
    caller: 'partner',
    summary: 'Create an account: one end customer and its access token.',
    body: createAccount,
    reply: createdAccount,
    errors: ['BadRequest', 'InvalidBody', 'ExistingUser', 'AccessDenied'],
  },
  createEphemeralToken: {
    method: 'POST',
    path: '/v3/sessions/ephemeral',
    caller: 'account',
    summary: 'Create an ephemeral token: single use, one hour, optionally scoped.',
    body: createEphemeralToken.optional(),
    reply: createdEphemeralToken,
    errors: ['InvalidBody', 'Unauthorized', 'SourceNotFound', 'UnknownSourceType'],
  },
  getAccount: {
    method: 'GET',
    path: '/v4/account',
    caller: 'account',
    summary: "The caller's account.",
    reply: account,
    errors: ['Unauthorized'],
  },
  updateAccount: {
    method: 'PUT',
    path: '/v4/account',
    caller: 'account',
    summary: 'Set the origins from which the wizard may be opened.',
    body: updateAccount,
    reply: account,
    errors: ['InvalidBody', 'Unauthorized'],
  },
  listSourceTypes: {
    method: 'GET',
    path: '/v4/source-types',
    caller: 'account',
    summary: 'The source types, with everything that a form needs.',
    reply: z.array(sourceType),
    errors: ['Unauthorized'],
  },
  getSourceType: {
    method: 'GET',
    path: '/v4/source-types/:type',
    caller: 'account',
    summary: 'One source type.',
    params: z.object({ type: z.string() }),
    reply: sourceType,
    errors: ['Unauthorized', 'UnknownSourceType'],
  },
  listSources: {
    method: 'GET',
    path: '/v4/sources',
    caller: 'account',
    summary: 'All sources: active, paused and deleted.',
    reply: z.array(source),
    errors: ['Unauthorized'],
  },
  createSource: {
    method: 'POST',
    path: '/v4/sources',
    caller: 'account',
    summary: 'Create a source. A check starts by itself once the settings are complete.',
    body: createSource,
    reply: source,
    errors: [
      'InvalidBody',
      'Unauthorized',
      'InvalidType',
      'InvalidName',
      'InvalidDisplayName',
      'InvalidProperties',
      'AccessDenied',
    ],
  },
  getSource: {
    method: 'GET',
    path: '/v4/sources/:id',
    caller: 'account',
    summary: 'One source.',
    params: sourceParams,
    reply: source,
    errors: ['Unauthorized', 'SourceNotFound'],
  },
  updateSource: {
    method: 'PUT',
    path: '/v4/sources/:id',
    caller: 'account',
    summary: 'Change name, settings (merged) or pause. A check starts by itself when settings changed.',
    params: sourceParams,
    body: updateSource,
    reply: source,
    errors: [
      'InvalidBody',
      'Unauthorized',
      'SourceNotFound',
      'InvalidDisplayName',
      'InvalidProperties',
      'Conflict',
    ],
  },
  deleteSource: {
    method: 'DELETE',
    path: '/v4/sources/:id',
    caller: 'account',
    summary: 'Delete a source softly; its credentials are erased.',
    params: sourceParams,
    reply: source,
    errors: ['Unauthorized', 'SourceNotFound'],
  },
  startCheck: {
    method: 'POST',
    path: '/v4/sources/:id/check',
    caller: 'account',
    summary: 'Start a connection check with discovery, or join the one that is running.',
    params: sourceParams,
    reply: check,
    errors: ['Unauthorized', 'SourceNotFound', 'Conflict'],
  },
  getLastCheck: {
    method: 'GET',
    path: '/v4/sources/:id/last-connection-check',
    caller: 'account',
    summary: 'The latest check.',
    params: sourceParams,
    reply: check,
    errors: ['Unauthorized', 'SourceNotFound', 'NotFound'],
  },
  followCheck: {
    method: 'GET',
    path: '/v4/sources/:id/checks/:name/log',
    caller: 'account',
    summary: 'Live progress of a check as server-sent events; resumes by Last-Event-ID.',
    params: sourceParams.extend({ name: z.string() }),
    errors: ['Unauthorized', 'SourceNotFound', 'NotFound'],
  },
  listStreams: {
    method: 'GET',
    path: '/v4/sources/:id/streams',
    caller: 'account',
    summary: 'The streams of a source; a bare array, or a page with `page` or `q`.',
    params: sourceParams,
    query: streamsQuery,
    reply: page(streamSummary),
    errors: ['BadRequest', 'Unauthorized', 'SourceNotFound'],
  },
  getStream: {
    method: 'GET',
    path: '/v4/sources/:id/streams/:stream_id',
    caller: 'account',
    summary: 'Schema and metadata of one stream.',
    params: sourceParams.extend({ stream_id: z.coerce.number().int().positive() }),
    reply: streamSchema,
    errors: ['Unauthorized', 'SourceNotFound', 'NotFound'],
  },
  updateMetadata: {
    method: 'PUT',
    path: '/v4/sources/:id/streams/metadata',
    caller: 'account',
    summary: 'Select streams and fields; partial, all or nothing.',
    params: sourceParams,
    body: metadataUpdate,
    reply: z.object({ status: z.literal(200) }),
    errors: ['InvalidBody', 'Unauthorized', 'SourceNotFound', 'Conflict', 'InvalidProperties'],
  },
  getCatalog: {
    method: 'GET',
    path: '/v4/sources/:id/catalog',
    caller: 'account',
    summary: 'The Singer catalog with the selection written out, as a tap takes it.',
    params: sourceParams,
    reply: catalog,
    errors: ['Unauthorized', 'SourceNotFound'],
  },
  getConfig: {
    method: 'GET',
    path: '/v4/sources/:id/config',
    caller: 'account',
    summary: 'The Singer config with live, refreshed credentials. Keep it secret.',
    params: sourceParams,
    reply: z.record(z.string(), z.unknown()),
    errors: ['Unauthorized', 'SourceNotFound', 'Conflict', 'Unavailable'],
  },
  listEvents: {
    method: 'GET',
    path: '/v4/events',
    caller: 'account',
    summary: "The account's ordered events after `after`, at most 1,000; newest last.",
    query: z.object({ after: z.coerce.number().int().min(0).default(0) }),
    reply: z.object({ data: z.array(accountEvent) }),
    errors: ['BadRequest', 'Unauthorized'],
  },
  claimFlow: {
    method: 'POST',
    path: '/flows/:id/claim',
    caller: 'anyone',
    summary: 'Claim a flow from the customer page: spends the ephemeral token and opens the session.',
    params: z.object({ id: z.string() }),
    body: claimRequest,
    reply: claimReply,
    errors: ['InvalidBody', 'UpgradeEphemeralToken', 'UnknownSourceType', 'SourceNotFound', 'InvalidOptions'],
  },
  followFlow: {
    method: 'GET',
    path: '/flows/:id/relay',
    caller: 'app_key',
    summary: "The flow's events after `after`; a stream, or a long poll with `wait` (seconds, at most 25).",
    params: z.object({ id: z.string() }),
    query: z.object({
      after: z.coerce.number().int().min(0).default(0),
      wait: z.coerce.number().int().min(0).max(25).optional(),
    }),
    errors: ['NotFound', 'BadRequest'],
  },
  cancelFlow: {
    method: 'POST',
    path: '/flows/:id/cancel',
    caller: 'app_key',
    summary: 'Cancel a flow that has not ended.',
    params: z.object({ id: z.string() }),
    body: cancelRequest.optional(),
    reply: z.object({ status: z.enum(['completed', 'cancelled', 'failed']) }),
    errors: ['NotFound', 'InvalidBody'],
  },
} as const satisfies Record<string, Endpoint>

export type EndpointName = keyof typeof api
