import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../ground/app-error.ts'
import { secretHash } from '../ground/secret-hash.ts'
import { readBearer } from './bearer.ts'
import { hasPageCookie } from './page-cookie.ts'
import { clientOf } from '../ground/client-address.ts'
import { createRecentCounts } from '../ground/recent-counts.ts'

/** The kinds of secrets that are taken, and the statuses that say that one was refused, or something else not worth the work. */
const refusedWith = {
  /** Access tokens. */
  account: [401],
  /** Customer tokens, and the cookies of pages' sessions. A page that has neither asks whether it is logged in, and tries nothing. */
  page: [401],
  /** The partner's secret. */
  partner: [403],
  /** Ephemeral tokens. Whatever is wrong with a claim, its work was for nothing. */
  claim: [400, 401, 403, 404, 409, 413, 415, 422],
  /** A flow's key. */
  flow: [404],
  /** The partner's codes. */
  exchange: [400, 401, 413, 415],
  metrics: [401],
} as const satisfies Record<string, readonly number[]>

export type SecretKind = keyof typeof refusedWith

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route takes a secret of this kind. */
    secret?: SecretKind
  }
}

const window = 60_000
/** Access tokens that are remembered for having been accepted. */
const mostKnown = 10_000

/**
 * Nobody tries secrets at will: an address whose secrets of a kind were refused too often waits with these. Counted in this
 * process, when the answer is known; asked before the body is read, and once more before it is worked on.
 *
 * A back end that calls for many accounts from one address goes on where one of its tokens is revoked: access
 * tokens that were accepted before are always looked up.
 */
export function limitRefusedAttempts(app: FastifyInstance, most: number, now: () => number): void {
  const refused = createRecentCounts(window, now)
  const known = new Set<string>()

  const admit = async (request: FastifyRequest, reply: FastifyReply) => {
    const { secret: kind } = request.routeOptions.config
    if (kind === undefined || refused.count(keyOf(kind, request)) < most) return
    if ((kind === 'account' || kind === 'page') && known.has(bearerHash(request))) return
    const wait = window / 1_000
    reply.header('Retry-After', wait)
    throw new AppError('RateLimited', {
      message: 'Too many attempts of this address were refused. Wait a minute.',
      data: { retry_after: wait },
    })
  }
  app.addHook('onRequest', admit)
  app.addHook('preValidation', admit)
  app.addHook('onResponse', async (request, reply) => {
    const { secret: kind } = request.routeOptions.config
    if (kind === undefined) return
    const statuses: readonly number[] = refusedWith[kind]
    if (kind === 'page' && !bringsSecret(request)) return
    if (statuses.includes(reply.statusCode)) refused.add(keyOf(kind, request))
    if (request.caller) remember(request.caller.tokenHash)
    else if (kind === 'account' || kind === 'page') known.delete(bearerHash(request))
  })

  function remember(tokenHash: string): void {
    known.delete(tokenHash)
    known.add(tokenHash)
    if (known.size > mostKnown) known.delete(known.values().next().value ?? '')
  }
}

const bringsSecret = ({ headers }: FastifyRequest) =>
  headers.authorization !== undefined || hasPageCookie(headers.cookie)

const bearerHash = ({ headers }: FastifyRequest) => secretHash(readBearer(headers.authorization) ?? '')

const keyOf = (kind: SecretKind, { ip }: FastifyRequest) => `${kind} ${clientOf(ip)}`
