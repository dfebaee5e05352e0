import type { PropertyInfo } from '@bobbin/shared/connector-info'
import { expect, it } from 'vitest'
import { forgivingFaults } from './forgiving-rules.ts'
import { inOrder, secret, setting, subdomain } from './setting-kinds.ts'

const desk = { of: 'desk.test', name: 'desk', title: 'Desk', description: 'Before .desk.test.' }
const choice = { json_schema: { enum: ['a', 'b'] } }

it.each<[string, Omit<PropertyInfo, 'order'>, string[]]>([
  ['a sub-domain as it should be', subdomain(desk), []],
  ['no pattern', subdomain({ ...desk, found_in: ['('] }), ['desk: a pattern of found_in cannot be read']],
  [
    'a value that would change by being saved',
    setting({ ...desk, placeholder: 'acme', found_in: ['a(.*)'] }),
    ['desk: found_in changes a value that is right as it is'],
  ],
  [
    'a secret out of a text',
    secret({ ...desk, found_in: ['a(.*)'] }),
    ['desk: a secret is taken as it is typed, and out of no other text'],
  ],
  [
    'an affix that is not said',
    setting({ name: 'desk', title: 'Desk', affix: { after: '.test' } }),
    ['desk: what its affix shows has to be in its description, too, for people who hear the form'],
  ],
  [
    'a warning of no choice',
    setting({ ...desk, ...choice, value_warnings: { a: 'Old.', c: 'Older.' } }),
    ['desk: value_warnings has "c", which is no choice of it'],
  ],
  [
    'a suggestion that is refused',
    setting({ ...desk, ...choice, suggested: 'c' }),
    ['desk: what is suggested is not valid'],
  ],
  [
    'no usual form',
    secret({ ...desk, usual_form: { pattern: '[', example: 'x' } }),
    ['desk: the pattern of usual_form cannot be read'],
  ],
])('of %s', (_what, property, faults) => {
  expect(inOrder([property]).flatMap(forgivingFaults)).toEqual(faults)
})
