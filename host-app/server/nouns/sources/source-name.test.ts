import { describe, expect, it } from 'vitest'
import { deriveName, isName, requireName, suitName } from './source-name.ts'

describe('deriveName', () => {
  it.each([
    ['Production Database', 'production_database'],
    ['  My   CRM - EU ', 'my_crm_eu'],
    ['Café Größe', 'cafe_grosse'],
    ['cash$flow', 'cash$flow'],
    ['A.B/C', 'abc'],
    ['####', ''],
    ['# #', ''],
    ['Продажи', ''],
  ])('%j → %j', (displayName, name) => expect(deriveName(displayName)).toBe(name))
})

it.each([
  ['a', true],
  ['_1', true],
  ['1a', false],
  ['A', false],
  ['a-b', false],
  ['', false],
  ['a'.repeat(49), true],
  ['a'.repeat(50), false],
])('%j as a name: %s', (name, isValid) => expect(isName(name)).toBe(isValid))

describe('requireName', () => {
  it('says what a display name without a letter derives to', () => {
    expect(() => requireName('####')).toThrow('invalid name after deriving it from display_name (#### -> )')
  })

  it.each(['2024 sales', 'x'.repeat(50)])('refuses %j by the rule for names', (displayName) => {
    expect(() => requireName(displayName)).toThrow(
      expect.objectContaining({ code: 'InvalidName', status: 422, data: { reason: 'rule' } }),
    )
  })
})

describe('suitName', () => {
  it.each([
    ['2024 sales', '_2024_sales'],
    ['Продажи', 'google_ads'],
    ['x'.repeat(80), 'x'.repeat(49)],
  ])('makes a name of %j that keeps the rules: %j', (displayName, name) => {
    expect(suitName(displayName, 'google-ads')).toBe(name)
    expect(isName(name)).toBe(true)
  })
})
