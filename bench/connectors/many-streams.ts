import type { Connector } from '../../host-app/connectors/connector.ts'
import { connector as small } from './bench-connector.ts'

const count = 200_000

/** A connector that finds as many tables as the largest that we were asked for, of six columns each. */
export const connector: Connector = {
  info: { ...small.info, type: 'platform.bench-many', slug: 'bench-many', name: 'Bench of many' },
  async check({ report }) {
    report.phase('connecting')
  },
  async *discover({ report }) {
    report.phase('reading_schema')
    for (let number = 0; number < count; number += 1) {
      const name = `table_${number}`
      yield {
        tap_stream_id: `shop-public-${name}`,
        stream: name,
        table_name: name,
        schema: { type: 'object', properties },
        metadata: [
          { breadcrumb: [], metadata: { 'schema-name': 'public', 'table-key-properties': ['id'] } },
          {
            breadcrumb: ['properties', 'id'],
            metadata: { inclusion: 'automatic', 'sql-datatype': 'integer' },
          },
          ...columns.map((column) => ({
            breadcrumb: ['properties', column],
            metadata: {
              inclusion: 'available',
              'selected-by-default': true,
              'sql-datatype': 'character varying',
            },
          })),
        ],
      }
    }
  },
}

const columns = ['name', 'city', 'street', 'country', 'note']
const properties = {
  id: { type: 'integer' },
  ...Object.fromEntries(columns.map((column) => [column, { type: ['null', 'string'], maxLength: 80 }])),
}
