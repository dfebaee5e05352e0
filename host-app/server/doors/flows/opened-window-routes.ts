import { webOrigin } from '@bobbin/shared/account'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../ground/app-error.ts'
import type { SendPage } from '../../http/wizard-page.ts'
import type { Authorizations } from '../../nouns/authorizations/authorizations.ts'
import { type PopupLogins, popupLoginLifetime } from '../../nouns/tokens/tokens.ts'
import type { Database } from '../../store/database.ts'
import { failingAsPages } from './page-failures.ts'
import { createPopupCookies } from './popup-cookie.ts'
import type { WizardCookies } from './wizard-cookie.ts'

/**
 * What a window shows that xkit.js opens: a page that waits, the same logged in by a one-time token, and the way into the
 * wizard, for the browser that was logged in and no other.
 */
export function serveOpenedWindows(
  app: FastifyInstance,
  {
    database,
    popupLogins,
    authorizations,
    cookies,
    url,
    sendPage,
  }: {
    database: Pick<Database, 'write'>
    popupLogins: Pick<PopupLogins, 'spend' | 'find'>
    authorizations: Pick<Authorizations, 'begin'>
    cookies: Pick<WizardCookies, 'issue'>
    /** Our own origin. */
    url: string
    sendPage: SendPage
  },
): void {
  const popupCookies = createPopupCookies({ url, lifetime: popupLoginLifetime })
  const options = failingAsPages(sendPage)

  app.get('/authorizations/loading', options, (request, reply) => {
    const { opener_origin: opener } = request.query as { opener_origin?: unknown }
    const page = webOrigin.safeParse(opener)
    // It says no more than that a window is there, to whom its own page names: nobody is logged in yet.
    return page.success
      ? sendPage(reply, { kind: 'opened', opener: page.data, isWelcome: true })
      : sendPage(reply, { kind: 'opened', opener: null, isWelcome: false }, 400)
  })

  app.get('/authorizations/:slug/loading', options, async (request, reply) => {
    const { opener_origin: opener, token } = request.query as { opener_origin?: unknown; token?: unknown }
    const page = webOrigin.safeParse(opener)
    if (!page.success) return sendPage(reply, { kind: 'opened', opener: null, isWelcome: false }, 400)
    const secret =
      typeof token === 'string' ? await database.write((tx) => popupLogins.spend(tx, token, page.data)) : null
    if (secret === null) return sendPage(reply, { kind: 'opened', opener: page.data, isWelcome: false }, 403)
    reply.header('Set-Cookie', popupCookies.write(secret))
    return sendPage(reply, { kind: 'opened', opener: page.data, isWelcome: true })
  })

  app.get('/authorizations/:slug/:id/start', options, async (request, reply) => {
    const { id } = request.params as { id: string }
    try {
      const flowId = await begin(request, reply, id)
      return await reply.redirect(`/connect/${flowId}`, 303)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      if (error.code === 'FlowExpired') return sendPage(reply, { kind: 'notice', notice: 'expired' }, 410)
      if (error.code === 'NotFound') return sendPage(reply, { kind: 'notice', notice: 'invalid_link' }, 404)
      throw error
    }
  })

  /** The flow, with its cookie where it has begun with this. @throws {AppError} NotFound for whoever is not logged in for it */
  async function begin(request: FastifyRequest, reply: FastifyReply, id: string): Promise<string> {
    const secret = popupCookies.read(request.headers.cookie)
    if (secret === null) throw new AppError('NotFound')
    const { flowId, cookie } = await database.write(async (tx) => {
      const login = await popupLogins.find(tx, secret)
      if (!login) throw new AppError('NotFound')
      return authorizations.begin(tx, login, id, (newId) => cookies.issue(newId))
    })
    if (cookie) reply.header('Set-Cookie', cookie.header)
    return flowId
  }
}
