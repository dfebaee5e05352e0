import { describe, expect, test } from 'vitest'
import type { FlowState } from '@bobbin/shared/flow'
import { database } from './preview/connectors.ts'
import { base } from './preview/states.ts'
import { endingOf, endingOfError, isReconnecting, screenOf, stepsOf } from './view.ts'
import { initialState, type Ending } from './wizard-state.ts'

function stateOf(flow: Partial<FlowState> | null, connector: typeof database | null = database) {
  return initialState({ flowId: 'f', connector, state: flow && { ...base, ...flow } })
}

describe('the screen', () => {
  test.each([
    ['the form, where the type is known before any claim', stateOf(null), 'form'],
    ['a wait, where it is not', stateOf(null, null), 'preparing'],
    ['the step the flow is at', stateOf({ step: 'field_selection' }), 'field_selection'],
    ['the end, once all is done', stateOf({ step: 'done', status: 'completed' }), 'done'],
    ['a notice, once it is cancelled', stateOf({ step: 'done', status: 'cancelled' }), 'notice'],
  ] as const)('is %s', (_what, state, screen) => {
    expect(screenOf(state)).toBe(screen)
  })
})

describe('the ending', () => {
  test.each([
    ['FlowExpired', {}, 'expired'],
    ['NotFound', {}, 'expired'],
    ['CookiesBlocked', {}, 'cookies_blocked'],
    ['OriginNotAllowed', { origin: 'https://evil.example' }, 'origin_refused'],
    ['FlowSuperseded', { reason: 'claimed_twice' }, 'stopped'],
    ['UpgradeEphemeralToken', { reason: 'used' }, 'refused'],
    ['AppLoadTimeout', {}, 'unclaimed'],
    ['Conflict', { reason: 'elsewhere' }, 'elsewhere'],
  ] as const)('of %s has a screen of its own', (code, data, notice) => {
    expect(endingOfError({ code, data })?.notice).toBe(notice)
  })

  test.each(['Unreachable', 'Unavailable', 'InvalidProperties', 'Conflict'] as const)(
    'is not reached by %s, which can be got over',
    (code) => {
      expect(endingOfError({ code, data: {} })).toBeNull()
    },
  )

  test('of a failed flow is that of its error', () => {
    const error = { code: 'OriginNotAllowed' as const, message: '', data: {} }
    const state = stateOf({ status: 'failed', step: 'done', outcome: { kind: 'failed', error } })
    expect(endingOf(state)?.notice).toBe('origin_refused')
  })
})

test.each<[Ending['notice'] | null, boolean]>([
  [null, true],
  // A page that claims anew would go on here.
  ['refused', true],
  ['cookies_blocked', false],
  ['elsewhere', false],
  ['superseded', false],
  ['expired', false],
])('a lost connection is waited for where that leads on: at the notice %s %s', (notice, isWaited) => {
  const lost = { ...stateOf(null), isOnline: false, ending: notice && { notice } }
  expect(isReconnecting(lost)).toBe(isWaited)
  expect(isReconnecting({ ...lost, isOnline: true })).toBe(false)
})

test('the steps are those of the type until the flow tells its own', () => {
  expect(stepsOf(stateOf(null))).toEqual({ steps: database.steps, current: 'form' })
  expect(stepsOf(stateOf({ steps: ['oauth'], step: 'oauth' }))).toEqual({
    steps: ['oauth'],
    current: 'oauth',
  })
})
