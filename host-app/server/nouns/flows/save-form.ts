import type { z } from 'zod'
import type { formRequest } from '@bobbin/shared/wizard-api'
import type { EditExtent } from '@bobbin/shared/steps'
import type { Transaction } from '../../store/database.ts'
import type { Registry } from '../../../connectors/registry.ts'
import type { OAuth } from '../oauth/oauth.ts'
import { formUnderPresets, type Sources } from '../sources/sources.ts'
import type { FlowPresets } from './flow-presets.ts'
import { madeSource } from './discard.ts'
import { changeFlow, type Flow } from './flow-row.ts'
import type { FlowSteps } from './flow-steps.ts'

/** Saves the form under what the token gives: makes the source, or changes it, and moves on. Throws InvalidProperties and changes nothing. */
export type SaveForm = (tx: Transaction, flow: Flow, form: z.infer<typeof formRequest>) => Promise<Flow>

export function createSaveForm({
  steps,
  presets,
  sources,
  registry,
  oauth,
  now,
}: {
  steps: Pick<FlowSteps, 'advance'>
  presets: Pick<FlowPresets, 'of'>
  sources: Pick<Sources, 'create' | 'update' | 'viewForWizard'>
  registry: Pick<Registry, 'find'>
  oauth: Pick<OAuth, 'dropAside'>
  now: () => number
}): SaveForm {
  /** The form with what the app gives beside it. */
  async function withPresets(tx: Transaction, flow: Flow, form: z.infer<typeof formRequest>) {
    const connector = registry.find(flow.type)
    // Of a type that has gone nothing is saved; that is told below.
    if (flow.presets === null || !connector) return form
    const stored =
      flow.source_id === null
        ? { properties: {}, kept_secrets: [] }
        : await sources.viewForWizard(flow.account_id, flow.source_id, tx)
    return { ...form, ...formUnderPresets(connector.info, presets.of(flow), form.properties, stored) }
  }

  return async function saveForm(tx, flow, posted) {
    const form = await withPresets(tx, flow, posted)
    const walked = JSON.stringify([...flow.walked, 'form'])
    const base = { walked, reopened: null, active_at: now() }
    if (flow.source_id === null) {
      const source = await sources.create(
        tx,
        flow.account_id,
        { type: flow.type, ...form },
        { mustBeComplete: true, uniqueName: true },
      )
      return steps.advance(tx, await changeFlow(tx, flow, { ...base, ...madeSource(flow, source.id) }))
    }
    const { extent } = await sources.update(tx, flow.account_id, flow.source_id, form, 'replace')
    // A grant that waits for an answer was asked for with the settings before.
    if (extent === 'auth') await oauth.dropAside(tx, { accountId: flow.account_id, flowId: flow.id })
    // A saved form asks for a check of its own; the one that was shown was about other settings, or failed.
    const change = { ...base, edit: strongest(flow.edit, extent), check_name: null }
    return steps.advance(tx, await changeFlow(tx, flow, change))
  }
}

const extents: readonly EditExtent[] = ['nothing', 'name', 'property', 'auth']

/** Two saves in one flow count as the stronger of them. */
function strongest(before: EditExtent | null, now: EditExtent): EditExtent {
  return before !== null && extents.indexOf(before) > extents.indexOf(now) ? before : now
}
