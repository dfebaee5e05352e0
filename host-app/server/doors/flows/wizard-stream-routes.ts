import type { FastifyInstance, FastifyRequest } from 'fastify'
import { wizardApi } from '@bobbin/shared/wizard-api'
import { AppError } from '../../ground/app-error.ts'
import { sendCompressed } from '../../http/compressed.ts'
import { parseInput } from '../../http/parse-input.ts'
import type { ActionGuard, Flow } from '../../nouns/flows/flows.ts'
import type { Streams } from '../../nouns/streams/streams.ts'
import { flowIdOf } from './flow-id.ts'
import type { WizardAccess } from './wizard-access.ts'
import { wizardPath } from './wizard-path.ts'

/** What the wizard chooses from. */
export function serveWizardStreams(
  app: FastifyInstance,
  {
    access,
    guard,
    streams,
  }: {
    access: Pick<WizardAccess, 'requireBrowser' | 'requireFlow'>
    guard: Pick<ActionGuard, 'requireAllowed'>
    streams: Pick<Streams, 'columns' | 'find' | 'fields'>
  },
): void {
  app.get(wizardPath('listStreams'), async (request, reply) => {
    const { flow, sourceId } = await requireSource(request, 'listStreams')
    const columns = await streams.columns(flow.account_id, sourceId, flow.default_streams, flow.token_streams)
    return sendCompressed(request, reply, wizardApi.listStreams.reply.parse(columns))
  })

  app.post(wizardPath('findStreams'), async (request, reply) => {
    access.requireBrowser(request, flowIdOf(request))
    const { flow, sourceId } = await requireSource(request, 'findStreams')
    const search = parseInput(wizardApi.findStreams.body, request.body ?? {}, 'InvalidBody')
    const { account_id: accountId, default_streams: suggested, token_streams: token } = flow
    const found = await streams.find(accountId, sourceId, search, suggested, token)
    return sendCompressed(request, reply, wizardApi.findStreams.reply.parse(found))
  })

  app.get(wizardPath('getStream'), async (request) => {
    const { flow, sourceId } = await requireSource(request, 'getStream')
    const { tap_stream_id: id } = parseInput(wizardApi.getStream.query, request.query, 'BadRequest')
    return wizardApi.getStream.reply.parse(
      await streams.fields(flow.account_id, sourceId, id, flow.default_streams, flow.token_streams),
    )
  })

  /** What is in the source is shown where it is chosen from, to someone whom the page, or their own word, has vouched for. */
  async function requireSource(
    request: FastifyRequest,
    action: 'listStreams' | 'findStreams' | 'getStream',
  ): Promise<{ flow: Flow; sourceId: number }> {
    const flow = await access.requireFlow(request, flowIdOf(request))
    if (flow.status !== 'open') throw new AppError('FlowExpired', { data: { status: flow.status } })
    await guard.requireAllowed(flow, action)
    if (flow.source_id === null) throw new AppError('Conflict', { data: { reason: 'other_step' } })
    return { flow, sourceId: flow.source_id }
  }
}
