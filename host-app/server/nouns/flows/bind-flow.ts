import type { Transaction } from '../../store/database.ts'
import { changeFlow, type Flow } from './flow-row.ts'

/**
 * The first browser that gets to a claimed flow has it, by the hash of its cookie. Returns the flow as it is then:
 * the `cookie_hash` of one that another browser has, or that has ended unbound, is not this one.
 */
export async function bindFlow(tx: Transaction, flow: Flow, cookieHash: string): Promise<Flow> {
  return flow.cookie_hash === null ? changeFlow(tx, flow, { cookie_hash: cookieHash }) : flow
}
