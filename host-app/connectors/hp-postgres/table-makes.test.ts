import { expect, it } from 'vitest'
import type { ColumnRow } from './catalog-queries.ts'
import type { KnownShape } from './column-shapes.ts'
import { createTableMakes } from './table-makes.ts'

const plain = { name: 'int4', kind: 'b', is_builtin: true }
const shape = (text: string, mayRead = true): KnownShape => ({
  text,
  sql_type: 'integer',
  base: plain,
  element: null,
  modifier: -1,
  is_not_null: true,
  dimensions: 0,
  may_read: mayRead,
})
const shapes = { readable: shape('23 -1 0 t t'), unreadable: shape('23 -1 0 t f', false) }

const columns = (names: string, kind: keyof typeof shapes = 'readable'): ColumnRow[] =>
  names.split(' ').map((name, index) => ({ number: index + 1, name, shape: shapes[kind] }))

it('describes tables with the same columns and key by the same objects, from the second on', () => {
  const makeOf = createTableMakes()
  const tables = [1, 2, 3].map(() => makeOf([1], columns('id note')))
  expect(tables[2]).toBe(tables[1])
  expect(tables.map(({ schema }) => Object.isFrozen(schema))).toEqual([false, true, true])
  expect(tables[0]).toEqual(tables[2])
})

it('takes for another what differs in anything', () => {
  const makeOf = createTableMakes()
  const others = [
    makeOf([], columns('id note')),
    makeOf([1], columns('id note')),
    makeOf([2], columns('id note')),
    makeOf([1, 2], columns('id note')),
    makeOf([1], columns('note id')),
    makeOf([1], columns('id')),
    makeOf([1], columns('id note', 'unreadable')),
  ]
  expect(new Set(others.map((made) => JSON.stringify(made))).size).toBe(others.length)
  expect(others.map(({ key }) => key)).toEqual([[], ['id'], ['note'], ['id', 'note'], ['note'], ['id'], []])
})
