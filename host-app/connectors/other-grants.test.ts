import { expect, it } from 'vitest'
import { otherGrantFaults } from './other-grants.ts'

const user = { role: 'user', path: ['authed_user'], fatal: false }

it('takes roles that are told apart, each at a place of its own', () => {
  expect(otherGrantFaults({})).toEqual([])
  expect(otherGrantFaults({ otherGrants: [user, { ...user, role: 'admin', path: ['admin'] }] })).toEqual([])
})

it.each([
  ['a name that no config could hold', [{ ...user, role: 'the user' }], '"the user" is no name for a role'],
  ['the place of the main grant', [{ ...user, path: [] }], '"user" lies where another grant does'],
  ['the place of another', [user, { ...user, role: 'admin' }], '"admin" lies where another grant does'],
  ['a role twice', [user, { ...user, path: ['other'] }], '"user" is there twice'],
])('refuses %s', (_name, otherGrants, fault) => {
  expect(otherGrantFaults({ otherGrants })).toEqual([fault])
})
