import type { AuthMethod } from '@bobbin/shared/auth-method'
import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import type { Values } from '@bobbin/shared/setting-rules'
import type { Registry } from '../../../connectors/registry.ts'
import type { Transaction } from '../../store/database.ts'
import {
  formUnderPresets,
  isRuled,
  offeringNew,
  type Sources,
  suggestedValue,
  withMethod,
} from '../sources/sources.ts'
import { authMethodName } from '../../../connectors/auth-methods.ts'
import { type FindFlowMethods, suitPresets } from './flow-methods.ts'
import type { FlowPresets } from './flow-presets.ts'
import type { Flow } from './flow-row.ts'

/** Settings that a person sent, what the flow's token sets beside them, and how one can sign in. */
interface PostedForm {
  readonly properties: Record<string, string>
  readonly ruled?: Record<string, string>
  readonly methods?: readonly AuthMethod[]
}

/** What a sent form comes to under the flow's token. @throws {AppError} InvalidProperties */
export type ReadPostedForm = (
  flow: Flow,
  properties: Record<string, string>,
  tx?: Transaction,
) => Promise<PostedForm>

export function createReadPostedForm({
  presets,
  findMethods,
  sources,
  registry,
  now,
}: {
  presets: Pick<FlowPresets, 'of'>
  findMethods: FindFlowMethods
  sources: Pick<Sources, 'viewForWizard'>
  registry: Pick<Registry, 'find'>
  now: () => number
}): ReadPostedForm {
  return async function readPostedForm(flow, properties, tx) {
    const info = registry.find(flow.type)?.info
    // Of a type that has gone nothing is saved or asked; whoever does it is told.
    if (!info) return { properties }
    const methods = await findMethods(flow, tx)
    if (flow.presets === null && info.auth_methods.length === 1) return { properties, methods }
    const { account_id: accountId, source_id: sourceId } = flow
    const stored = sourceId === null ? null : await sources.viewForWizard(accountId, sourceId, tx)
    const given = suitPresets(presets.of(flow), methods)
    const isSaid = isRuled(given[authMethodName])
    const posted = isSaid ? properties : withMethod(info, properties, methods, stored?.properties)
    if (flow.presets === null) return { properties: posted, methods }
    const untouched = stored ? {} : untouchedForm(offeringNew(info, methods), now())
    return { ...formUnderPresets(info, given, posted, stored ?? nothing, untouched), methods }
  }
}

const nothing = { properties: {}, kept_secrets: [] }

/** What the form of a new source holds by itself, which is shown before anybody knows of the flow's token. */
function untouchedForm(info: ConnectorInfo, now: number): Values {
  return Object.fromEntries(
    info.properties.flatMap((property): [string, string][] => {
      const value = property.default ?? suggestedValue(info, property, now)
      return value === undefined ? [] : [[property.name, value]]
    }),
  )
}
