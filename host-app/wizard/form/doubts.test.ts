import { expect, test } from 'vitest'
import { helpdesk } from '../preview/connectors.ts'
import { doubtsOf } from './doubts.ts'

const all = { api_key: '', region: '' }

test.each([
  ['a value of the usual form', { api_key: 'lk_123' }, {}],
  ['none', { api_key: '' }, {}],
  ['one of another form', { api_key: 'abc' }, { api_key: expect.stringContaining('lk_…') }],
  ['a choice with a warning', { region: 'old' }, { region: 'Lantern ends this region in 2027.' }],
  ['a choice without one', { region: 'eu' }, {}],
  // Of an object that every value inherits from.
  ['a choice that is the name of a method', { region: 'constructor' }, {}],
])('of %s', (_what, held, said) => {
  expect(doubtsOf(helpdesk.properties, held)).toEqual({ ...all, ...said })
})

test('never repeats a secret', () => {
  const { api_key: said } = doubtsOf(helpdesk.properties, { api_key: 'hunter2' })
  expect(said).not.toContain('hunter2')
})
