import type { AuthMethod } from '@bobbin/shared/auth-method'
import { authMethodName } from '../../../connectors/auth-methods.ts'
import type { Transaction } from '../../store/database.ts'
import type { OAuthClients } from '../oauth-clients/oauth-clients.ts'
import { isRuled, type Presets, type Sources } from '../sources/sources.ts'
import type { Flow } from './flow-row.ts'

type About = Pick<Flow, 'type' | 'account_id' | 'source_id' | 'oauth_client_id'>

/** The ways to sign in that can be used in a flow now: OAuth where there is a client that its source may go by. */
export type FindFlowMethods = (flow: About, tx?: Transaction) => Promise<readonly AuthMethod[]>

export function createFindFlowMethods({
  sources,
  oauthClients,
}: {
  sources: Pick<Sources, 'find'>
  oauthClients: Pick<OAuthClients, 'methodsFor'>
}): FindFlowMethods {
  return async ({ type, account_id, source_id: sourceId, oauth_client_id: named }, tx) => {
    const source = sourceId === null ? null : await sources.find(account_id, sourceId, tx)
    const wanted = { account_id, oauth_client_id: source?.oauth_client_id ?? null, named }
    return (await oauthClients.methodsFor(type, wanted, tx)) ?? []
  }
}

/** What the app suggests of how to sign in counts only where that can be used; what it has decided stays. */
export function suitPresets(presets: Presets, usable: readonly AuthMethod[]): Presets {
  const { [authMethodName]: said, ...others } = presets
  const isMeant = !said || isRuled(said) || usable.some(({ key }) => key === said.value)
  return isMeant ? presets : others
}
