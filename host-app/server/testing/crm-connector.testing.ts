import type { PropertyInfo } from '@bobbin/shared/connector-info'
import type { Connector } from '../../connectors/connector.ts'

const property = (name: string, order: number, rest: Partial<PropertyInfo> = {}): PropertyInfo => ({
  name,
  title: name,
  is_required: false,
  is_credential: false,
  property_type: 'user_provided',
  affects_authorization: false,
  json_schema: { type: 'string' },
  order,
  ...rest,
})

/** A source type with OAuth for the tests of this folder. Its tap renews tokens by itself; no form, no check. */
export const connector: Connector = {
  info: {
    type: 'platform.test-crm',
    slug: 'test-crm',
    name: 'Test CRM',
    category: 'Other',
    logo: null,
    stage: 'released',
    auth_methods: [{ key: 'oauth', title: 'OAuth', type: 'OAUTH2', properties: [] }],
    description: 'Made up.',
    steps: ['form', 'oauth'],
    properties: [
      property('subdomain', 1),
      property('page_size', 2),
      property('session', 3, { is_credential: true, property_type: 'read_only', tap_mutable: true }),
      property('quota', 4, {
        tap_mutable: true,
        json_schema: { type: 'string', pattern: String.raw`^\d+$` },
      }),
      property('refresh_token', 5, {
        is_credential: true,
        property_type: 'system_provided_by_default',
        tap_mutable: true,
      }),
    ],
    authorization: { provider_name: 'Test CRM', scopes: [] },
    default_scheduling_interval: null,
    default_start_date: '-30 days',
  },
  oauth: {
    issuer: null,
    sendsIssuer: false,
    authorizationEndpoint: 'http://127.0.0.1:1/authorize',
    tokenEndpoint: 'http://127.0.0.1:1/token',
    clientAuthentication: 'basic',
    scopes: [],
  },
}
