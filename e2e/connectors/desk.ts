import type { DiscoveredStream } from '@bobbin/shared/catalog'
import { ConnectorError, type Connector } from '../../host-app/connectors/connector.ts'
import { createDemoCrm } from '../../host-app/connectors/demo-crm/connector.ts'

// A connector process has no environment, and does not dial it either.
const origin = new URL(process.env['BOBBIN_DEMO_CRM_URL'] ?? 'https://provider.localhost:8443')
const demo = createDemoCrm(origin.origin)
const at = (path: string) => `${origin.protocol}//{subdomain}.localhost:${origin.port}${path}`

/** The key that the help desk takes. */
const rightKey = 'desk-key-of-the-e2e-tests'

/**
 * A help desk with a subdomain for each customer, where one signs in by OAuth or by a key, and of which not all can be read. Its provider is the Demo CRM's,
 * which has one subdomain: its own.
 */
export const connector: Connector = {
  info: {
    ...demo.info,
    type: 'platform.desk',
    slug: 'desk',
    name: 'Help desk',
    description: 'Tickets and their authors.',
    auth_methods: [
      { key: 'oauth', title: 'Sign in at Help desk', type: 'OAUTH2', properties: [] },
      { key: 'api_key', title: 'API key', type: 'API_KEY', properties: ['api_key'] },
    ],
    properties: [
      {
        name: 'subdomain',
        title: 'Subdomain',
        is_required: true,
        is_credential: false,
        property_type: 'user_provided',
        affects_authorization: true,
        binds: ['api_key'],
        json_schema: { type: 'string' },
        order: 1,
      },
      {
        name: 'api_key',
        title: 'API key',
        is_required: true,
        is_credential: true,
        property_type: 'user_provided',
        affects_authorization: false,
        json_schema: { type: 'string' },
        order: 2,
      },
    ],
  },
  hosts: [`*.localhost:${origin.port}`],
  ...(demo.oauth && {
    oauth: {
      ...demo.oauth,
      authorizationEndpoint: at('/auth'),
      tokenEndpoint: at('/token'),
      endpointSettings: ['subdomain'],
      keptCallbackFields: ['iss'],
    },
  }),
  check({ grant, settings, report }) {
    report.phase('signing_in')
    const isGranted = grant?.kept['subdomain'] === settings['subdomain'] && grant?.kept['iss'] !== undefined
    if (isGranted || settings['api_key'] === rightKey) return Promise.resolve()
    throw new ConnectorError('CredentialsRejected', grant ? {} : { field: 'api_key' })
  },
  async *discover() {
    yield* [
      stream('tickets'),
      stream('authors'),
      stream('audit'),
      { ...stream('payouts'), access: { reason: 'needs_scope' as const, scope: 'payouts:read' } },
      { ...stream('forecasts'), access: { reason: 'needs_plan' as const, plan: 'Enterprise' } },
    ]
  },
}

function stream(name: string): DiscoveredStream {
  return {
    tap_stream_id: name,
    stream: name,
    schema: { type: 'object', properties: { id: { type: 'integer' } } },
    metadata: [
      { breadcrumb: [], metadata: { 'table-key-properties': ['id'] } },
      { breadcrumb: ['properties', 'id'], metadata: { inclusion: 'automatic' } },
    ],
  }
}
