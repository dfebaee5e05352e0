import type { FastifyInstance } from 'fastify'
import { wizardApi } from '@bobbin/shared/wizard-api'
import { AppError } from '../../ground/app-error.ts'
import { callerGone } from '../../http/caller-gone.ts'
import { parseInput } from '../../http/parse-input.ts'
import type { ActionGuard, Flow, FlowPresets, ReadPostedForm } from '../../nouns/flows/flows.ts'
import { isRuled } from '../../nouns/sources/sources.ts'
import type { VendorOptions } from '../../nouns/vendor-options/vendor-options.ts'
import { flowIdOf } from './flow-id.ts'
import type { WizardAccess } from './wizard-access.ts'
import { wizardPath } from './wizard-path.ts'

/** What a setting can be, as the vendor says: read for the person who is at the step that asks for it. */
export function serveWizardOptions(
  app: FastifyInstance,
  {
    access,
    guard,
    vendorOptions,
    readPostedForm,
    presets,
  }: {
    access: Pick<WizardAccess, 'requireOpenFlow'>
    guard: Pick<ActionGuard, 'requireAllowed'>
    vendorOptions: Pick<VendorOptions, 'find' | 'tryForm'>
    readPostedForm: ReadPostedForm
    presets: Pick<FlowPresets, 'of'>
  },
): void {
  /** What the app sets is not chosen here; nobody lists by its settings, secrets among them, what it could have been. */
  function requireAsked(flow: Flow, property: string): void {
    if (isRuled(presets.of(flow)[property])) throw new AppError('NotFound')
  }

  app.post(wizardPath('findOptions'), async (request, reply) => {
    const flow = await access.requireOpenFlow(request, flowIdOf(request))
    await guard.requireAllowed(flow, 'findOptions')
    if (flow.source_id === null) throw new AppError('Conflict', { data: { reason: 'other_step' } })
    const asked = parseInput(wizardApi.findOptions.body, request.body ?? {}, 'InvalidBody')
    const { property, q: query, cursor = null } = asked
    requireAsked(flow, property)
    const question = { property, query, cursor }
    const found = await vendorOptions.find(flow.account_id, flow.source_id, question, callerGone(reply))
    return wizardApi.findOptions.reply.parse(found)
  })
  app.post(wizardPath('tryOptions'), async (request, reply) => {
    const flow = await access.requireOpenFlow(request, flowIdOf(request))
    await guard.requireAllowed(flow, 'tryOptions')
    const asked = parseInput(wizardApi.tryOptions.body, request.body ?? {}, 'InvalidBody')
    const { property, q: query, cursor = null, properties: given } = asked
    requireAsked(flow, property)
    const { account_id: accountId, source_id: sourceId, type } = flow
    const form = { type, sourceId, ...(await readPostedForm(flow, given)) }
    const found = await vendorOptions.tryForm(accountId, form, { property, query, cursor }, callerGone(reply))
    return wizardApi.tryOptions.reply.parse(found)
  })
}
