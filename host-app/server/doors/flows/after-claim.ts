import type { Services } from '../../services.ts'
import { findFlow } from '../../nouns/flows/flow-row.ts'
import type { Presence } from '../../nouns/presence/presence.ts'
import type { UnclaimedFlows } from '../../nouns/presence/unclaimed-flows.ts'
import { cancelFlow } from '../../nouns/flows/wizard-actions.ts'

/**
 * What the window did while nobody had claimed its flow yet, and what the page is told of now: its person
 * pressed **Cancel**, or it has gone.
 */
export async function afterClaim(
  services: Pick<Services, 'database' | 'events' | 'now'>,
  { presence, unclaimed }: { presence: Presence; unclaimed: UnclaimedFlows },
  flowId: string,
): Promise<void> {
  const { isWithdrawn } = unclaimed.claimed(flowId)
  // A window that was given up has closed. One that is there is another's, who did not press anything.
  if (isWithdrawn && !presence.hasStream(flowId)) {
    await services.database.write(async (tx) => {
      const flow = await findFlow(tx.db, flowId)
      if (flow) await cancelFlow(services, tx, flow, 'cancelled')
    })
  }
  presence.claimed(flowId)
}
