import type { catalogEndpoints } from '@bobbin/shared/api/connector-catalog'
import type { Registry } from '../../../connectors/registry.ts'
import { AppError } from '../../ground/app-error.ts'
import type { Door } from '../../http/door.ts'
import type { PageCookies } from '../../http/page-cookie.ts'
import type { CustomerTokens, EphemeralTokens, PageSessions } from '../../nouns/tokens/tokens.ts'
import type { Database } from '../../store/database.ts'
import type { PageCallers } from './page-callers.ts'

/** A click has its token at once; until then, in seconds, one that is not used may be. */
const longest = 600

/** Pages log in and out, and get what they need for a flow. */
export function servePageSessions(
  door: Door<typeof catalogEndpoints>,
  {
    callers,
    cookies,
    database,
    pageSessions,
    customerTokens,
    ephemeralTokens,
    registry,
    now,
  }: {
    callers: Pick<PageCallers, 'pageOf'>
    cookies: PageCookies
    database: Pick<Database, 'write'>
    pageSessions: Pick<PageSessions, 'open' | 'end'>
    customerTokens: Pick<CustomerTokens, 'renew'>
    ephemeralTokens: Pick<EphemeralTokens, 'create'>
    registry: Pick<Registry, 'find' | 'findBySlug'>
    now: () => number
  },
): void {
  door.write('openSession', async ({ request, reply }, tx) => {
    const { token, origin } = callers.pageOf(request)
    const before = cookies.secretIn(request.headers.cookie, origin)
    const secret = await pageSessions.open(tx, token, { origin, before })
    const cookie = cookies.write(origin, secret, token.expiresAt - now())
    tx.afterCommit(() => reply.header('Set-Cookie', cookie))
    return {}
  })

  door.serve('endSession', async ({ request, reply }) => {
    const { cookie, origin } = request.headers
    // Each cookie is for one origin: a page of another has none to end.
    if (origin === undefined) throw new AppError('OriginNotAllowed', { data: { origin: null } })
    const secret = cookies.secretIn(cookie, origin)
    if (secret !== null) await database.write((tx) => pageSessions.end(tx, secret, origin))
    return void reply.code(204).header('Set-Cookie', cookies.drop(origin)).send()
  })

  door.write('renewSessionToken', async ({ request }, tx) => ({
    access_token: await customerTokens.renew(tx, callers.pageOf(request).token),
  }))

  door.write('createSessionEphemeral', async ({ request, body, accountId }, tx) => {
    const { token, origin } = callers.pageOf(request)
    const left = Math.max(1, Math.floor((token.expiresAt - now()) / 1_000))
    const scope = { allowed_origins: [origin], expires_in: Math.min(left, longest), ...scopeOf(body) }
    return {
      ephemeral_token: await ephemeralTokens.create(tx, accountId, scope, token.madeBy ?? undefined),
    }
  })

  door.serve('getSession', async ({ request, accountId }) => ({
    customer_id: accountId,
    expires_at: new Date(callers.pageOf(request).token.expiresAt).toISOString(),
  }))

  function scopeOf({
    type: named,
    source_id,
  }: {
    type?: string | undefined
    source_id?: number | undefined
  }) {
    if (named === undefined) return source_id === undefined ? {} : { source_id }
    const type = (registry.find(named) ?? registry.findBySlug(named))?.info.type ?? named
    return { types: [type], functions: ['addSource' as const] }
  }
}
