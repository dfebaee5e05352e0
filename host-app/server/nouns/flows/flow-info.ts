import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import { infoFor } from '../../../connectors/auth-methods.ts'
import type { Registry } from '../../../connectors/registry.ts'
import { AppError } from '../../ground/app-error.ts'
import type { Transaction } from '../../store/database.ts'
import { plainPresets, plainProperties, type Sources, withMethod } from '../sources/sources.ts'
import { type FindFlowMethods, suitPresets } from './flow-methods.ts'
import type { FlowPresets } from './flow-presets.ts'
import type { Flow } from './flow-row.ts'

/** What a flow's type is, as its source has it, or would have. @throws {AppError} UnknownSourceType when it is no longer there */
export type FindFlowInfo = (
  flow: Pick<Flow, 'id' | 'type' | 'account_id' | 'source_id' | 'presets' | 'oauth_client_id'>,
  tx?: Transaction,
) => Promise<ConnectorInfo>

export function createFindFlowInfo({
  registry,
  sources,
  presets,
  findMethods,
}: {
  registry: Pick<Registry, 'find'>
  sources: Pick<Sources, 'find'>
  presets: Pick<FlowPresets, 'of'>
  findMethods: FindFlowMethods
}): FindFlowInfo {
  return async (flow, tx) => {
    const { type, account_id: accountId, source_id: sourceId } = flow
    const connector = registry.find(type)
    if (!connector) throw new AppError('UnknownSourceType', { data: { type } })
    const { info } = connector
    // Where nothing is to be chosen, the source says no more than its type.
    if (info.auth_methods.length === 1) return infoFor(info, {})
    if (sourceId === null) {
      const methods = await findMethods(flow, tx)
      const given = plainPresets(info, suitPresets(presets.of(flow), methods))
      return infoFor(info, withMethod(info, given, methods))
    }
    const source = await sources.find(accountId, sourceId, tx)
    return infoFor(info, source ? plainProperties(source) : {})
  }
}
