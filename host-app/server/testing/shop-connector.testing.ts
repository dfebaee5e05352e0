import { setTimeout as delay } from 'node:timers/promises'
import type { DiscoveredStream } from '@bobbin/shared/catalog'
import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import { ConnectorError, type Connector } from '../../connectors/connector.ts'

const property = (name: string, order: number): ConnectorInfo['properties'][number] => ({
  name,
  title: name,
  is_required: true,
  is_credential: name === 'password',
  property_type: 'user_provided',
  affects_authorization: false,
  json_schema: { type: 'string' },
  order,
})

function table(name: string): DiscoveredStream {
  return {
    tap_stream_id: `shop-${name}`,
    stream: name,
    schema: { type: 'object', properties: { id: { type: 'integer' }, note: { type: 'string' } } },
    metadata: [
      { breadcrumb: [], metadata: { 'table-key-properties': ['id'] } },
      { breadcrumb: ['properties', 'id'], metadata: { inclusion: 'automatic' } },
      { breadcrumb: ['properties', 'note'], metadata: { inclusion: 'available' } },
    ],
  }
}

/** A source type for the tests of this folder: `tables` streams, `password` must be `right`; `broken` breaks it. */
export const connector: Connector = {
  info: {
    type: 'platform.test-shop',
    slug: 'test-shop',
    name: 'Test shop',
    category: 'Other',
    logo: null,
    stage: 'released',
    auth_methods: [{ key: 'password', title: 'Password', type: 'BASIC', properties: ['password'] }],
    description: 'Made up.',
    steps: ['form', 'discover_schema', 'field_selection'],
    properties: [
      { ...property('tables', 1), binds: [] },
      property('password', 2),
      { ...property('region', 3), is_required: false, property_type: 'user_provided_immutable' },
      { ...property('external_id', 4), is_required: false, property_type: 'read_only' },
    ],
    authorization: null,
    default_scheduling_interval: 30,
    default_start_date: '-1 year',
  },
  async check({ settings, report }) {
    report.phase('signing_in')
    if (settings['password'] === 'broken') throw new Error('a bug of the connector')
    if (settings['password'] !== 'right')
      throw new ConnectorError('CredentialsRejected', { field: 'password' })
  },
  async *discover({ settings, signal }) {
    for (let number = 1; number <= Number(settings['tables']); number += 1) {
      yield table(`t${number}`)
      if (number % 100 === 0) await delay(1, undefined, { signal })
    }
  },
}
