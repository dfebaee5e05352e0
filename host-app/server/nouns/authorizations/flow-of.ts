import type { CreateEphemeralToken } from '@bobbin/shared/session'
import type { Registry } from '../../../connectors/registry.ts'
import { AppError } from '../../ground/app-error.ts'
import type { Transaction } from '../../store/database.ts'
import type { ClaimRequest } from '../flows/flows.ts'
import type { Sources } from '../sources/sources.ts'
import { infoOfSource } from '../sources/sources.ts'

/** Which flow an authorization is, and the permission that it needs. @throws {AppError} UnknownSourceType, SourceNotFound */
export async function flowOf(
  {
    registry,
    sources,
  }: { registry: Pick<Registry, 'find'>; sources: Pick<Sources, 'get' | 'finishedSteps'> },
  tx: Transaction,
  {
    account_id: accountId,
    type,
    source_id: id,
  }: { account_id: number; type: string; source_id: number | null },
): Promise<{ scope: CreateEphemeralToken; request: Pick<ClaimRequest, 'function' | 'type' | 'id'> }> {
  if (id === null) {
    return { scope: { types: [type], functions: ['addSource'] }, request: { function: 'addSource', type } }
  }
  const source = await sources.get(accountId, id, tx)
  const info = infoOfSource(registry, source)
  if (!info) throw new AppError('UnknownSourceType', { data: { type } })
  const finished = await sources.finishedSteps(accountId, id, tx)
  // A form comes first where it is not done, and is all that can be mended where nobody signs in.
  const signsIn = info.steps.includes('oauth') && (!info.steps.includes('form') || finished.has('form'))
  return {
    scope: { source_id: id },
    request: { function: signsIn ? 'authorizeSource' : 'editSource', id },
  }
}
