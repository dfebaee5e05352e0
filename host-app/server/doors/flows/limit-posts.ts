import type { FastifyInstance } from 'fastify'
import { AppError } from '../../ground/app-error.ts'
import { createRecentCounts } from '../../ground/recent-counts.ts'
import { isOwnOrigin } from '../../http/own-origin.ts'
import type { WizardCookies } from './wizard-cookie.ts'

const window = 60_000
/** Nobody who works by hand comes near; each of them is a commit. */
export const mostPosts = 240

/**
 * How often the window of a flow may ask for changes in a minute, by all routes registered in this scope. Counted by
 * the flow's cookie, which is one browser's, and only for our own pages: whoever has no more than the flow's id, or a
 * cookie that the flow is not bound to, uses up nothing of what its window has. In this process, before the body is read.
 */
export function limitPosts(
  routes: FastifyInstance,
  { url, cookies, now }: { url: string; cookies: WizardCookies; now: () => number },
): void {
  const posts = createRecentCounts(window, now)
  routes.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'POST' || !isOwnOrigin(url, request)) return
    const { id } = request.params as { id: string }
    const cookieHash = cookies.read(request.headers.cookie, id)
    if (cookieHash === null) return
    if (posts.count(cookieHash) >= mostPosts) {
      const wait = window / 1_000
      reply.header('Retry-After', wait)
      throw new AppError('RateLimited', {
        message: 'That was a lot at once. Nothing you entered is lost: wait a minute, then try again.',
        data: { retry_after: wait },
      })
    }
    posts.add(cookieHash)
  })
}
