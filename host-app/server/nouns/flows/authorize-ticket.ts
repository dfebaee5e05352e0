import { createSigner } from '../../ground/signing.ts'
import type { Flow } from './flow-row.ts'

type TicketFlow = Pick<Flow, 'id' | 'authorize_round' | 'cookie_hash'>

/**
 * The value that `/authorize` needs, good for one trip: it is made from the flow's round, which each trip
 * raises. So a link mailed, logged or remembered starts nothing.
 */
export interface AuthorizeTickets {
  issue(flow: TicketFlow): string
  /** Whether the ticket is the flow's, made by any key of the ring: a new first key stops nobody on the way. */
  isGenuine(flow: TicketFlow, ticket: unknown): boolean
}

/** `keys`: the first signs, all verify. */
export function createAuthorizeTickets(keys: readonly { key: Uint8Array }[]): AuthorizeTickets {
  const signer = createSigner(keys, 'authorize-ticket')
  const textOf = (flow: TicketFlow) => `${flow.id}.${flow.authorize_round}.${flow.cookie_hash}`
  return {
    issue: (flow) => signer.sign(textOf(flow)),
    isGenuine: (flow, ticket) => typeof ticket === 'string' && signer.isGenuine(textOf(flow), ticket),
  }
}
