import fc from 'fast-check'
import { expect, it } from 'vitest'
import { tapStreamId } from './table-stream.ts'

it('gives any two tables of a database ids that differ', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '-', '"'), minLength: 1, maxLength: 6 })
  const table = fc.record({ schema_name: name, table_name: name })
  const tables = fc.uniqueArray(table, { selector: (one) => JSON.stringify(one), maxLength: 40 })
  fc.assert(
    fc.property(tables, (all) => {
      const joined = all.map((one) => `${one.schema_name}-${one.table_name}`)
      const ids = all.map((one, index) => {
        const isAmbiguous = joined.filter((text) => text === joined[index]).length > 1
        return tapStreamId('db', { ...one, is_ambiguous: isAmbiguous })
      })
      expect(new Set(ids).size).toBe(all.length)
    }),
  )
})
