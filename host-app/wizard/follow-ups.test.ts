import { describe, expect, test } from 'vitest'
import type { FlowState } from '@bobbin/shared/flow'
import { followUps } from './follow-ups.ts'
import { fixtures } from './preview/fixtures.ts'
import { base } from './preview/states.ts'
import { reduce, type WizardAction } from './wizard-reducer.ts'
import { initialState, type WizardState } from './wizard-state.ts'

function start(flow: Partial<FlowState> | null): WizardState {
  return initialState({ flowId: 'f', connector: base.connector, state: flow && { ...base, ...flow } })
}

function stateOf(name: keyof typeof fixtures): FlowState {
  const page = fixtures[name]?.page
  if (page?.kind !== 'flow' || !page.state) throw new Error(`${name} is not a flow`)
  return page.state
}

function after(before: WizardState, action: WizardAction) {
  return followUps(before, reduce(before, action))
}

const authorize: WizardAction = { type: 'intended', intent: { name: 'authorize' } }

describe('an intent', () => {
  test('is done at once when nothing stands in the way', () => {
    expect(after(start({}), authorize)).toEqual(['act'])
  })

  test('waits for the claim, then is done', () => {
    const waiting = reduce(start(null), authorize)
    expect(followUps(start(null), waiting)).toEqual([])
    expect(after(waiting, { type: 'flow', flow: base })).toEqual(['act', 'enterStep', 'tellOpener'])
  })

  test('waits for the page to show itself', () => {
    expect(after(start({ consent: 'needed' }), authorize)).toEqual(['awaitProof'])
  })

  test('is done again when it is tried again', () => {
    const error = { code: 'Unreachable' as const, message: '', data: {} }
    const failed = reduce(reduce(start({}), authorize), { type: 'refused', error })
    expect(after(failed, { type: 'retried' })).toEqual(['act'])
  })
})

describe('a check', () => {
  test('starts on arrival, once', () => {
    const arrived = start({ step: 'discover_schema' })
    expect(followUps(null, arrived)).toContain('startCheck')
    expect(followUps(arrived, { ...arrived, isOnline: false })).toEqual([])
  })

  test('that works is left, once', () => {
    const succeeded = initialState({ flowId: 'f', connector: null, state: stateOf('check-succeeded') })
    expect(followUps(null, succeeded)).toEqual(['enterStep', 'tellOpener', 'leaveCheck'])
    expect(after(succeeded, { type: 'flow', flow: { ...stateOf('check-succeeded') } })).toEqual([
      'tellOpener',
    ])
  })

  test('that failed stays on the screen', () => {
    const failed = initialState({ flowId: 'f', connector: null, state: stateOf('check-failed') })
    expect(followUps(null, failed)).toEqual(['enterStep', 'tellOpener'])
  })
})

describe('the end', () => {
  test('closes the window once the page knows', () => {
    const done = start({ status: 'completed', step: 'done' })
    expect(followUps(null, done)).toEqual(['tellOpener'])
    expect(after(done, { type: 'acknowledged' })).toEqual(['closeDone'])
    expect(after(reduce(done, { type: 'acknowledged' }), { type: 'acknowledged' })).toEqual([])
  })

  test('of a cancelled flow closes the window', () => {
    const cancelled: WizardAction = { type: 'flow', flow: { ...base, status: 'cancelled', step: 'done' } }
    expect(after(start({}), cancelled)).toContain('closeCancelled')
  })

  test('that nothing can change stops the listening; a refused claim may still be followed by a good one', () => {
    expect(after(start(null), { type: 'ended', ending: { notice: 'superseded' } })).toEqual(['stopListening'])
    expect(after(start(null), { type: 'ended', ending: { notice: 'refused' } })).toEqual([])
  })
})
