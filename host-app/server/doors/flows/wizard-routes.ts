import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { claimLimit } from '@bobbin/shared/claim-limit'
import { wizardApi } from '@bobbin/shared/wizard-api'
import type { WizardActionName } from '@bobbin/shared/wizard-actions'
import { wizardRoutes, type WizardRouteName } from '@bobbin/shared/wizard-routes'
import { AppError } from '../../ground/app-error.ts'
import { sendEvents } from '../../http/event-stream.ts'
import { parseInput } from '../../http/parse-input.ts'
import type { Services } from '../../services.ts'
import type { Transaction } from '../../store/database.ts'
import { afterClaim } from './after-claim.ts'
import { addAccount, keepAccount, replaceAccount } from '../../nouns/flows/account-question.ts'
import { claimFlow } from '../../nouns/flows/claim-flow.ts'
import { flowForAction, requireAllowed } from '../../nouns/flows/allow-action.ts'
import { tellWaitingWizard } from './claim-refusals.ts'
import { findFlow, type Flow } from '../../nouns/flows/flow-row.ts'
import { flowState } from '../../nouns/flows/flow-state.ts'
import { saveForm } from '../../nouns/flows/form-step.ts'
import { requireKnownToken } from './known-token.ts'
import type { Presence } from '../../nouns/presence/presence.ts'
import { parseFlowId } from './relay-routes.ts'
import { tellPage } from '../../nouns/flows/tell-page.ts'
import type { UnclaimedFlows } from '../../nouns/presence/unclaimed-flows.ts'
import { requireFlow, requireOpenFlow } from './wizard-access.ts'
import { requireOwnOrigin } from '../../http/own-origin.ts'
import * as actions from '../../nouns/flows/wizard-actions.ts'
import type { WizardCookies } from './wizard-cookie.ts'
import { wizardEvents } from './wizard-events.ts'

/** The wizard's own API, under the flow's cookie, for our own pages only. */
export function registerWizardRoutes(
  app: FastifyInstance,
  services: Services,
  { cookies, presence, unclaimed }: { cookies: WizardCookies; presence: Presence; unclaimed: UnclaimedFlows },
): void {
  const { database, events, config, checks, streams } = services

  /** Most calls change the open flow in one transaction and answer with what to show next. */
  function change(
    name: WizardActionName & WizardRouteName,
    work: (services: Services, tx: Transaction, flow: Flow, body: never) => Promise<unknown>,
  ): void {
    app.post(pathOf(name), async (request) => {
      const caller = await requireOpenFlow(services, cookies, request, idOf(request))
      const schema = (wizardApi[name] as { body: z.ZodType }).body
      const body = parseInput(schema, request.body ?? {}, 'InvalidBody')
      await database.write(async (tx) =>
        work(services, tx, await flowForAction(services, tx, caller, name), body as never),
      )
      return stateOf(caller.id)
    })
  }

  /** The browser that opened the flow's page. */
  const isOurs = (request: FastifyRequest, flowId: string) =>
    cookies.read(request.headers.cookie, flowId) !== null

  async function stateOf(flowId: string) {
    const flow = await findFlow(database.read, flowId)
    if (!flow) throw new AppError('NotFound')
    return wizardApi.getState.reply.parse(await flowState(services, flow))
  }

  app.get(pathOf('getState'), async (request) => {
    const flow = await requireFlow(services, cookies, request, idOf(request))
    return stateOf(flow.id)
  })

  app.get(pathOf('openPresence'), async (request, reply) => {
    const flowId = idOf(request)
    const { doc, suspends } = parseInput(wizardApi.openPresence.query, request.query, 'BadRequest')
    const cookieHash = cookies.read(request.headers.cookie, flowId)
    if (cookieHash === null) throw new AppError('NotFound')
    const lastEventId = Number(request.headers['last-event-id'])
    const resumeAfter = Number.isSafeInteger(lastEventId) && lastEventId > 0 ? lastEventId : null
    const document = { doc, suspends: suspends !== undefined }
    const stream = { flowId, address: request.ip, document, cookieHash, resumeAfter }
    return sendEvents(
      reply,
      (signal) => wizardEvents(services, { presence, unclaimed }, { ...stream, signal }),
      { heartbeat: config.timings.heartbeat },
    )
  })

  app.post(pathOf('reportPresence'), async (request) => {
    const { doc, state } = parseInput(wizardApi.reportPresence.body, request.body, 'InvalidBody')
    requireOwnOrigin(config.url, request)
    const id = idOf(request)
    // A window may be closed before its stream has come through: the claim that is still to come hears of it.
    if (state === 'leaving' && isOurs(request, id) && !(await findFlow(database.read, id))) {
      presence.left(id)
      return {}
    }
    const flow = await requireOpenFlow(services, cookies, request, id)
    presence.hint(flow.id, doc, state)
    if (state === 'hidden') {
      await database.write(async (tx) => {
        const { status, doc_id: newest } = (await findFlow(tx.db, flow.id)) ?? flow
        if (status !== 'open') throw new AppError('FlowExpired', { data: { status } })
        if (newest === doc) await tellPage(tx, events, flow.id, 'hidden', { doc })
      })
    }
    return {}
  })

  const claimOptions = { bodyLimit: claimLimit, config: { secretDoor: 'claim' } } as const
  app.post(pathOf('claimForPage'), claimOptions, async (request) => {
    const flowId = idOf(request)
    requireOwnOrigin(config.url, request)
    if (!isOurs(request, flowId)) throw new AppError('NotFound')
    await requireKnownToken(services, unclaimed, flowId, (request.body as { claim?: unknown } | null)?.claim)
    const { claim, opener_origin: origin } = parseInput(
      wizardApi.claimForPage.body,
      request.body,
      'InvalidBody',
    )
    try {
      const reply = await claimFlow(services, flowId, claim, origin)
      await afterClaim(services, { presence, unclaimed }, flowId)
      return wizardApi.claimForPage.reply.parse(reply)
    } catch (error) {
      if (error instanceof AppError) tellWaitingWizard(unclaimed, flowId, error)
      throw error
    }
  })

  app.post(pathOf('withdrawFlow'), async (request) => {
    const flowId = idOf(request)
    requireOwnOrigin(config.url, request)
    if (!isOurs(request, flowId)) throw new AppError('NotFound')
    unclaimed.withdraw(flowId)
    // The claim may have been quicker.
    const isClaimed = (await findFlow(database.read, flowId)) !== null
    if (isClaimed) {
      const caller = await requireOpenFlow(services, cookies, request, flowId)
      await database.write(async (tx) => {
        const flow = await flowForAction(services, tx, caller, 'cancelFlow')
        await actions.cancelFlow(services, tx, flow, 'cancelled')
      })
    }
    return {}
  })

  change('reportProof', actions.reportProof)
  change('giveConsent', actions.giveConsent)
  change('reopenForm', actions.reopenForm)
  change('finishCheck', actions.finishCheck)
  change('saveSelection', actions.saveSelection)
  change('replaceAccount', replaceAccount)
  change('keepAccount', keepAccount)
  change('addAccount', addAccount)
  change('cancelFlow', (_services, tx, flow) => actions.cancelFlow(services, tx, flow, 'cancelled'))
  change('saveForm', saveForm)

  app.post(pathOf('startCheck'), async (request) => {
    const caller = await requireOpenFlow(services, cookies, request, idOf(request))
    const name = await database.write(async (tx) =>
      actions.startCheck(services, tx, await flowForAction(services, tx, caller, 'startCheck')),
    )
    return wizardApi.startCheck.reply.parse(await checks.find(caller.account_id, name))
  })

  app.get(pathOf('listStreams'), async (request) => {
    const { flow, sourceId } = await requireSource(request, 'listStreams')
    return wizardApi.listStreams.reply.parse(
      await streams.columns(flow.account_id, sourceId, flow.default_streams),
    )
  })

  app.get(pathOf('getStream'), async (request) => {
    const { flow, sourceId } = await requireSource(request, 'getStream')
    const { tap_stream_id: id } = parseInput(wizardApi.getStream.query, request.query, 'BadRequest')
    return wizardApi.getStream.reply.parse(
      await streams.fields(flow.account_id, sourceId, id, flow.default_streams),
    )
  })

  /** What is in the source is shown where it is chosen from, to someone whom the page, or their own word, has vouched for. */
  async function requireSource(
    request: FastifyRequest,
    action: 'listStreams' | 'getStream',
  ): Promise<{ flow: Flow; sourceId: number }> {
    const flow = await requireFlow(services, cookies, request, idOf(request))
    if (flow.status !== 'open') throw new AppError('FlowExpired', { data: { status: flow.status } })
    await requireAllowed(services, flow, action)
    if (flow.source_id === null) throw new AppError('Conflict', { data: { reason: 'other_step' } })
    return { flow, sourceId: flow.source_id }
  }
}

const pathOf = (name: WizardRouteName) => `/connect/:id/${wizardRoutes[name].path}`

const idOf = (request: FastifyRequest) => parseFlowId((request.params as { id?: unknown }).id)
