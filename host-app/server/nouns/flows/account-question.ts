import type { FlowState } from '@bobbin/shared/flow'
import type { Transaction } from '../../store/database.ts'
import type { OAuth } from '../oauth/oauth.ts'
import type { Sources } from '../sources/sources.ts'
import type { Flow } from './flow-row.ts'
import type { Repairs } from './repairs.ts'

/**
 * What the person is asked before a new grant counts: which account is meant where the source is connected with another one, or
 * which source where others are connected with the same.
 */
type AccountQuestion =
  | { readonly kind: 'other'; readonly name: string | null; readonly mayAdd: boolean }
  | {
      readonly kind: 'same'
      readonly name: string
      /** Those that are connected with it now; none where they have gone since. */
      readonly sources: readonly ConnectedSource[]
    }

type ConnectedSource = NonNullable<FlowState['same_account']>['sources'][number]

/** Null when no grant of the flow waits. */
export type FindAccountQuestion = (flow: Flow, tx?: Transaction) => Promise<AccountQuestion | null>

export function createFindAccountQuestion({
  oauth,
  sources,
  repairs,
}: {
  oauth: Pick<OAuth, 'findAside' | 'connectedWith'>
  sources: Pick<Sources, 'find'>
  repairs: Pick<Repairs, 'allows'>
}): FindAccountQuestion {
  return async function findQuestion(flow, tx) {
    const { id, account_id: accountId, source_id: sourceId, function: fn } = flow
    const aside = await oauth.findAside({ accountId, flowId: id }, tx)
    if (!aside) return null
    const name = aside.externalAccount
    const source = sourceId === null ? null : await sources.find(accountId, sourceId, tx)
    if (fn !== 'addSource' || !source || source.external_account !== null || name === null) {
      return { kind: 'other', name, mayAdd: fn === 'addSource' }
    }
    const connected: ConnectedSource[] = []
    for (const { id: other, display_name } of await oauth.connectedWith(source, name, tx)) {
      connected.push({ id: other, display_name, may_repair: await repairs.allows(flow, other, tx) })
    }
    return { kind: 'same', name, sources: connected }
  }
}
