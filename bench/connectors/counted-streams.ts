import type { Connector } from '../../host-app/connectors/connector.ts'
import { connector as small } from './bench-connector.ts'

/** A connector that finds as many tables as its `host` says. */
export const connector: Connector = {
  info: { ...small.info, type: 'platform.bench-counted', slug: 'bench-counted', name: 'Bench, counted' },
  async check({ report }) {
    report.phase('connecting')
  },
  async *discover({ report, settings }) {
    report.phase('reading_schema')
    for (let number = 0; number < Number(settings['host']); number += 1) {
      const name = `table_${number}`
      yield {
        tap_stream_id: `shop-public-${name}`,
        stream: name,
        schema: { type: 'object', properties: { id: { type: 'integer' } } },
        metadata: [
          { breadcrumb: [], metadata: { 'table-key-properties': ['id'] } },
          { breadcrumb: ['properties', 'id'], metadata: { inclusion: 'automatic' } },
        ],
      }
    }
  },
}
