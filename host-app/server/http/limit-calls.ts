import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../ground/app-error.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Counts a call of the request's caller. @throws {AppError} RateLimited, with `Retry-After` set. */
    countCall(request: FastifyRequest, reply: FastifyReply): Promise<void>
  }
}

/**
 * How often the Connect API may be called in a minute: so many times with one access token, and so many
 * with all tokens of an account. Every reply says in `RateLimit-*` where the tighter of the two stands.
 * Each process counts for itself.
 */
export async function limitCalls(
  app: FastifyInstance,
  limits: { readonly token: number; readonly account: number },
): Promise<void> {
  await app.register(rateLimit, { global: false, timeWindow: '1 minute' })
  const ofToken = app.createRateLimit({
    max: limits.token,
    keyGenerator: ({ caller }) => `token:${caller?.tokenHash}`,
  })
  const ofAccount = app.createRateLimit({
    max: limits.account,
    keyGenerator: ({ caller }) => `account:${caller?.accountId}`,
  })

  app.decorate('countCall', async (request: FastifyRequest, reply: FastifyReply) => {
    const budgets = []
    for (const count of [ofToken, ofAccount]) {
      const budget = await count(request)
      if (!budget.isAllowed) budgets.push(budget)
    }
    const tightest = budgets.toSorted((one, other) => one.remaining - other.remaining)[0]
    if (!tightest) return
    reply.headers({
      'RateLimit-Limit': tightest.max,
      'RateLimit-Remaining': tightest.remaining,
      'RateLimit-Reset': tightest.ttlInSeconds,
    })
    const exceeded = budgets.filter((budget) => budget.isExceeded)
    if (exceeded.length === 0) return
    const wait = Math.max(...exceeded.map((budget) => budget.ttlInSeconds))
    reply.header('Retry-After', wait)
    throw new AppError('RateLimited', { data: { retry_after: wait } })
  })
}
