import type { z } from 'zod'
import type { formRequest } from '@bobbin/shared/wizard-api'
import type { EditExtent } from '@bobbin/shared/steps'
import type { Transaction } from '../../store/database.ts'
import type { OAuth } from '../oauth/oauth.ts'
import type { Sources } from '../sources/sources.ts'
import { madeSource } from './discard.ts'
import { changeFlow, type Flow } from './flow-row.ts'
import type { FlowSteps } from './flow-steps.ts'
import type { ReadPostedForm } from './posted-form.ts'

/** Saves the form under what the token gives: makes the source, or changes it, and moves on. Throws InvalidProperties and changes nothing. */
export type SaveForm = (tx: Transaction, flow: Flow, form: z.infer<typeof formRequest>) => Promise<Flow>

export function createSaveForm({
  steps,
  readPostedForm,
  sources,
  oauth,
  now,
}: {
  steps: Pick<FlowSteps, 'advance'>
  readPostedForm: ReadPostedForm
  sources: Pick<Sources, 'create' | 'update'>
  oauth: Pick<OAuth, 'dropAside'>
  now: () => number
}): SaveForm {
  return async function saveForm(tx, flow, posted) {
    const form = { ...posted, ...(await readPostedForm(flow, posted.properties, tx)) }
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
