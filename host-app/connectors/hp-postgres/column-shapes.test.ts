import { expect, it } from 'vitest'
import { createColumnShapes } from './column-shapes.ts'
import type { PostgresSession } from './session.ts'

const types = [
  { oid: '23', name: 'int4', kind: 'b', is_builtin: true, sql_type: 'integer', base: '0', element: '0' },
  { oid: '1700', name: 'numeric', kind: 'b', is_builtin: true, sql_type: 'numeric', base: '0', element: '0' },
].map((type) => ({ ...type, modifier: -1, is_not_null: false }))

function shapesOf() {
  const asked: unknown[] = []
  const session = {
    async query(_sql: string, [oids]: unknown[] = []) {
      asked.push(oids)
      return types.filter(({ oid }) => (oids as string[]).includes(oid))
    },
    async close() {},
  } satisfies PostgresSession
  return { shapes: createColumnShapes(session), asked }
}

it('describes each shape once, and asks for each type once, however many columns there are', async () => {
  const { shapes, asked } = shapesOf()
  await shapes.load(['23 -1 0 t t', '23 -1 0 f t', '23 -1 0 t t'])
  await shapes.load(['1700 655366 0 f f', '23 -1 0 t t'])
  expect(asked).toEqual([['23'], ['1700']])
  expect(shapes.of('23 -1 0 t t')).toBe(shapes.of('23 -1 0 t t'))
  expect(shapes.of('23 -1 0 t t')).toMatchObject({ sql_type: 'integer', is_not_null: true, may_read: true })
  expect(shapes.of('23 -1 0 f t')).toMatchObject({ is_not_null: false })
  expect(shapes.of('1700 655366 0 f f')).toMatchObject({ modifier: 655_366, may_read: false })
})

it('refuses what no server says', async () => {
  for (const text of ['', '23', '23 -1 0 t', '23 x 0 t t', 'int4 -1 0 t t', '23 -1 0 t t t', '99 -1 0 t t'])
    await expect(shapesOf().shapes.load([text])).rejects.toMatchObject({ code: 'ProtocolViolation' })
})
