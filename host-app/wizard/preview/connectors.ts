import type { FlowConnector, PropertyInfo } from '@bobbin/shared/connector-info'

function property(
  order: number,
  name: string,
  title: string,
  rest: Partial<PropertyInfo> = {},
): PropertyInfo {
  return {
    name,
    title,
    order,
    is_required: true,
    is_credential: false,
    property_type: 'user_provided',
    affects_authorization: false,
    json_schema: { type: 'string' },
    ...rest,
  }
}

/** A database, with every kind of control. */
export const database: FlowConnector = {
  type: 'platform.orchard',
  slug: 'orchard',
  name: 'OrchardDB',
  category: 'Database',
  logo: null,
  stage: 'released',
  description: 'Reads tables and views of an OrchardDB server.',
  docs_url: 'https://docs.example.com/orchard',
  stream_noun: 'table',
  steps: ['form', 'discover_schema', 'field_selection'],
  properties: [
    property(1, 'host', 'Host', {
      binds: ['password'],
      placeholder: 'db.example.com',
      description: 'The name or address that your server has on the internet.',
      json_schema: { type: 'string', format: 'hostname', maxLength: 253 },
    }),
    property(2, 'port', 'Port', {
      binds: ['password'],
      control: 'number',
      default: '5432',
      json_schema: { type: 'string', pattern: '^\\d{1,5}$' },
    }),
    property(3, 'dbname', 'Database', { vendor_options: { depends_on: ['host', 'user'] } }),
    property(4, 'user', 'User name', { group: 'Sign-in' }),
    property(5, 'password', 'Password', { is_credential: true, group: 'Sign-in', control: 'secret' }),
    property(6, 'ssl', 'Encrypt the connection (TLS)', {
      control: 'switch',
      default: 'true',
      is_required: false,
    }),
    property(7, 'ssl_ca', 'Certificate of the server', {
      control: 'multiline',
      is_required: false,
      description: 'PEM. Only for a server with a certificate of its own making.',
      show_when: { property: 'ssl', in: ['true'] },
    }),
    property(8, 'replication', 'Replication', {
      property_type: 'user_provided_advanced',
      is_required: false,
      default: 'standard',
      json_schema: {
        oneOf: [
          { const: 'standard', title: 'Standard' },
          { const: 'log', title: 'From the log' },
        ],
      },
    }),
    property(9, 'slot', 'Replication slot', {
      property_type: 'user_provided_advanced',
      show_when: { property: 'replication', in: ['log'] },
    }),
  ],
  authorization: null,
  default_scheduling_interval: null,
  default_start_date: null,
}

/** A service at an address of each customer's, with keys of a usual form. */
export const helpdesk: FlowConnector = {
  ...database,
  type: 'platform.lantern',
  slug: 'lantern',
  name: 'Lantern Desk',
  category: 'Support',
  description: 'Reads tickets and people of a help desk.',
  properties: [
    property(1, 'subdomain', 'Subdomain', {
      description: 'What stands before .lantern.example in the address of the help desk.',
      placeholder: 'acme',
      affix: { before: 'https://', after: '.lantern.example' },
      found_in: ['(?:https?://)?([a-z0-9\\-]+)\\.lantern\\.example(?:[:/?#].*)?'],
      json_schema: { type: 'string', pattern: '^[a-z0-9\\-]+$' },
    }),
    property(2, 'api_key', 'API key', {
      is_credential: true,
      binds: [],
      description: 'A key that may read.',
      help_url: 'https://docs.example.com/lantern/keys',
      usual_form: { pattern: '^lk_', example: 'lk_…' },
    }),
    property(3, 'region', 'Region', {
      control: 'select',
      default: 'eu',
      json_schema: {
        oneOf: [
          { const: 'eu', title: 'Europe' },
          { const: 'old', title: 'Of before 2020' },
        ],
      },
      value_warnings: { old: 'Lantern ends this region in 2027.' },
    }),
    property(4, 'start_date', 'Start date', {
      json_schema: { type: 'string', format: 'date' },
      suggested: '2025-11-30',
    }),
  ],
}

/** A service that is authorized at its provider. */
export const service: FlowConnector = {
  type: 'platform.meadow',
  slug: 'meadow',
  name: 'Meadow CRM',
  category: 'CRM',
  logo:
    'data:image/svg+xml,' +
    encodeURIComponent(
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M3 20c0-9 6-15 18-16-1 12-7 18-16 16z" fill="#2f8f5b"/></svg>',
    ),
  stage: 'released',
  description: 'Reads contacts, companies and deals.',
  stream_noun: 'object',
  steps: ['form', 'oauth', 'discover_schema', 'field_selection'],
  properties: [
    property(1, 'start_date', 'Start date', {
      json_schema: { type: 'string', format: 'date' },
      description: 'Older records are left out.',
    }),
  ],
  authorization: {
    provider_name: 'Meadow',
    scopes: [
      { scope: 'contacts.read', reason: 'Read contacts and companies', is_required: true },
      { scope: 'deals.read', reason: 'Read deals and their history', is_required: true },
      { scope: 'mail.read', reason: 'Read e-mails linked to deals', is_required: false },
    ],
  },
  default_scheduling_interval: null,
  default_start_date: null,
}
