import { api, type Endpoint, type EndpointName } from '@bobbin/shared/api'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Accounts } from '../accounts/accounts.ts'
import { AppError } from '../app-error.ts'
import { readBearer } from './bearer.ts'
import { parseInput } from './parse-input.ts'

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
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

/** What a handler returns goes through the reply's schema; one without a reply has answered by itself. */
type EndpointReply<Name extends EndpointName> = Api[Name] extends {
  reply: infer Schema extends z.ZodType
}
  ? z.input<Schema>
  : void

export type EndpointHandler<Name extends EndpointName> = (
  call: EndpointCall<Name>,
) => Promise<EndpointReply<Name>>

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the access token; null where a route does not ask for one. */
    accountId: number | null
  }
}

/**
 * Serves one row of the table in `shared/src/api.ts`: who calls, what is sent, what comes back.
 *
 * `account` callers are authenticated before their body is read. `partner`, `app_key` and `anyone` are the
 * handler's to check: their right to the thing is in the body, or known with the thing itself.
 */
export function serveEndpoint<Name extends EndpointName>(
  app: FastifyInstance,
  { accounts }: { readonly accounts: Pick<Accounts, 'authenticate'> },
  name: Name,
  handler: EndpointHandler<Name>,
  { acceptsText = false }: { acceptsText?: boolean } = {},
): void {
  const endpoint: Endpoint = api[name]
  const isAccount = endpoint.caller === 'account'
  if (!app.hasRequestDecorator('accountId')) app.decorateRequest('accountId', null)
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    config: { acceptsText },
    onRequest: async (request) => {
      if (isAccount) request.accountId = await authenticate(accounts, request)
    },
    handler: async (request, reply) => {
      const call = {
        params: parseParams(endpoint, request.params),
        query: endpoint.query && parseInput(endpoint.query, request.query, 'BadRequest'),
        body: endpoint.body && parseInput(endpoint.body, request.body, 'InvalidBody'),
        accountId: request.accountId,
        request,
        reply,
      }
      // The one place where the table's row and its types meet: both were made from the same schemas.
      const answer = await handler(call as EndpointCall<Name>)
      return endpoint.reply ? endpoint.reply.parse(answer) : reply
    },
  })
}

async function authenticate(accounts: Pick<Accounts, 'authenticate'>, request: FastifyRequest) {
  const token = readBearer(request.headers.authorization)
  const account = token === null ? null : await accounts.authenticate(token)
  if (!account) throw new AppError('Unauthorized')
  return account.accountId
}

/** A path whose parameters cannot be names nothing: it is not found, rather than malformed. */
function parseParams(endpoint: Endpoint, params: unknown): unknown {
  if (!endpoint.params) return undefined
  const parsed = endpoint.params.safeParse(params)
  if (parsed.success) return parsed.data
  const isSource = parsed.error.issues[0]?.path[0] === 'id' && endpoint.errors.includes('SourceNotFound')
  throw new AppError(isSource ? 'SourceNotFound' : 'NotFound')
}
