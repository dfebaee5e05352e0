import { flowFunctions } from '@bobbin/shared/flow-function'
import type { Reader, Transaction } from '../../store/database.ts'
import type { Flow } from './flow-row.ts'

/**
 * **Edit settings** is what `editSource` does, by another way in: a token that is limited to other functions
 * does not allow it. A flow that has the form for its own is not asked.
 */
export async function mayEdit(db: Reader | Transaction['db'], flow: Flow): Promise<boolean> {
  if (flowFunctions[flow.function].entry === 'form') return true
  const token = await db
    .selectFrom('ephemeral_token')
    .select('functions')
    .where('token_hash', '=', flow.token_hash)
    .where('account_id', '=', flow.account_id)
    .executeTakeFirst()
  if (!token) return false
  return token.functions === null || (JSON.parse(token.functions) as string[]).includes('editSource')
}
