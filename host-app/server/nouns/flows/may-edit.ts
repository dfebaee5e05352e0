import { flowFunctions } from '@bobbin/shared/flow-function'
import type { Transaction } from '../../store/database.ts'
import type { EphemeralTokens } from '../tokens/tokens.ts'
import type { Flow } from './flow-row.ts'

/**
 * **Edit settings** is what `editSource` does, by another way in: a token that is limited to other functions
 * does not allow it. A flow that has the form for its own is not asked.
 */
export async function mayEdit(
  tokens: Pick<EphemeralTokens, 'allows'>,
  flow: Flow,
  tx?: Transaction,
): Promise<boolean> {
  if (flowFunctions[flow.function].entry === 'form') return true
  return tokens.allows({ accountId: flow.account_id, hash: flow.token_hash }, 'editSource', tx)
}
