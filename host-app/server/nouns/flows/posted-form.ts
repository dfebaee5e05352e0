import type { Registry } from '../../../connectors/registry.ts'
import type { Transaction } from '../../store/database.ts'
import { formUnderPresets, type Sources } from '../sources/sources.ts'
import type { FlowPresets } from './flow-presets.ts'
import type { Flow } from './flow-row.ts'

/** Settings that a person sent, and what the flow's token sets beside them. */
interface PostedForm {
  readonly properties: Record<string, string>
  readonly ruled?: Record<string, string>
}

/** What a sent form comes to under the flow's token. @throws {AppError} InvalidProperties */
export type ReadPostedForm = (
  flow: Flow,
  properties: Record<string, string>,
  tx?: Transaction,
) => Promise<PostedForm>

export function createReadPostedForm({
  presets,
  sources,
  registry,
}: {
  presets: Pick<FlowPresets, 'of'>
  sources: Pick<Sources, 'viewForWizard'>
  registry: Pick<Registry, 'find'>
}): ReadPostedForm {
  return async function readPostedForm(flow, properties, tx) {
    const connector = registry.find(flow.type)
    // Of a type that has gone nothing is saved or asked; whoever does it is told.
    if (flow.presets === null || !connector) return { properties }
    const { account_id: accountId, source_id: sourceId } = flow
    const stored =
      sourceId === null
        ? { properties: {}, kept_secrets: [] }
        : await sources.viewForWizard(accountId, sourceId, tx)
    return formUnderPresets(connector.info, presets.of(flow), properties, stored)
  }
}
