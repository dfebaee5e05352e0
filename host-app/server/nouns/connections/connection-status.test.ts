import { authorizationStatuses, problemActions } from '@bobbin/shared/connector-catalog'
import { checkErrorCodes } from '@bobbin/shared/errors'
import { wizardSteps, type WizardStep } from '@bobbin/shared/steps'
import { describe, expect, it } from 'vitest'
import { connectionStatus, type ConnectionFacts, type LastCheck } from './connection-status.ts'

const failed = (code: (typeof checkErrorCodes)[number]): LastCheck => ({
  status: 'failed',
  failure: { code, message: `${code}!`, field: null, detail: null },
})
const running: LastCheck = { status: 'running' }
const succeeded: LastCheck = { status: 'succeeded' }

const database: WizardStep[] = ['form', 'discover_schema', 'field_selection']
const service: WizardStep[] = [...wizardSteps]
const trip: WizardStep[] = ['form', 'oauth']

const standing = (
  steps: WizardStep[],
  finished: WizardStep[],
  { grant = null, check = null }: Partial<Pick<ConnectionFacts, 'grant' | 'check'>> = {},
) => {
  const { status, step, problem } = connectionStatus({ steps, finished: new Set(finished), grant, check })
  return [status, step, problem && `${problem.code} ${problem.action}`]
}

describe('a connection', () => {
  it.each([
    ['whose form is not filled', database, [], {}, ['awaiting_callback', 'form', null]],
    ['that nobody authorized yet', trip, ['form'], {}, ['awaiting_callback', 'oauth', null]],
    [
      'that is authorized, and has no more',
      trip,
      ['form', 'oauth'],
      { grant: 'ok' },
      ['active', 'fully_configured', null],
    ],
    ['that needs nothing', ['form'], ['form'], {}, ['active', 'fully_configured', null]],
    [
      'that waits for its check to be started',
      database,
      ['form'],
      {},
      ['awaiting_callback', 'discover_schema', null],
    ],
    [
      'that is checked for the first time',
      database,
      ['form'],
      { check: running },
      ['retrieving_tokens', 'discover_schema', null],
    ],
    [
      'of which nothing is selected',
      database,
      ['form', 'discover_schema'],
      { check: succeeded },
      ['awaiting_callback', 'field_selection', null],
    ],
    ['that is complete', database, database, { check: succeeded }, ['active', 'fully_configured', null]],
    [
      'that is complete, and checked again',
      database,
      database,
      { check: running },
      ['active', 'fully_configured', null],
    ],
    [
      'that is complete, and failed when it was checked again',
      database,
      database,
      { check: failed('HostNotFound') },
      ['error', 'fully_configured', 'HostNotFound edit'],
    ],
    [
      'whose first check failed',
      database,
      ['form'],
      { check: failed('CredentialsRejected') },
      ['error', 'discover_schema', 'CredentialsRejected edit'],
    ],
    [
      'with a provider, whose check was refused',
      service,
      ['form', 'oauth'],
      { grant: 'ok', check: failed('CredentialsRejected') },
      ['error', 'discover_schema', 'CredentialsRejected reconnect'],
    ],
    [
      'whose provider has a bad day',
      service,
      service,
      { grant: 'ok', check: failed('VendorUnavailable') },
      ['error', 'fully_configured', 'VendorUnavailable wait'],
    ],
    [
      'whose grant is dead',
      service,
      ['form', 'discover_schema', 'field_selection'],
      { grant: 'rejected', check: succeeded },
      ['error', 'oauth', 'AuthorizationExpired reconnect'],
    ],
    [
      'whose grant is dead, while it is checked',
      service,
      ['form'],
      { grant: 'rejected', check: running },
      ['error', 'oauth', 'AuthorizationExpired reconnect'],
    ],
    [
      'without a form, that failed for a setting',
      ['oauth', 'discover_schema'],
      ['oauth'],
      { grant: 'ok', check: failed('NothingFound') },
      ['error', 'discover_schema', 'NothingFound reconnect'],
    ],
    [
      'whose check failed and said nothing',
      database,
      ['form'],
      { check: { status: 'failed', failure: null } },
      ['error', 'discover_schema', 'CheckFailed edit'],
    ],
  ] as const)('%s', (_, steps, finished, facts, expected) => {
    expect(standing([...steps], [...finished], facts)).toEqual(expected)
  })

  it('stands in one way whatever is known of it, and offers nothing that its type does not have', () => {
    const subsets = wizardSteps.reduce<WizardStep[][]>(
      (sets, step) => [...sets, ...sets.map((set) => [...set, step])],
      [[]],
    )
    const checks = [null, running, succeeded, ...checkErrorCodes.map(failed)]
    for (const steps of subsets.filter((set) => set.length > 0)) {
      for (const finished of subsets.filter((set) => set.every((step) => steps.includes(step)))) {
        for (const grant of ['ok', 'rejected', null] as const) {
          for (const check of checks) {
            const { status, step, problem } = connectionStatus({
              steps,
              finished: new Set(finished),
              grant,
              check,
            })
            expect(authorizationStatuses).toContain(status)
            expect(problem !== null).toBe(status === 'error')
            if (status === 'active') expect([step, steps]).toEqual(['fully_configured', finished])
            if (!problem) continue
            expect(problemActions).toContain(problem.action)
            if (problem.action === 'reconnect') expect(steps).toContain('oauth')
            if (problem.action === 'edit') expect(steps).toContain('form')
          }
        }
      }
    }
  })
})
