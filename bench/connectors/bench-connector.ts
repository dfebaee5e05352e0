import type { Connector } from '../../host-app/connectors/connector.ts'

const names = ['customers', 'orders', 'invoices']

/** A connector whose vendor answers at once, so that what is measured is ours. */
export const connector: Connector = {
  info: {
    type: 'platform.bench',
    slug: 'bench',
    name: 'Bench',
    category: 'Database',
    logo: null,
    stage: 'alpha',
    auth_methods: [{ key: 'password', title: 'Password', type: 'BASIC', properties: ['password'] }],
    description: 'For the benchmarks only.',
    steps: ['form', 'discover_schema', 'field_selection'],
    properties: [
      {
        name: 'host',
        title: 'Host',
        binds: ['password'],
        is_required: true,
        is_credential: false,
        property_type: 'user_provided',
        affects_authorization: false,
        json_schema: { type: 'string', minLength: 1 },
        order: 1,
      },
      {
        name: 'password',
        title: 'Password',
        is_required: true,
        is_credential: true,
        property_type: 'user_provided',
        affects_authorization: false,
        json_schema: { type: 'string', minLength: 1 },
        order: 2,
      },
    ],
    authorization: null,
    default_scheduling_interval: null,
    default_start_date: null,
  },
  async check({ report }) {
    report.phase('connecting')
  },
  async *discover({ report }) {
    report.phase('reading_schema')
    for (const name of names) {
      yield {
        tap_stream_id: name,
        stream: name,
        schema: {
          type: 'object',
          properties: { id: { type: 'integer' }, name: { type: ['null', 'string'] } },
        },
        metadata: [
          { breadcrumb: [], metadata: { 'table-key-properties': ['id'] } },
          { breadcrumb: ['properties', 'id'], metadata: { inclusion: 'automatic' } },
          { breadcrumb: ['properties', 'name'], metadata: { inclusion: 'available' } },
        ],
      }
    }
  },
}
