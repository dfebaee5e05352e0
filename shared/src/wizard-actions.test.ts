import { describe, expect, it } from 'vitest'
import { flowFunctionNames, type FlowFunction } from './flow-function.ts'
import { wizardSteps, type WizardStep } from './steps.ts'
import {
  actionRefusal,
  wizardActions,
  type ActionFacts,
  type ActionRefusal,
  type WizardActionName,
} from './wizard-actions.ts'
import { wizardRoutes } from './wizard-routes.ts'

const actions = Object.keys(wizardActions) as WizardActionName[]
const steps = [...wizardSteps, 'done'] as const

/** The specification: what may be done at each step, the check aside, at any with consent, and at any at all. */
const doneAt: Record<WizardStep | 'done' | 'consented' | 'any', readonly WizardActionName[]> = {
  form: ['saveForm', 'tryOptions'],
  oauth: [
    'authorize',
    'findOptions',
    'saveChoices',
    'replaceAccount',
    'keepAccount',
    'addAccount',
    'repairSource',
  ],
  discover_schema: ['startCheck', 'finishCheck'],
  field_selection: ['listStreams', 'findStreams', 'getStream', 'saveSelection'],
  consented: ['goToStep'],
  done: [],
  any: ['reportProof', 'giveConsent', 'cancelFlow'],
}

/** The steps that a function never comes by: those after its own, where it ends there. */
const never: Partial<Record<FlowFunction, readonly WizardStep[]>> = {
  onlyAuthorizeSource: ['discover_schema', 'field_selection'],
}

/** All is well, whatever the action. */
function factsFor(facts: Partial<ActionFacts>): ActionFacts {
  return {
    function: 'addSource',
    sequence: wizardSteps,
    step: 'form',
    isConsented: true,
    check: 'succeeded',
    accountQuestion: 'same',
    ...facts,
  }
}

describe.each(flowFunctionNames)('%s', (fn) => {
  describe.each(steps)('at %s', (step) => {
    it.each(actions)('%s', (action) => {
      const isOut = step !== 'done' && never[fn]?.includes(step)
      const isOfOther = ['addAccount', 'repairSource'].includes(action) && fn !== 'addSource'
      const isAllowed =
        [...doneAt.any, ...doneAt.consented].includes(action) ||
        (!isOut && !isOfOther && doneAt[step].includes(action))
      const accountQuestion = action === 'replaceAccount' ? 'other' : 'same'
      const refusal = actionRefusal(action, factsFor({ function: fn, step, accountQuestion }))
      expect(refusal).toBe(isAllowed ? null : 'other_step')
    })
  })
})

describe('at its step', () => {
  it.each<[WizardActionName, Partial<ActionFacts>, ActionRefusal | null]>([
    ['finishCheck', { check: 'running' }, 'check_not_succeeded'],
    ['finishCheck', { check: 'failed' }, 'check_not_succeeded'],
    ['finishCheck', { check: null }, 'check_not_succeeded'],
    ['startCheck', { check: null }, null],
    ['startCheck', { check: 'failed' }, null],
  ])('%s with %j: %s', (action, facts, refusal) => {
    expect(actionRefusal(action, factsFor({ step: 'discover_schema', ...facts }))).toBe(refusal)
  })

  it.each<[WizardActionName, readonly ActionFacts['accountQuestion'][]]>([
    ['replaceAccount', ['other']],
    ['keepAccount', ['other', 'same']],
    ['addAccount', ['other', 'same']],
    ['repairSource', ['same']],
  ])('%s answers %j, and nothing where nothing is asked', (action, answered) => {
    for (const accountQuestion of ['other', 'same', null] as const) {
      const refusal = actionRefusal(action, factsFor({ step: 'oauth', accountQuestion }))
      expect([accountQuestion, refusal]).toEqual([
        accountQuestion,
        answered.includes(accountQuestion) ? null : 'no_question',
      ])
    }
  })

  it('what a step is for waits for consent; who is there and whether to go on does not', () => {
    const refused = actions.filter((action) => {
      const { step: own } = wizardActions[action]
      const step = own === null || own === 'any' ? 'form' : own
      return actionRefusal(action, factsFor({ step, isConsented: false })) === 'consent'
    })
    expect(refused.toSorted()).toEqual(actions.filter((one) => !doneAt.any.includes(one)).toSorted())
  })
})

it('every call of the wizard but those about the document itself is an action', () => {
  // The last two are for a flow that nobody has claimed yet.
  const aboutDocument = ['getState', 'openPresence', 'reportPresence', 'claimForPage', 'withdrawFlow']
  const called = Object.keys(wizardRoutes).filter((name) => !aboutDocument.includes(name))
  expect([...called, 'authorize'].toSorted()).toEqual(actions.toSorted())
})
