import { z } from 'zod'
import { ConnectorError, type Connector, type ConnectorContext } from '../../connectors/connector.ts'

/** A to-do service at whatever address its settings say: for tests of where a connector may go, and of what is said of failures. */
export const connector: Connector = {
  info: {
    type: 'platform.test-todo',
    slug: 'test-todo',
    name: 'Test to-do',
    category: 'Project management',
    logo: null,
    stage: 'alpha',
    auth_methods: [{ key: 'api_key', title: 'API key', type: 'API_KEY', properties: ['api_key'] }],
    description: 'Lists and their tasks.',
    stream_noun: 'object',
    steps: ['form', 'discover_schema', 'field_selection'],
    properties: [
      {
        name: 'url',
        title: 'Address',
        placeholder: 'https://todo.example.com',
        is_required: true,
        is_credential: false,
        property_type: 'user_provided',
        affects_authorization: false,
        // A key that was entered for one address is not sent to another.
        binds: ['api_key'],
        json_schema: { type: 'string', format: 'uri' },
        order: 1,
      },
      {
        name: 'api_key',
        title: 'API key',
        description: 'Under Settings → API.',
        is_required: true,
        is_credential: true,
        property_type: 'user_provided',
        affects_authorization: false,
        json_schema: { type: 'string', minLength: 8 },
        order: 2,
      },
    ],
    authorization: null,
    default_scheduling_interval: 30,
    default_start_date: '-1 year',
  },

  async check(context) {
    context.report.phase('signing_in')
    await get(context, '/lists')
  },

  async *discover(context) {
    context.report.phase('reading_schema')
    for (const { name, fields } of await get(context, '/lists')) {
      yield {
        tap_stream_id: name,
        stream: name,
        schema: {
          type: 'object',
          properties: Object.fromEntries(fields.map((field) => [field, { type: ['null', 'string'] }])),
        },
        metadata: [
          { breadcrumb: [], metadata: { 'table-key-properties': ['id'], 'selected-by-default': false } },
          ...fields.map((field) => ({
            breadcrumb: ['properties', field],
            metadata: { inclusion: field === 'id' ? 'automatic' : 'available', 'selected-by-default': true },
          })),
        ],
      }
      context.signal.throwIfAborted()
    }
  },
}

const lists = z.array(z.object({ name: z.string(), fields: z.array(z.string()) }))

/** The vendor's failures become ours here, and nowhere else. */
async function get({ settings, fetch, signal }: ConnectorContext, path: string) {
  const headers = { authorization: `Bearer ${settings['api_key'] ?? ''}` }
  try {
    const response = await fetch(new URL(path, settings['url']), { headers, signal, redirect: 'error' })
    if (response.status === 401) throw new ConnectorError('CredentialsRejected', { field: 'api_key' })
    if (response.status === 429) throw new ConnectorError('VendorRateLimited')
    if (!response.ok) throw new ConnectorError('VendorUnavailable')
    return lists.parse(await response.json())
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof ConnectorError) throw error
    throw new ConnectorError('VendorUnavailable', { field: 'url', cause: error })
  }
}
