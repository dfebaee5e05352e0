import { api, type EndpointName } from '@bobbin/shared/api'
import type { Endpoint } from '@bobbin/shared/api/endpoint'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { AppError } from '../ground/app-error.ts'
import type { Database, Transaction } from '../store/database.ts'
import { authenticate, type Authenticator, type Caller } from './caller.ts'
import { readIdempotencyKey, type ReplyMemory } from './idempotency.ts'
import { parseInput } from './parse-input.ts'
import type { SecretDoor } from './refused-attempts.ts'

type Api = typeof api
type Parsed<Name extends EndpointName, Part extends 'params' | 'query' | 'body'> =
  Api[Name] extends Record<Part, infer Schema extends z.ZodType> ? z.output<Schema> : undefined

/** A call as its handler gets it: parsed, and from a caller who may make it. */
interface EndpointCall<Name extends EndpointName> {
  readonly params: Parsed<Name, 'params'>
  readonly query: Parsed<Name, 'query'>
  readonly body: Parsed<Name, 'body'>
  /** The caller's account; null where the caller is not one. */
  readonly accountId: Api[Name]['caller'] extends 'account' ? number : null
  readonly caller: Api[Name]['caller'] extends 'account' ? Caller : null
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** What a handler returns goes through the reply's schema; one without a reply has answered by itself. */
type EndpointReply<Name extends EndpointName> = Api[Name] extends {
  reply: infer Schema extends z.ZodType
}
  ? z.input<Schema> | (Api[Name] extends { event: z.ZodType } ? void : never)
  : void

export type EndpointHandler<Name extends EndpointName> = (
  call: EndpointCall<Name>,
) => Promise<EndpointReply<Name>>

/** Does all of the call's work in `tx`: what it read is still so, and its reply is true, when it is answered. */
export type WriteHandler<Name extends EndpointName> = (
  call: EndpointCall<Name>,
  tx: Transaction,
) => Promise<EndpointReply<Name>>

interface EndpointParts {
  readonly accessTokens: Authenticator
}

interface EndpointOptions {
  readonly acceptsText?: boolean
  /** Which secret it takes, where the row's caller does not say. */
  readonly door?: SecretDoor
  /** What is asked of a call before its parts are parsed: parsing costs, too. */
  readonly admit?: (request: FastifyRequest) => Promise<void>
}

const doorOf = {
  account: 'account',
  partner: 'partner',
  app_key: 'flow',
  anyone: undefined,
} as const satisfies Record<Endpoint['caller'], SecretDoor | undefined>

/**
 * Serves one row of the table in `shared/src/api.ts`: who calls, what is sent, what comes back.
 *
 * `account` callers are authenticated before their body is read, and counted. `partner`, `app_key` and
 * `anyone` are the handler's to check: their right to the thing is in the body, or known with the thing itself.
 */
export function serveEndpoint<Name extends EndpointName>(
  app: FastifyInstance,
  { accessTokens }: EndpointParts,
  name: Name,
  handler: EndpointHandler<Name>,
  { acceptsText = false, door, admit }: EndpointOptions = {},
): void {
  const endpoint: Endpoint = api[name]
  const secretDoor = door ?? doorOf[endpoint.caller]
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    config: { acceptsText, ...(secretDoor && { secretDoor }) },
    ...(endpoint.bodyLimit === undefined ? {} : { bodyLimit: endpoint.bodyLimit }),
    onRequest: async (request, reply) => {
      if (endpoint.caller !== 'account') return
      request.caller = await authenticate(accessTokens, request)
      await app.countCall(request, reply)
    },
    handler: async (request, reply) => {
      await admit?.(request)
      const call = {
        params: parseParams(endpoint, request.params),
        query: endpoint.query && parseInput(endpoint.query, request.query, 'BadRequest'),
        body: endpoint.body && parseInput(endpoint.body, request.body, 'InvalidBody', endpoint.bodyMessage),
        accountId: request.caller?.accountId ?? null,
        caller: request.caller,
        request,
        reply,
      }
      // The one place where the table's row and its types meet: both were made from the same schemas.
      const answer = await handler(call as EndpointCall<Name>)
      if (!endpoint.reply || (endpoint.event && answer === undefined)) return reply
      return endpoint.reply.parse(answer)
    },
  })
}

/**
 * Serves a row that writes: the whole call is one transaction. On rows marked `idempotent` the reply to a
 * call with an `Idempotency-Key` is kept in that same transaction, and given again to its repetitions.
 * `authorize` throws for callers whose right to call is in the body: they learn nothing of keys either.
 */
export function serveWrite<Name extends EndpointName>(
  app: FastifyInstance,
  parts: EndpointParts & { database: Database; idempotentReplies: ReplyMemory },
  name: Name,
  handler: WriteHandler<Name>,
  { authorize }: { authorize?: (call: EndpointCall<Name>) => void } = {},
): void {
  const { database, idempotentReplies } = parts
  const { idempotent, reply: schema }: Endpoint = api[name]
  serveEndpoint(app, parts, name, async (call) => {
    authorize?.(call)
    const key = idempotent ? readIdempotencyKey(call.request) : null
    const { answer, isKept } = await database.write(async (tx) => {
      const { caller } = call.request
      // Revoked while the body was on its way: what comes after a revocation in the store is not its doing.
      if (caller && !(await caller.isLive(tx))) throw new AppError('Unauthorized')
      const kept = key && (await idempotentReplies.find(tx, key))
      if (kept) return { answer: kept.reply as EndpointReply<Name>, isKept: true }
      const answer = await handler(call, tx)
      if (key) await idempotentReplies.keep(tx, key, schema ? schema.parse(answer) : null)
      return { answer, isKept: false }
    })
    if (isKept) call.reply.header('Idempotency-Replayed', 'true')
    return answer
  })
}

/** A path whose parameters cannot be names nothing: it is not found, rather than malformed. */
function parseParams(endpoint: Endpoint, params: unknown): unknown {
  if (!endpoint.params) return undefined
  const parsed = endpoint.params.safeParse(params)
  if (parsed.success) return parsed.data
  const isSource = parsed.error.issues[0]?.path[0] === 'id' && endpoint.errors.includes('SourceNotFound')
  throw new AppError(isSource ? 'SourceNotFound' : 'NotFound')
}
