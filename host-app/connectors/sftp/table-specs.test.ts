import { describe, expect, it } from 'vitest'
import { readTables } from './table-specs.ts'

const read = (table: unknown) => readTables({ tables: JSON.stringify([table]) }).specs[0]
const least = { table_name: 'orders', search_pattern: 'csv' }

describe('tables', () => {
  it('have defaults for what is not said', () => {
    expect(read({ ...least, key_properties: null, delimiter: '', something: 'else' })).toEqual({
      ...least,
      search_prefix: '',
      key_properties: [],
      delimiter: null,
      date_overrides: [],
    })
  })

  it('take names in a list, or with commas between them, and a tab as it is written', () => {
    const lists = { key_properties: 'id, line ', date_overrides: ['at'], delimiter: '\\t' }
    expect(read({ ...least, ...lists })).toMatchObject({
      key_properties: ['id', 'line'],
      date_overrides: ['at'],
      delimiter: '\t',
    })
  })

  it.each([
    ['no pattern', { table_name: 'orders' }],
    ['no name', { search_pattern: 'csv' }],
    ['a long delimiter', { ...least, delimiter: '||' }],
    ['a delimiter that ends lines', { ...least, delimiter: '\n' }],
    ['a key that is a number', { ...least, key_properties: 1 }],
    ['no fields at all', 'orders'],
  ])('cannot have %s', (_, table) => {
    expect(() => read(table)).toThrow(
      expect.objectContaining({
        code: 'SettingUnusable',
        field: 'tables',
        detail: expect.stringContaining('position 1'),
      }),
    )
  })

  it('cannot be none', () => {
    expect(() => readTables({ tables: '[]' })).toThrow(expect.objectContaining({ field: 'tables' }))
  })

  it('are one by folder and pattern, where nobody lists them', () => {
    const { specs, fields } = readTables({ search_prefix: '/x', table_name: 'y', key_properties: 'a,b' })
    expect(specs).toMatchObject([
      { table_name: 'y', search_prefix: '/x', key_properties: ['a', 'b'], delimiter: null },
    ])
    expect(fields).toEqual({ folder: 'search_prefix', pattern: 'search_pattern', key: 'key_properties' })
  })
})
