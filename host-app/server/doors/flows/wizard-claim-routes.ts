import type { FastifyInstance } from 'fastify'
import { claimLimit } from '@bobbin/shared/claim-limit'
import { wizardApi } from '@bobbin/shared/wizard-api'
import { parseInput } from '../../http/parse-input.ts'
import { type ActionGuard, type WizardActions, findFlow } from '../../nouns/flows/flows.ts'
import type { UnclaimedFlows } from '../../nouns/presence/presence.ts'
import type { Database } from '../../store/database.ts'
import { flowIdOf } from './flow-id.ts'
import type { ClaimTaking } from './claim-taking.ts'
import type { WizardAccess } from './wizard-access.ts'
import { wizardPath } from './wizard-path.ts'

/** What the wizard does about a flow that is not claimed yet: bring the page's claim, or give the flow up. */
export function serveWizardClaims(
  app: FastifyInstance,
  {
    database,
    access,
    claims,
    guard,
    actions,
    unclaimed,
  }: {
    database: Pick<Database, 'read'>
    access: Pick<WizardAccess, 'requireBrowser'>
    claims: ClaimTaking
    guard: Pick<ActionGuard, 'act'>
    actions: Pick<WizardActions, 'cancelFlow'>
    unclaimed: Pick<UnclaimedFlows, 'withdraw'>
  },
): void {
  const claimOptions = { bodyLimit: claimLimit, config: { secret: 'claim' } } as const
  app.post(wizardPath('claimForPage'), claimOptions, async (request) => {
    const { flowId } = access.requireBrowser(request, flowIdOf(request))
    await claims.requireKnownToken(flowId, (request.body as { claim?: unknown } | null)?.claim)
    const { claim, opener_origin: origin } = parseInput(
      wizardApi.claimForPage.body,
      request.body,
      'InvalidBody',
    )
    return wizardApi.claimForPage.reply.parse(await claims.take(flowId, claim, origin))
  })

  app.post(wizardPath('withdrawFlow'), async (request) => {
    const browser = access.requireBrowser(request, flowIdOf(request))
    unclaimed.withdraw(browser.flowId)
    // The claim may have been quicker.
    const isClaimed = (await findFlow(database.read, browser.flowId)) !== null
    if (isClaimed) await guard.act(browser, 'cancelFlow', (tx, flow) => actions.cancelFlow(tx, flow, {}))
    return {}
  })
}
