import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import { wizardApi } from '@bobbin/shared/wizard-api'
import type { WizardActionName } from '@bobbin/shared/wizard-actions'
import type { WizardRouteName } from '@bobbin/shared/wizard-routes'
import { parseInput } from '../../http/parse-input.ts'
import type {
  AccountAnswers,
  ActionGuard,
  Flow,
  SaveChoices,
  SaveForm,
  WizardActions,
} from '../../nouns/flows/flows.ts'
import type { Checks } from '../../nouns/checks/checks.ts'
import type { Transaction } from '../../store/database.ts'
import { flowIdOf } from './flow-id.ts'
import type { WizardAccess } from './wizard-access.ts'
import type { ShowFlow } from './show-flow.ts'
import { wizardPath } from './wizard-path.ts'

/** What a person does in the wizard: each changes the open flow in one write, and answers with what to show next. */
export function serveWizardActions(
  app: FastifyInstance,
  {
    access,
    guard,
    actions,
    showFlow,
    checks,
  }: {
    access: Pick<WizardAccess, 'requireBrowser' | 'requireFlow'>
    guard: Pick<ActionGuard, 'act'>
    actions: WizardActions & AccountAnswers & { saveForm: SaveForm; saveChoices: SaveChoices }
    showFlow: ShowFlow
    checks: Pick<Checks, 'find'>
  },
): void {
  function serve(
    name: WizardActionName & WizardRouteName,
    work: (tx: Transaction, flow: Flow, body: never) => Promise<Flow>,
  ): void {
    const { body: schema } = wizardApi[name] as { body: z.ZodType }
    app.post(wizardPath(name), async (request) => {
      const browser = access.requireBrowser(request, flowIdOf(request))
      const state = await guard.act(browser, name, async (tx, flow) => {
        const body = parseInput(schema, request.body ?? {}, 'InvalidBody')
        return showFlow(await work(tx, flow, body as never), tx)
      })
      return wizardApi.getState.reply.parse(state)
    })
  }

  app.get(wizardPath('getState'), async (request) =>
    wizardApi.getState.reply.parse(await showFlow(await access.requireFlow(request, flowIdOf(request)))),
  )

  serve('reportProof', actions.reportProof)
  serve('giveConsent', actions.giveConsent)
  serve('saveForm', actions.saveForm)
  serve('saveChoices', actions.saveChoices)
  serve('goToStep', actions.goToStep)
  serve('finishCheck', actions.finishCheck)
  serve('saveSelection', actions.saveSelection)
  serve('replaceAccount', actions.replaceAccount)
  serve('keepAccount', actions.keepAccount)
  serve('addAccount', actions.addAccount)
  serve('repairSource', actions.repairSource)
  serve('cancelFlow', actions.cancelFlow)

  app.post(wizardPath('startCheck'), async (request) => {
    const browser = access.requireBrowser(request, flowIdOf(request))
    const shown = await guard.act(browser, 'startCheck', async (tx, flow) => {
      const { account_id: accountId, check_name: name } = await actions.startCheck(tx, flow)
      return name === null ? null : checks.find(accountId, name, tx)
    })
    return wizardApi.startCheck.reply.parse(shown)
  })
}
