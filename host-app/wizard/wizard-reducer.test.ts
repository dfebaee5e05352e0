import { describe, expect, test } from 'vitest'
import type { Check } from '@bobbin/shared/check'
import type { FlowState } from '@bobbin/shared/flow'
import type { CallError } from './api-client.ts'
import { database, service } from './preview/connectors.ts'
import { running } from './preview/checks.ts'
import { base } from './preview/states.ts'
import { isConsentAsked, screenOf } from './view.ts'
import { reduce, type WizardAction } from './wizard-reducer.ts'
import { initialState, isBusy, stageOf, type Intent, type WizardState } from './wizard-state.ts'

const save: Intent = { name: 'saveForm', body: { display_name: 'Orders', properties: {} } }

function after(state: WizardState, ...actions: WizardAction[]): WizardState {
  return actions.reduce(reduce, state)
}

function start(flow: Partial<FlowState> | null): WizardState {
  const state = flow && { ...base, ...flow }
  return initialState({ flowId: 'f', connector: database, state })
}

function refusal(code: CallError['code'], data: Record<string, unknown> = {}): WizardAction {
  return { type: 'refused', error: { code, message: '', data } }
}

describe('what was submitted', () => {
  test('waits for the claim, and goes on when it comes', () => {
    const waiting = after(start(null), { type: 'intended', intent: save })
    expect(stageOf(waiting)).toBe('claiming')
    expect(isBusy(waiting)).toBe(true)
    expect(stageOf(after(waiting, { type: 'flow', flow: base }))).toBe('acting')
  })

  test('waits for the page to show itself, then asks the person, and keeps the form underneath', () => {
    const proving = after(start({ consent: 'needed' }), { type: 'intended', intent: save })
    expect(stageOf(proving)).toBe('proving')
    const asking = after(proving, { type: 'proofOverdue' })
    expect(isConsentAsked(asking)).toBe(true)
    expect(screenOf(asking)).toBe('form')
    const agreed = after(asking, { type: 'flow', flow: { ...base, consent: 'consented' } })
    expect(isConsentAsked(agreed)).toBe(false)
    expect(agreed.intent).toBe(save)
    expect(stageOf(agreed)).toBe('acting')
  })

  test('goes on without a question when the page shows itself in time', () => {
    const proving = after(start({ consent: 'needed' }), { type: 'intended', intent: save })
    expect(stageOf(after(proving, { type: 'flow', flow: { ...base, consent: 'proven' } }))).toBe('acting')
  })

  test('the streams of a source wait for consent without being asked for, and nobody is busy meanwhile', () => {
    const shown = { ...base, step: 'field_selection' as const, consent: 'needed' as const }
    const proving = after(start(null), { type: 'flow', flow: shown })
    expect(stageOf(proving)).toBe('proving')
    expect(isBusy(proving)).toBe(false)
    expect(stageOf(after(proving, { type: 'proofOverdue' }))).toBe('consenting')
    expect(stageOf(after(proving, { type: 'flow', flow: { ...shown, consent: 'proven' } }))).toBe('idle')
  })

  test('leads to the question when the server asks for consent', () => {
    const refused = after(
      start({ consent: 'consented' }),
      { type: 'proofOverdue' },
      { type: 'intended', intent: save },
      refusal('AccessDenied', { reason: 'consent' }),
    )
    expect(isConsentAsked(refused)).toBe(true)
  })

  test('is kept when it was refused, and tried again on request', () => {
    const failed = after(start({}), { type: 'intended', intent: save }, refusal('Unavailable'))
    expect(stageOf(failed)).toBe('failed')
    expect(isBusy(failed)).toBe(false)
    expect(stageOf(after(failed, { type: 'retried' }))).toBe('acting')
  })

  test('is not replaced while it is being sent', () => {
    const acting = after(start({}), { type: 'intended', intent: save })
    expect(after(acting, { type: 'intended', intent: { name: 'authorize' } })).toBe(acting)
  })

  test('is dropped when the claim turns out to be about another type', () => {
    const waiting = after(start(null), { type: 'intended', intent: save })
    const other = after(waiting, { type: 'flow', flow: { ...base, connector: service } })
    expect(stageOf(other)).toBe('idle')
    expect(other.connector?.type).toBe(service.type)
  })

  test('is done with the reply, and what was typed no longer counts as lost', () => {
    const acting = after(start({}), { type: 'dirty', isDirty: true }, { type: 'intended', intent: save })
    const next = after(acting, { type: 'flow', flow: { ...base, step: 'discover_schema' }, isReply: true })
    expect(next).toMatchObject({ intent: null, isDirty: false })
    expect(screenOf(next)).toBe('discover_schema')
  })

  test('survives news of the same step', () => {
    const acting = after(start({}), { type: 'intended', intent: save })
    expect(after(acting, { type: 'flow', flow: { ...base, is_acknowledged: false } }).intent).toBe(save)
  })
})

describe('errors of the form', () => {
  test('found before sending stop nothing else, and go with the next submit', () => {
    const faulty = after(start({}), {
      type: 'formFaulty',
      faults: { host: { rule: 'missing', parameters: {} } },
    })
    expect(stageOf(faulty)).toBe('idle')
    expect(after(faulty, { type: 'intended', intent: save }).formFaults).toBeNull()
  })
})

describe('a refused claim', () => {
  const refused: WizardAction = { type: 'ended', ending: { notice: 'refused' } }

  test('is told, and forgotten when another claim comes through', () => {
    expect(screenOf(after(start(null), refused))).toBe('notice')
    expect(screenOf(after(start(null), refused, { type: 'flow', flow: base }))).toBe('form')
  })
})

describe('a check', () => {
  const event = (seq: number, count: number): WizardAction => ({
    type: 'checkEvent',
    name: 'c',
    seq,
    event: { type: 'streams', data: { count } },
    at: 0,
  })

  test('counts each event once, whatever comes again', () => {
    const checking = start({ step: 'discover_schema' })
    const counted = after(checking, event(1, 10), event(2, 20))
    expect(after(counted, event(1, 10))).toBe(counted)
    expect(counted.check?.streamCount).toBe(20)
  })

  test('that has ended stays so, whatever older answers say', () => {
    const succeeded: Check = { ...running, status: 'succeeded', stream_count: 3 }
    const finished: WizardAction = {
      type: 'checkEvent',
      name: running.name,
      seq: 1,
      event: { type: 'finished', data: succeeded },
      at: 0,
    }
    const flow: FlowState = { ...base, step: 'discover_schema', check: running }
    expect(after(start(flow), finished, { type: 'flow', flow }).flow?.check).toEqual(succeeded)
    // Heard even before the step was.
    expect(after(start({}), finished, { type: 'flow', flow }).flow?.check).toEqual(succeeded)
    const tried = after(start({}), finished, { type: 'checkStarted', check: running })
    expect(tried.flow?.check).toEqual(succeeded)
  })
})
