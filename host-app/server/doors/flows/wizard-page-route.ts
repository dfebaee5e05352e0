import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { FlowConnector } from '@bobbin/shared/connector-info'
import { flowId as flowIdSchema } from '@bobbin/shared/flow'
import type { SendPage } from '../../http/wizard-page.ts'
import { type Flow, type FlowTrips, findFlow } from '../../nouns/flows/flows.ts'
import type { Presence, UnclaimedFlows } from '../../nouns/presence/presence.ts'
import type { Database } from '../../store/database.ts'
import { failingAsPages } from './page-failures.ts'
import type { WizardAccess } from './wizard-access.ts'
import type { ShowFlow } from './show-flow.ts'

/** `GET /connect/:id`: the wizard's page, which the window opens, and comes back to. */
export function serveWizardPage(
  app: FastifyInstance,
  {
    database,
    connectorOf,
    access,
    presence,
    unclaimed,
    trips,
    showFlow,
    sendPage,
  }: {
    database: Database
    /** By type or slug, for whoever may come; null where nobody could connect it. */
    connectorOf: (name: string) => Promise<FlowConnector | null>
    access: Pick<WizardAccess, 'cookieHash' | 'greet' | 'prune' | 'findFlow'>
    presence: Pick<Presence, 'expect'>
    unclaimed: Pick<UnclaimedFlows, 'admit'>
    trips: Pick<FlowTrips, 'arrive'>
    showFlow: ShowFlow
    sendPage: SendPage
  },
): void {
  app.get('/connect/:id', failingAsPages(sendPage), async (request, reply) => {
    const flowId = flowIdSchema.safeParse((request.params as { id?: unknown }).id)
    if (!flowId.success) return sendPage(reply, { kind: 'notice', notice: 'invalid_link' }, 404)
    const flow = await findFlow(database.read, flowId.data)
    await access.prune(request, reply)
    return flow ? sendClaimed(flow, request, reply) : sendUnclaimed(flowId.data, request, reply)
  })

  /** A flow that nobody has claimed yet: the form of the type in the URL, typable at once; nothing is stored. */
  function sendUnclaimed(flowId: string, request: FastifyRequest, reply: FastifyReply) {
    if (!unclaimed.admit(flowId, request.ip)) {
      return sendPage(reply, { kind: 'notice', notice: 'too_many' }, 429)
    }
    access.greet(request, reply, flowId)
    const { function: fn, type } = request.query as { function?: unknown; type?: unknown }
    return sendForm(reply, flowId, fn === 'addSource' && typeof type === 'string' ? type : null)
  }

  async function sendClaimed(flow: Flow, request: FastifyRequest, reply: FastifyReply) {
    const elsewhere = () => sendPage(reply, { kind: 'notice', notice: 'elsewhere' }, 409)
    if (access.cookieHash(request, flow.id) === null && flow.cookie_hash !== null) return elsewhere()
    // The claim came before the page: this browser may still be the first to bind the flow.
    if (!access.greet(request, reply, flow.id)) {
      return sendForm(reply, flow.id, flow.function === 'addSource' ? flow.type : null)
    }
    const bound = await access.findFlow(request, flow.id)
    if (!bound) return elsewhere()
    presence.expect(flow.id)
    const shown = await database.write(async (tx) =>
      trips.arrive(tx, (await findFlow(tx.db, flow.id)) ?? bound),
    )
    const state = await showFlow(shown)
    return sendPage(reply, { kind: 'flow', flowId: flow.id, connector: state.connector, state })
  }

  /** The form of a type, as far as it is known without the flow. */
  async function sendForm(reply: FastifyReply, flowId: string, type: string | null) {
    const connector = type === null ? null : await connectorOf(type)
    return sendPage(reply, { kind: 'flow', flowId, connector, state: null })
  }
}
