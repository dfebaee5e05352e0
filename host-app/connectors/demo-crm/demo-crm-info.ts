import type { ConnectorInfo } from '@bobbin/shared/connector-info'

export const demoCrmInfo: ConnectorInfo = {
  type: 'platform.demo-crm',
  slug: 'demo-crm',
  name: 'Demo CRM',
  category: 'CRM',
  keywords: ['demo', 'contacts', 'companies', 'deals'],
  logo: null,
  stage: 'released',
  verified: {
    how: 'A real OAuth server and its API, which come with Bobbin',
    date: '2026-11-29',
    page: null,
  },
  auth_methods: [{ key: 'oauth', title: 'OAuth', type: 'OAUTH2', properties: [] }],
  description: 'A made-up CRM that comes with Bobbin, to see how connecting works.',
  stream_noun: 'object',
  steps: ['form', 'oauth', 'discover_schema', 'field_selection'],
  properties: [
    {
      name: 'start_date',
      title: 'Start date',
      description: 'Records from before this day are left out.',
      is_required: true,
      is_credential: false,
      property_type: 'user_provided',
      affects_authorization: false,
      json_schema: { type: 'string', format: 'date' },
      default: '2026-01-01',
      order: 1,
    },
    {
      name: 'region',
      title: 'Region',
      description: 'Where the account lives.',
      is_required: true,
      is_credential: false,
      property_type: 'user_provided',
      // An account of one region knows nothing of the other.
      affects_authorization: true,
      json_schema: {
        type: 'string',
        oneOf: [
          { const: 'eu', title: 'Europe' },
          { const: 'us', title: 'United States' },
        ],
      },
      control: 'select',
      default: 'eu',
      order: 2,
    },
  ],
  authorization: {
    provider_name: 'Demo CRM',
    scopes: [
      {
        scope: 'crm.read',
        display_name: 'Read the CRM',
        reason: 'To read contacts, companies and deals.',
        is_required: true,
      },
      {
        scope: 'account.read',
        display_name: 'Read the account',
        reason: 'To show which account is connected.',
        is_required: true,
      },
    ],
  },
  default_scheduling_interval: 30,
  default_start_date: '-1 year',
}
