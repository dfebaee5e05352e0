import { describe, expect, it } from 'vitest'
import { flowFunctionNames, flowFunctions, type FlowFunction } from './flow-function.ts'
import {
  currentStep,
  isStepLegal,
  reportedStep,
  stepsWithin,
  type EditExtent,
  type WizardStep,
} from './steps.ts'

const sequences = {
  database: ['form', 'discover_schema', 'field_selection'],
  oauth: ['form', 'oauth', 'discover_schema', 'field_selection'],
  push: ['form'],
  oauthOnly: ['form', 'oauth'],
} as const satisfies Record<string, readonly WizardStep[]>
type Sequence = keyof typeof sequences

/** Walks a flow as a person would who completes each step shown; returns the steps in order. */
function walk(
  sequence: Sequence,
  fn: FlowFunction,
  {
    finished = [],
    edit,
    schemaChanged,
    invalidates = [],
  }: {
    finished?: readonly WizardStep[]
    edit?: EditExtent
    schemaChanged?: boolean
    /** What saving the form makes unfinished. */
    invalidates?: readonly WizardStep[]
  } = {},
): WizardStep[] {
  const facts = { finished: new Set<WizardStep>(finished), walked: new Set<WizardStep>() }
  const shown: WizardStep[] = []
  let isEdited = false
  for (;;) {
    const step = currentStep(fn, {
      sequence: sequences[sequence],
      ...facts,
      edit: isEdited ? edit : undefined,
      schemaChanged,
    })
    if (step === 'done') return shown
    if (shown.length > 6) throw new Error(`no end: ${shown.join(', ')}`)
    shown.push(step)
    facts.finished.add(step)
    facts.walked.add(step)
    if (step === 'form') {
      isEdited = true
      for (const lost of invalidates) if (!facts.walked.has(lost)) facts.finished.delete(lost)
    }
  }
}

const all = (sequence: Sequence) => sequences[sequence]

describe('a new source', () => {
  it.each(Object.keys(sequences) as Sequence[])('walks every step of the %s sequence', (sequence) => {
    expect(walk(sequence, 'addSource')).toEqual(all(sequence))
  })
})

describe('the entry step', () => {
  it.each<[FlowFunction, Sequence, WizardStep[]]>([
    ['authorizeSource', 'oauth', ['oauth', 'discover_schema', 'field_selection']],
    ['authorizeSource', 'oauthOnly', ['oauth']],
    ['onlyAuthorizeSource', 'oauth', ['oauth']],
    ['onlyAuthorizeSource', 'oauthOnly', ['oauth']],
    ['displayDiscoveryOutputForSource', 'database', ['discover_schema', 'field_selection']],
    ['displayDiscoveryOutputForSource', 'oauth', ['discover_schema', 'field_selection']],
    ['selectStreamsForSource', 'database', ['field_selection']],
    ['selectStreamsForSource', 'oauth', ['field_selection']],
    ['editSource', 'push', ['form']],
    ['addSource', 'push', ['form']],
  ])('%s on a finished %s source shows it, though it is complete', (fn, sequence, steps) => {
    expect(walk(sequence, fn, { finished: all(sequence), edit: 'nothing' })).toEqual(steps)
  })

  it.each<[FlowFunction, WizardStep[], WizardStep[]]>([
    ['authorizeSource', [], ['form', 'oauth', 'discover_schema', 'field_selection']],
    ['onlyAuthorizeSource', [], ['form', 'oauth']],
    ['displayDiscoveryOutputForSource', ['form'], ['oauth', 'discover_schema', 'field_selection']],
    ['selectStreamsForSource', ['form'], ['oauth', 'discover_schema', 'field_selection']],
    ['selectStreamsForSource', ['form', 'oauth'], ['discover_schema', 'field_selection']],
    ['selectStreamsForSource', [], ['form', 'oauth', 'discover_schema', 'field_selection']],
  ])('%s starts at the first unfinished step before it (%j finished)', (fn, finished, steps) => {
    expect(walk('oauth', fn, { finished })).toEqual(steps)
  })

  it('is what makes a function legal for a type', () => {
    const legal = (sequence: Sequence) =>
      flowFunctionNames.filter((fn) => isStepLegal(sequences[sequence], fn))
    expect(legal('oauth')).toEqual(flowFunctionNames)
    expect(legal('push')).toEqual(['addSource', 'editSource'])
    expect(legal('oauthOnly')).toEqual(['addSource', 'authorizeSource', 'onlyAuthorizeSource', 'editSource'])
    expect(legal('database')).toEqual(flowFunctionNames.filter((fn) => flowFunctions[fn].entry !== 'oauth'))
  })
})

describe('an edit', () => {
  const finished = all('oauth')
  it.each<[string, Parameters<typeof walk>[2], WizardStep[]]>([
    ['of nothing ends', { finished, edit: 'nothing' }, ['form']],
    ['of the name ends', { finished, edit: 'name' }, ['form']],
    [
      'of a setting checks again',
      { finished, edit: 'property', invalidates: ['discover_schema'] },
      ['form', 'discover_schema'],
    ],
    [
      'of what the authorization rests on authorizes and checks again',
      { finished, edit: 'auth', invalidates: ['oauth', 'discover_schema'] },
      ['form', 'oauth', 'discover_schema'],
    ],
    [
      'selects again where the schema changed',
      { finished, edit: 'property', schemaChanged: true, invalidates: ['discover_schema'] },
      ['form', 'discover_schema', 'field_selection'],
    ],
    [
      'selects where nothing was selected',
      {
        finished: ['form', 'oauth', 'discover_schema'],
        edit: 'property',
        invalidates: ['discover_schema'],
      },
      ['form', 'discover_schema', 'field_selection'],
    ],
  ])('%s', (_, options, steps) => {
    expect(walk('oauth', 'editSource', options)).toEqual(steps)
  })
})

it('the steps of a flow are those that it can come by', () => {
  expect(stepsWithin('onlyAuthorizeSource', sequences.oauth)).toEqual(['form', 'oauth'])
  expect(stepsWithin('selectStreamsForSource', sequences.database)).toEqual(sequences.database)
  for (const fn of ['addSource', 'editSource', 'authorizeSource'] as const) {
    expect(stepsWithin(fn, sequences.oauth)).toEqual(sequences.oauth)
  }
})

it('a step that was walked but came undone is shown again', () => {
  const facts = {
    sequence: sequences.oauth,
    finished: new Set<WizardStep>(['form']),
    walked: new Set<WizardStep>(['form', 'oauth']),
  }
  expect(currentStep('addSource', facts)).toBe('oauth')
})

it('a skipped selection ends the walk, and the report card still says where the source is', () => {
  const finished = new Set<WizardStep>(['form', 'discover_schema'])
  const walked = new Set<WizardStep>(['form', 'discover_schema', 'field_selection'])
  expect(currentStep('addSource', { sequence: sequences.database, finished, walked })).toBe('done')
  expect(reportedStep(sequences.database, finished)).toBe('field_selection')
  expect(reportedStep(sequences.push, finished)).toBe('fully_configured')
})
