import { timings } from '@bobbin/shared/timings'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { dropDrafts, isOver, keepDraft, readDraft, sweepDrafts, voidDrafts } from './drafts.ts'
import { fixtures } from './preview/fixtures.ts'
import { initialState, type Ending, type WizardState } from './wizard-state.ts'

/** A browser's storage, so far as drafts use it. */
class MemoryStorage {
  readonly all = new Map<string, string>()
  get length(): number {
    return this.all.size
  }
  key = (index: number) => [...this.all.keys()][index] ?? null
  getItem = (key: string) => this.all.get(key) ?? null
  setItem = (key: string, value: string) => void this.all.set(key, value)
  removeItem = (key: string) => void this.all.delete(key)
}

let storage: MemoryStorage
beforeEach(() => {
  storage = new MemoryStorage()
  vi.stubGlobal('localStorage', storage)
  vi.useFakeTimers({ toFake: ['Date'] })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const atForm = stateOf('form')
const atOauth = stateOf('oauth')
const saving: WizardState = {
  ...atForm,
  intent: { name: 'saveForm', body: { display_name: 'x', properties: {} } },
}

function stateOf(name: string): WizardState {
  const page = fixtures[name]?.page
  if (page?.kind !== 'flow') throw new Error(`No screen ${name}`)
  return initialState(page)
}

test('a draft is there until it is erased, for its own flow and step', () => {
  keepDraft('a', 'form', { host: 'x' })
  expect(readDraft('a', 'form')).toEqual({ host: 'x' })
  expect(readDraft('b', 'form')).toBeNull()
  expect(readDraft('a', 'field_selection')).toBeNull()
  keepDraft('a', 'form', null)
  expect(storage.all.size).toBe(0)
})

test('what is older than a flow may live, or is no draft, is swept, and nothing of others is', () => {
  keepDraft('old', 'form', 1)
  vi.setSystemTime(Date.now() + timings.session / 2)
  keepDraft('young', 'field_selection', 2)
  vi.setSystemTime(Date.now() + timings.session / 2 + 1)
  storage.setItem('bobbin-draft:broken:form', '{')
  storage.setItem('bobbin-draft:none:form', 'null')
  storage.setItem('theirs', '{')
  sweepDrafts()
  expect([...storage.all.keys()]).toEqual(['bobbin-draft:young:field_selection', 'theirs'])
})

test.each<[string, () => unknown]>([
  ['missing', () => undefined],
  [
    'barred',
    () => {
      throw new DOMException('', 'SecurityError')
    },
  ],
])('a storage that is %s costs no more than the drafts', (_what, get) => {
  Object.defineProperty(globalThis, 'localStorage', { get, configurable: true })
  expect(() => keepDraft('a', 'form', 1)).not.toThrow()
  expect(() => sweepDrafts()).not.toThrow()
  expect(readDraft('a', 'form')).toBeNull()
})

test('a draft that does not fit leaves no older one behind', () => {
  keepDraft('a', 'form', 'older')
  storage.setItem = () => {
    throw new DOMException('', 'QuotaExceededError')
  }
  keepDraft('a', 'form', 'newer')
  expect(readDraft('a', 'form')).toBeNull()
})

test.each<[string, WizardState, readonly string[]]>([
  ['the step that was saved', { ...stateOf('oauth'), intent: null }, ['form']],
  ['nothing while it is refused', { ...saving, failure: { code: 'Internal', message: '', data: {} } }, []],
  ['nothing where the save was withdrawn', { ...saving, intent: null }, []],
  ['nothing while it is not known to be cancelled', { ...saving, cancelling: 'sending' }, []],
  ['nothing where that has failed', { ...saving, cancelling: 'failed' }, []],
  ['all of a flow that was withdrawn', { ...saving, cancelling: 'done' }, ['form', 'field_selection']],
  [
    'all of a flow that is cancelled',
    { ...saving, flow: atOauth.flow && { ...atOauth.flow, status: 'cancelled' } },
    ['form', 'field_selection'],
  ],
  ['nothing while the person is asked', { ...saving, cancelling: 'asking' }, []],
])('a change of state makes void: %s', (_what, now, expected) => {
  expect(voidDrafts(saving, now)).toEqual(expected)
})

test.each<[Ending['notice'], boolean]>([
  ['expired', true],
  ['cancelled', true],
  ['failed', true],
  ['stopped', true],
  ['elsewhere', false],
  ['superseded', false],
  ['refused', false],
])('whether the flow is over: %s, %s', (notice, expected) => {
  expect(isOver({ ...atForm, flow: null, ending: { notice } })).toBe(expected)
})

test('one that is over when its page comes has no draft', () => {
  const done = stateOf('done')
  keepDraft(done.flowId, 'form', 1)
  keepDraft(done.flowId, 'field_selection', 1)
  keepDraft('other', 'form', 1)
  dropDrafts(null, done)
  expect([...storage.all.keys()]).toEqual(['bobbin-draft:other:form'])
})
