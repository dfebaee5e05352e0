import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { DiscoveredStream } from '@bobbin/shared/catalog'
import { readStream } from './foreign-stream.ts'
import { foundStream } from './found-stream.ts'

const schema = {
  type: 'object',
  properties: { id: { type: 'integer' }, changed_at: { type: 'string', format: 'date-time' }, blob: {} },
}
const fields = [
  { breadcrumb: ['properties', 'id'], metadata: { inclusion: 'automatic', 'sql-datatype': 'integer' } },
  {
    breadcrumb: ['properties', 'changed_at'],
    metadata: { inclusion: 'AVAILABLE', 'sql-datatype': 'timestamp' },
  },
  { breadcrumb: ['properties', 'blob'], metadata: { inclusion: 'unsupported' } },
]

const found = (stream: unknown) => foundStream(readStream(stream) as DiscoveredStream)
const copy = <Value>(value: Value) => JSON.parse(JSON.stringify(value)) as Value

it('is the same for a stream that shares its fields with others, whatever its own metadata are', () => {
  const shared = { schema: Object.freeze(copy(schema)), fields: copy(fields) }
  const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })
  const keys = fc.constantFrom(['id'], ['changed_at'], [], 'id', ['blob'], ['gone'], null)
  const own = fc.record({
    'row-count': maybe(fc.constantFrom(0, 12, '7', null)),
    'schema-name': maybe(fc.constantFrom('a', 'b')),
    'database-name': maybe(fc.constantFrom('d', null)),
    'is-view': maybe(fc.constantFrom(true, false, 'true')),
    'table-key-properties': maybe(keys),
    'valid-replication-keys': maybe(keys),
    'replication-method': maybe(fc.constantFrom('LOG_BASED', 'incremental', 'FULL_TABLE')),
    'forced-replication-method': maybe(fc.constantFrom('INCREMENTAL', 'FULL_TABLE')),
    'view-key-properties': maybe(keys),
  })
  const names = fc.constantFrom('t', 'Tables of a', 'ü')
  fc.assert(
    fc.property(fc.array(fc.tuple(names, own), { minLength: 3, maxLength: 12 }), (streams) => {
      for (const [name, given] of streams) {
        const rest = { tap_stream_id: `shop-${name}`, stream: name, table_name: name }
        const metadata = copy([{ breadcrumb: [], metadata: given }])
        const alone = found(copy({ ...rest, schema, metadata: [...metadata, ...fields] }))
        expect(found({ ...rest, schema: shared.schema, metadata: [...metadata, ...shared.fields] })).toEqual(
          alone,
        )
      }
    }),
  )
})

it('is another where only the schema is the same object', () => {
  const one = Object.freeze(copy(schema))
  const make = (inclusion: string) => ({
    tap_stream_id: 'a',
    stream: 'a',
    schema: one,
    metadata: [{ breadcrumb: ['properties', 'id'], metadata: { inclusion } }],
  })
  const counts = ['available', 'unsupported', 'available'].map(
    (inclusion) => found(make(inclusion)).field_count,
  )
  expect(counts).toEqual([3, 2, 3])
})
