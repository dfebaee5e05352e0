import type { AuthMethod } from '@bobbin/shared/auth-method'
import type { ConnectorInfo, FlowConnector } from '@bobbin/shared/connector-info'
import type { FlowState } from '@bobbin/shared/flow'
import { logoPath } from '@bobbin/shared/logo-path'
import { isOfForm } from '@bobbin/shared/setting-rules'
import { walkOf } from '@bobbin/shared/steps'
import { authMethodName, chosenMethod, offering } from '../../../connectors/auth-methods.ts'
import type { Transaction } from '../../store/database.ts'
import {
  type Presets,
  isRuled,
  offeringNew,
  propertiesUnderPresets,
  sourceUnderPresets,
  suggestedValue,
} from '../sources/sources.ts'
import { type FindFlowMethods, suitPresets } from './flow-methods.ts'
import type { FlowPresets } from './flow-presets.ts'
import type { Flow } from './flow-row.ts'

type PageSource = NonNullable<FlowState['source']>

/** What a page may see of the type and the source of a flow, under the settings that the flow's token gives. */
export interface FlowView {
  presetsOf(flow: Flow): Presets
  connectorOf(
    flow: Flow,
    info: ConnectorInfo,
    source: PageSource | null,
    tx?: Transaction,
  ): Promise<FlowConnector>
  sourceOf(flow: Flow, info: ConnectorInfo, source: PageSource): PageSource
}

export function createFlowView({
  presets,
  findMethods,
  now,
}: {
  presets: Pick<FlowPresets, 'of'>
  findMethods: FindFlowMethods
  now: () => number
}): FlowView {
  return {
    presetsOf: presets.of,
    async connectorOf(flow, info, source, tx) {
      const methods = await findMethods(flow, tx)
      const given = suitPresets(presets.of(flow), methods)
      const ruled = isRuled(given[authMethodName]) ? given[authMethodName]?.value : undefined
      const kept = source ? chosenMethod(info, source.properties).key : (ruled ?? null)
      return wizardInfo(infoUnder(offering(info, methods, kept), given, source), now())
    },
    sourceOf: (flow, info, source) =>
      flow.presets === null ? source : sourceUnderPresets(info, presets.of(flow), source),
  }
}

/** The info as a page may see it in a flow of which the token gives these settings. */
function infoUnder(info: ConnectorInfo, given: Presets, source: FlowState['source']): ConnectorInfo {
  if (Object.keys(given).length === 0) return info
  const stored = source ?? { properties: {}, kept_secrets: [] }
  return { ...info, properties: propertiesUnderPresets(info, given, stored) }
}

/** What is shown of a type to whose flow no account has come yet: how anybody could sign in. Null: nobody could. */
export function unclaimedInfo(
  info: ConnectorInfo,
  methods: readonly AuthMethod[],
  now: number,
): FlowConnector | null {
  return methods.length === 0 ? null : wizardInfo(offeringNew(info, methods), now)
}

/** What the wizard needs of a connector's info, and of its settings those that it asks for. */
function wizardInfo(
  {
    keywords: _keywords,
    verified: _verified,
    auth_methods: _methods,
    is_single: _isSingle,
    logo,
    ...info
  }: ConnectorInfo,
  now: number,
): FlowConnector {
  return {
    ...info,
    steps: walkOf(info),
    logo: logo === null ? null : logoPath(info.slug),
    properties: info.properties.filter(isOfForm).map((property) => {
      const suggested = suggestedValue(info, property, now)
      return suggested === undefined ? property : { ...property, suggested }
    }),
  }
}
