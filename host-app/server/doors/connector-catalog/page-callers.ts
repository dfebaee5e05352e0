import type { FastifyRequest } from 'fastify'
import { AppError } from '../../ground/app-error.ts'
import { readBearer } from '../../http/bearer.ts'
import type { Caller } from '../../http/caller.ts'
import type { PageCookies } from '../../http/page-cookie.ts'
import { type OriginRules, requirePage } from '../../nouns/flows/flows.ts'
import type { CustomerToken, CustomerTokens, PageSessions } from '../../nouns/tokens/tokens.ts'
import type { Reader } from '../../store/database.ts'

/** What a page calls by: its token, or the one that its session was made of, and where it is. */
interface CallingPage {
  readonly token: CustomerToken
  readonly origin: string
}

/** Pages that call by a customer token or the cookie of their session. Where a page brings both, the token counts. */
export interface PageCallers {
  /** @throws {AppError} Unauthorized, OriginNotAllowed */
  authenticate(request: FastifyRequest): Promise<Caller>
  /** Who was found to call. */
  pageOf(request: FastifyRequest): CallingPage
}

export function createPageCallers({
  customerTokens,
  pageSessions,
  cookies,
  origins,
}: {
  customerTokens: Pick<CustomerTokens, 'find'>
  pageSessions: Pick<PageSessions, 'find'>
  cookies: Pick<PageCookies, 'secretIn'>
  origins: OriginRules
}): PageCallers {
  const pages = new WeakMap<FastifyRequest, CallingPage>()

  /** A header that holds no token is no reason to look at the cookie. */
  async function findToken({ headers }: FastifyRequest, reader?: Reader): Promise<CustomerToken | null> {
    const { authorization, cookie, origin } = headers
    if (authorization !== undefined) return customerTokens.find(readBearer(authorization) ?? '', reader)
    const secret = cookies.secretIn(cookie, origin)
    return secret === null || origin === undefined ? null : pageSessions.find(secret, origin, reader)
  }

  return {
    async authenticate(request) {
      const token = await findToken(request)
      if (!token) throw new AppError('Unauthorized')
      pages.set(request, { token, origin: requirePage(token, request.headers.origin, origins) })
      return {
        accountId: token.accountId,
        tokenId: token.hash,
        tokenHash: token.hash,
        isLive: async (tx) => (await findToken(request, tx?.db)) !== null,
      }
    },
    pageOf(request) {
      const page = pages.get(request)
      if (!page) throw new Error('the page was not authenticated')
      return page
    },
  }
}
