import { setTimeout as delay } from 'node:timers/promises'
import type { DiscoveredStream, MetadataEntry } from '@bobbin/shared/catalog'
import type { AuthMethod } from '@bobbin/shared/auth-method'
import type { ConnectorInfo, PropertyInfo } from '@bobbin/shared/connector-info'
import type { Connector } from '../../connectors/connector.ts'

/** A property for tests: text that the person must give. */
export function property(name: string, rest: Partial<PropertyInfo> = {}): PropertyInfo {
  return {
    name,
    title: name.charAt(0).toUpperCase() + name.slice(1),
    is_required: true,
    is_credential: false,
    property_type: 'user_provided',
    affects_authorization: false,
    json_schema: { type: 'string' },
    order: Math.trunc(Math.random() * 1e9),
    ...rest,
  }
}

const none: AuthMethod = { key: 'none', title: 'No sign-in', type: 'CUSTOM', properties: [] }
const oauth: AuthMethod = { key: 'oauth', title: 'OAuth', type: 'OAUTH2', properties: [] }

/** What a connector is, for tests: a form, a discovery, a selection. */
export function connectorInfo(rest: Partial<ConnectorInfo> = {}): ConnectorInfo {
  return {
    type: 'platform.shop',
    slug: 'shop',
    name: 'Shop',
    category: 'Other',
    logo: null,
    stage: 'released',
    auth_methods: [rest.steps?.includes('oauth') ? oauth : none],
    description: 'Made up.',
    steps: ['form', 'discover_schema', 'field_selection'],
    properties: [],
    authorization: null,
    default_scheduling_interval: 30,
    default_start_date: null,
    ...rest,
  }
}

export interface TableOptions {
  /** More of the stream's own metadata. */
  own?: Record<string, unknown>
  /** JSON Schema and metadata by field; `id` as the key and `note` by default. */
  fields?: Record<string, { schema?: object; metadata?: Record<string, unknown> }>
}

/** A stream as discovery finds it. */
export function table(name: string, { own = {}, fields }: TableOptions = {}): DiscoveredStream {
  const all = Object.entries(
    fields ?? {
      id: { schema: { type: 'integer' }, metadata: { inclusion: 'automatic' } },
      note: { metadata: { inclusion: 'available', 'selected-by-default': true } },
    },
  )
  const entries = all.map(([field, { metadata }]): MetadataEntry => ({
    breadcrumb: ['properties', field],
    metadata: metadata ?? { inclusion: 'available' },
  }))
  return {
    tap_stream_id: `shop-${name}`,
    stream: name,
    table_name: name,
    schema: {
      type: 'object',
      properties: Object.fromEntries(
        all.map(([field, { schema }]) => [field, schema ?? { type: ['null', 'string'] }]),
      ),
    },
    metadata: [{ breadcrumb: [], metadata: { 'table-key-properties': ['id'], ...own } }, ...entries],
  }
}

/** A connector that finds these streams, anew at each check. */
export function connectorOf(
  streams: () => Iterable<DiscoveredStream> | AsyncIterable<DiscoveredStream>,
  info: Partial<ConnectorInfo> = {},
): Connector {
  return {
    info: connectorInfo(info),
    async *discover() {
      yield* streams()
    },
  }
}

/** Finds `count` streams, one every `pause` milliseconds; heeds its signal. */
export function slowConnector(count: number, pause: number): Connector {
  return {
    info: connectorInfo(),
    async *discover({ signal, report }) {
      for (let number = 0; number < count; number += 1) {
        if (pause > 0) await delay(pause, undefined, { signal })
        if (number % 100 === 0) report.log(`Schema ${number / 100}`)
        yield table(`t${number}`)
      }
    },
  }
}
