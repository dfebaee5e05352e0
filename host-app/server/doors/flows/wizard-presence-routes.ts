import type { FastifyInstance } from 'fastify'
import { wizardApi } from '@bobbin/shared/wizard-api'
import { AppError } from '../../ground/app-error.ts'
import { sendEvents } from '../../http/event-stream.ts'
import { parseInput } from '../../http/parse-input.ts'
import { type FlowLifetime, type NewestDocument, findFlow } from '../../nouns/flows/flows.ts'
import type { Presence } from '../../nouns/presence/presence.ts'
import type { Database } from '../../store/database.ts'
import { flowIdOf } from './flow-id.ts'
import type { WizardAccess } from './wizard-access.ts'
import type { FollowDocument } from './wizard-events.ts'
import { wizardPath } from './wizard-path.ts'

/** How a document of the wizard shows that it lives, and hears what happens; and what it says of being left. */
export function serveWizardPresence(
  app: FastifyInstance,
  {
    database,
    newest,
    lifetime,
    access,
    presence,
    followDocument,
    heartbeat,
  }: {
    database: Database
    newest: Pick<NewestDocument, 'hide'>
    lifetime: Pick<FlowLifetime, 'touch'>
    access: Pick<WizardAccess, 'cookieHash' | 'requireBrowser' | 'requireOpenFlow'>
    presence: Pick<Presence, 'left' | 'hint'>
    followDocument: FollowDocument
    /** Milliseconds between two signs of life of a stream. */
    heartbeat: number
  },
): void {
  app.get(wizardPath('openPresence'), async (request, reply) => {
    const flowId = flowIdOf(request)
    const { doc, suspends } = parseInput(wizardApi.openPresence.query, request.query, 'BadRequest')
    const cookieHash = access.cookieHash(request, flowId)
    if (cookieHash === null) throw new AppError('NotFound')
    const lastEventId = Number(request.headers['last-event-id'])
    const resumeAfter = Number.isSafeInteger(lastEventId) && lastEventId > 0 ? lastEventId : null
    const document = { doc, suspends: suspends !== undefined }
    const stream = { flowId, address: request.ip, document, cookieHash, resumeAfter }
    return sendEvents(reply, (signal) => followDocument({ ...stream, signal }), { heartbeat })
  })

  app.post(wizardPath('reportPresence'), async (request) => {
    const { doc, state } = parseInput(wizardApi.reportPresence.body, request.body, 'InvalidBody')
    const { flowId } = access.requireBrowser(request, flowIdOf(request))
    // A window may be closed before its stream has come through: the claim that is still to come hears of it.
    if ((state === 'leaving' || state === 'active') && !(await findFlow(database.read, flowId))) {
      if (state === 'leaving') presence.left(flowId)
      return {}
    }
    const flow = await access.requireOpenFlow(request, flowId)
    if (state === 'active') {
      await database.write((tx) => lifetime.touch(tx, flow.id))
      return {}
    }
    presence.hint(flow.id, doc, state)
    if (state === 'hidden') {
      await database.write((tx) => newest.hide(tx, flow, doc))
    }
    return {}
  })
}
