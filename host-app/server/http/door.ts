import { bringsToken, type Endpoint, type Caller as CallerKind } from '@bobbin/shared/api/endpoint'
import type { ErrorCode } from '@bobbin/shared/errors'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { AppError } from '../ground/app-error.ts'
import type { Database, Transaction } from '../store/database.ts'
import type { Caller } from './caller.ts'
import { sendCompressed } from './compressed.ts'
import { sendError, type Envelope } from './error-response.ts'
import { isKnown } from './etag.ts'
import { readIdempotencyKey, type ReplyMemory } from './idempotency.ts'
import { JsonStream } from './json-stream.ts'
import { parseInput } from './parse-input.ts'
import { parseQuery } from './parse-query.ts'
import type { SecretKind } from './refused-attempts.ts'

/** A vocabulary in which the server is spoken to: its endpoints as data, and its manners. */
export interface Vocabulary<Table extends Readonly<Record<string, Endpoint>>> {
  readonly endpoints: Table
  /** Whose call it is, on rows whose callers bring a token; null for the organisation itself. Throws for a stranger. */
  authenticate(request: FastifyRequest, kind: CallerKind): Promise<Caller | null>
  /** How a failure is told. */
  readonly envelope: Envelope
  /** What a success is, on rows that say nothing else. */
  readonly status: number
  /** What a path names that has a parameter which cannot be: it is not there, rather than malformed. */
  missing(endpoint: Endpoint, parameter: string): ErrorCode
}

type Parsed<Row extends Endpoint, Part extends 'params' | 'query' | 'body'> =
  Row extends Record<Part, infer Schema extends z.ZodType> ? z.output<Schema> : undefined

/** Who the handler of a row knows to have called. */
type CallerOf<Row extends Endpoint> = Row['caller'] extends 'account' | 'page'
  ? { accountId: number; caller: Caller }
  : Row['caller'] extends 'key' | 'reader'
    ? { accountId: number | null; caller: Caller | null }
    : { accountId: null; caller: null }

/** A call as its handler gets it: parsed, and from a caller who may make it. */
interface EndpointCall<Row extends Endpoint> {
  readonly params: Parsed<Row, 'params'>
  readonly query: Parsed<Row, 'query'>
  readonly body: Parsed<Row, 'body'>
  /** The caller's account; null where the caller is not one. */
  readonly accountId: CallerOf<Row>['accountId']
  readonly caller: CallerOf<Row>['caller']
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** What a handler returns goes through the reply's schema; one without a reply has answered by itself. */
type EndpointReply<Row extends Endpoint> = Row extends { reply: infer Schema extends z.ZodType }
  ? | z.input<Schema>
    | (Row extends { event: z.ZodType } ? void : never)
    | (Row extends { streamed: true } ? JsonStream : never)
  : void

type EndpointHandler<Row extends Endpoint> = (call: EndpointCall<Row>) => Promise<EndpointReply<Row>>

/** Does all of the call's work in `tx`: what it read is still so, and its reply is true, when it is answered. */
type WriteHandler<Row extends Endpoint> = (
  call: EndpointCall<Row>,
  tx: Transaction,
) => Promise<EndpointReply<Row>>

interface EndpointOptions {
  readonly acceptsText?: boolean
  /** Which secret it takes, where the row's caller does not say. */
  readonly secret?: SecretKind
  /** What is asked of a call before its parts are parsed: parsing costs, too. */
  readonly admit?: (request: FastifyRequest) => Promise<void>
}

/** Serves the rows of a vocabulary: who calls, what is sent, what comes back is in the row; a handler does the work. */
export interface Door<Table extends Readonly<Record<string, Endpoint>>> {
  /**
   * Callers who bring a token are authenticated before their body is read, and accounts are counted. `partner`, `app_key` and
   * `anyone` are the handler's to check: their right to the thing is in the body, or known with the thing itself.
   */
  serve<Name extends keyof Table & string>(
    name: Name,
    handler: EndpointHandler<Table[Name]>,
    options?: EndpointOptions,
  ): void
  /**
   * A row that writes: the whole call is one transaction. On rows marked `idempotent` the reply to a
   * call with an `Idempotency-Key` is kept in that same transaction, and given again to its repetitions.
   * `authorize` throws for callers whose right to call is in the body: they learn nothing of keys either.
   */
  write<Name extends keyof Table & string>(
    name: Name,
    handler: WriteHandler<Table[Name]>,
    options?: { authorize?: (call: EndpointCall<Table[Name]>) => void },
  ): void
}

const secretOf = {
  account: 'account',
  key: 'account',
  reader: 'account',
  page: 'page',
  partner: 'partner',
  app_key: 'flow',
  anyone: undefined,
} as const satisfies Record<Endpoint['caller'], SecretKind | undefined>

export function createDoor<Table extends Readonly<Record<string, Endpoint>>>(
  app: FastifyInstance,
  { endpoints, authenticate, envelope, status, missing }: Vocabulary<Table>,
  { database, replies }: { database: Pick<Database, 'write'>; replies: ReplyMemory },
): Door<Table> {
  function serve<Name extends keyof Table & string>(
    name: Name,
    handler: EndpointHandler<Table[Name]>,
    { acceptsText = false, secret, admit }: EndpointOptions = {},
  ): void {
    const endpoint: Endpoint = endpoints[name] as Endpoint
    const kind = secret ?? secretOf[endpoint.caller]
    app.route({
      method: endpoint.method,
      url: endpoint.path,
      config: {
        acceptsText,
        ...(kind && { secret: kind }),
        ...(endpoint.howToSplit && { howToSplit: endpoint.howToSplit }),
      },
      ...(endpoint.bodyLimit === undefined ? {} : { bodyLimit: endpoint.bodyLimit }),
      errorHandler: (error, request, reply) => sendError(error, request, reply, envelope),
      onRequest: async (request, reply) => {
        if (!bringsToken(endpoint.caller)) return
        request.caller = await authenticate(request, endpoint.caller)
        if (request.caller) await app.countCall(request, reply)
      },
      handler: async (request, reply) => {
        await admit?.(request)
        const call = {
          params: parseParams(endpoint, request.params, missing),
          query: parseQuery(endpoint, request.query),
          body: endpoint.body && parseInput(endpoint.body, request.body, 'InvalidBody', endpoint.bodyMessage),
          accountId: request.caller?.accountId ?? null,
          caller: request.caller,
          request,
          reply,
        }
        // The one place where the table's row and its types meet: both were made from the same schemas.
        const answer = await handler(call as EndpointCall<Table[Name]>)
        if (!endpoint.reply || (endpoint.event && answer === undefined)) return reply
        if (endpoint.conditional && isKnown(request, reply)) return reply.code(304).send()
        reply.code(endpoint.status ?? status)
        // Its items are what the types of its maker say; they are too many to be looked at again.
        if (isJsonStream(answer)) return answer.send(request, reply)
        const parsed = endpoint.reply.parse(answer)
        return endpoint.compressed ? sendCompressed(request, reply, parsed) : parsed
      },
    })
  }

  function write<Name extends keyof Table & string>(
    name: Name,
    handler: WriteHandler<Table[Name]>,
    { authorize }: { authorize?: (call: EndpointCall<Table[Name]>) => void } = {},
  ): void {
    const { idempotent, reply: schema } = endpoints[name] as Endpoint
    serve(name, async (call) => {
      authorize?.(call)
      const key = idempotent ? readIdempotencyKey(call.request) : null
      const { answer, isKept } = await database.write(async (tx) => {
        const { caller } = call.request
        // Revoked while the body was on its way: what comes after a revocation in the store is not its doing.
        if (caller && !(await caller.isLive(tx))) throw new AppError('Unauthorized')
        const kept = key && (await replies.find(tx, key))
        if (kept) return { answer: kept.reply as EndpointReply<Table[Name]>, isKept: true }
        const answer = await handler(call, tx)
        if (key) await replies.keep(tx, key, schema ? schema.parse(answer) : null)
        return { answer, isKept: false }
      })
      if (isKept) call.reply.header('Idempotency-Replayed', 'true')
      return answer
    })
  }

  return { serve, write }
}

/** The types of the rows cannot tell it from what goes through a schema. */
function isJsonStream(answer: unknown): answer is JsonStream {
  return answer instanceof JsonStream
}

function parseParams(endpoint: Endpoint, params: unknown, missing: Vocabulary<never>['missing']): unknown {
  if (!endpoint.params) return undefined
  const parsed = endpoint.params.safeParse(params)
  if (parsed.success) return parsed.data
  throw new AppError(missing(endpoint, String(parsed.error.issues[0]?.path[0])))
}
