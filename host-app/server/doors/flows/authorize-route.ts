import type { ReasonOf } from '@bobbin/shared/error-reasons'
import { docId } from '@bobbin/shared/wizard-api'
import type { FastifyInstance } from 'fastify'
import { AppError } from '../../ground/app-error.ts'
import type { SendPage } from '../../http/wizard-page.ts'
import type { ActionGuard, AuthorizeTickets, FlowTrips, NewestDocument } from '../../nouns/flows/flows.ts'
import { refusalOf } from '../../nouns/oauth/oauth.ts'
import type { Database } from '../../store/database.ts'
import { failingAsPages } from './page-failures.ts'
import type { WizardAccess } from './wizard-access.ts'

/** `GET /connect/:id/authorize`: the way to the provider. */
export function serveAuthorize(
  app: FastifyInstance,
  {
    database,
    access,
    guard,
    newest,
    trips,
    tickets,
    sendPage,
  }: {
    database: Pick<Database, 'write'>
    access: Pick<WizardAccess, 'findFlow'>
    guard: Pick<ActionGuard, 'act'>
    newest: Pick<NewestDocument, 'leave'>
    trips: Pick<FlowTrips, 'leave' | 'refuse'>
    tickets: Pick<AuthorizeTickets, 'isGenuine'>
    sendPage: SendPage
  },
): void {
  app.get('/connect/:id/authorize', failingAsPages(sendPage), async (request, reply) => {
    const { id } = request.params as { id: string }
    const { ticket, doc } = request.query as { ticket?: unknown; doc?: unknown }
    const leaving = docId.safeParse(doc)
    reply.header('Cache-Control', 'no-store')
    const home = `/connect/${encodeURIComponent(id)}`
    const flow = await access.findFlow(request, id)
    if (!flow?.cookie_hash) return reply.redirect(home, 303)
    const browser = { flowId: flow.id, cookieHash: flow.cookie_hash }
    try {
      const location = await guard.act(browser, 'authorize', async (tx, current) => {
        if (!tickets.isGenuine(current, ticket)) return null
        return trips.leave(tx, leaving.success ? await newest.leave(tx, current, leaving.data) : current)
      })
      // A used, old or foreign link: back to the page, which says what to do.
      return location === null ? reply.redirect(home, 303) : reply.redirect(location, 302)
    } catch (error) {
      if (error instanceof AppError && isNotAllowed(error)) return reply.redirect(home, 303)
      if (error instanceof AppError && operatorsToMend.some((reason) => reason === error.data.reason)) {
        const { code, data } = error
        request.log.error({ flowId: flow.id, code, reason: data.reason }, error.message)
        await database.write((tx) => trips.refuse(tx, flow.id, refusalOf('misconfigured')))
        return reply.redirect(home, 303)
      }
      throw error
    }
  })
}

/** The operator's to mend, and told in the log; the person may come back another day. */
const operatorsToMend: readonly ReasonOf<'Unavailable'>[] = ['no_client', 'no_endpoint']

/** The flow has ended, is at another step, or nobody has agreed yet. */
function isNotAllowed({ code }: AppError): boolean {
  return code === 'Conflict' || code === 'FlowExpired' || code === 'AccessDenied'
}
