import { expect, test } from 'vitest'
import { shownNames } from './show-when.ts'

const rules = [
  { name: 'tunnel' },
  { name: 'tunnel_host', show_when: { property: 'tunnel', in: ['ssh'] } },
  { name: 'tunnel_key', show_when: { property: 'tunnel_host', in: ['a.example', 'b.example'] } },
  { name: 'lost', show_when: { property: 'nothing', in: ['x'] } },
  { name: 'ring', show_when: { property: 'ring', in: ['x'] } },
]

test('a property shows while the other one has one of the values', () => {
  expect([...shownNames(rules, { tunnel: 'ssh' })]).toEqual(['tunnel', 'tunnel_host'])
  expect([...shownNames(rules, { tunnel: 'none' })]).toEqual(['tunnel'])
})

test('a property that depends on a hidden one is hidden, whatever that one holds', () => {
  expect([...shownNames(rules, { tunnel: 'none', tunnel_host: 'a.example' })]).toEqual(['tunnel'])
  expect([...shownNames(rules, { tunnel: 'ssh', tunnel_host: 'b.example' })]).toContain('tunnel_key')
})

test('a property that depends on an unknown one, or on itself, never shows', () => {
  const shown = shownNames(rules, { nothing: 'x', ring: 'x' })
  expect(shown.has('lost')).toBe(false)
  expect(shown.has('ring')).toBe(false)
})
