import { defineRestConnector } from '../../rest/define-rest-connector.ts'
import { inOrder, setting, startDate, subdomain } from '../../setting-kinds.ts'

/** Of one customer's. */
const origin = 'https://{subdomain}.crm.example'

const scopes = [
  {
    ...{ scope: 'contacts.read', display_name: 'Read contacts', is_required: true },
    reason: 'To read contacts, and to check the connection.',
  },
  {
    ...{ scope: 'deals.read', display_name: 'Read deals', is_required: false },
    reason: 'To read deals.',
  },
]

/**
 * The example of a service with OAuth: a made-up CRM in which each customer has a subdomain, and each person several
 * workspaces. `bobbin connectors new --kind oauth` copies it.
 */
export const connector = defineRestConnector({
  info: {
    type: 'platform.example-oauth',
    slug: 'example-oauth',
    name: 'Example of OAuth',
    category: 'CRM',
    keywords: ['contacts', 'deals'],
    logo: null,
    stage: 'alpha',
    auth_methods: [{ key: 'oauth', title: 'Sign in', type: 'OAUTH2', properties: ['workspace_id'] }],
    description: 'Contacts and deals of a workspace.',
    docs_url: 'https://crm.example/docs',
    stream_noun: 'object',
    steps: ['form', 'oauth', 'discover_schema', 'field_selection'],
    properties: inOrder([
      subdomain({
        name: 'subdomain',
        title: 'Subdomain',
        description: 'What stands before .crm.example in your address.',
        of: 'crm.example',
        // A grant of one customer's is worth nothing at another's.
        affects_authorization: true,
      }),
      startDate,
      setting({
        name: 'workspace_id',
        title: 'Workspace',
        description: 'Its records are read, and no other’s.',
        // Which there are, nobody knows before the consent.
        asked_in: 'oauth',
        vendor_options: {},
        json_schema: { type: 'string', pattern: '^[0-9]{1,18}$' },
      }),
    ]),
    authorization: { provider_name: 'Example CRM', scopes },
    default_scheduling_interval: 30,
    default_start_date: '-1 year',
  },
  oauth: {
    issuer: null,
    sendsIssuer: false,
    authorizationEndpoint: `${origin}/oauth/authorize`,
    tokenEndpoint: `${origin}/oauth/token`,
    endpointSettings: ['subdomain'],
    clientAuthentication: 'post',
    scopes: scopes.map(({ scope }) => scope),
    revocation: { endpoint: `${origin}/oauth/revoke` },
  },
  // Whatever the settings say, our secret and the grant go to these alone.
  hosts: ['*.crm.example'],
  api: {
    origin,
    headers: { 'x-workspace': '{workspace_id}' },
    statuses: { 404: { code: 'HostNotFound', field: 'subdomain' } },
    items: 'items',
    manners: { perSecond: 10 },
  },
  check: { path: '/api/workspace', proof: 'id' },
  identify: { path: '/api/me', names: ['{name} ({email})', '{email}'] },
  options: {
    workspace_id: {
      ...{ path: '/api/workspaces', items: 'items', value: '{id}', label: '{name}', hint: '{id}' },
      unavailable: { path: 'state', unless: ['active'], reason: 'It was closed.' },
    },
  },
  streams: [
    {
      ...{ id: 'contacts', path: '/api/contacts?limit=1', key: ['id'], replication: 'updated_at' },
      ...{
        scope: 'contacts.read',
        fields: { integer: 'id', text: 'name email', time: 'created_at updated_at' },
      },
    },
    {
      ...{ id: 'deals', path: '/api/deals?limit=1', key: ['id'], replication: 'updated_at' },
      ...{ scope: 'deals.read', fields: { integer: 'id contact_id', number: 'amount', time: 'updated_at' } },
    },
  ],
})
