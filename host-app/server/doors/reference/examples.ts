/** A body to send and the reply to it. Each must parse by the schemas of its endpoint. */
interface Example {
  readonly body?: unknown
  readonly reply?: unknown
}

const account = {
  stitch_account_id: 1,
  company: 'Acme',
  app_name: 'Acme Analytics',
  app_logo: 'https://connect.example.com/app-logos/yR2lA0pDmc4m1B0kK5o5xq9b8J0m3cV7bWn6sQe1fTg.png',
  app_support: 'https://help.example.com',
  allowed_origins: ['https://app.example.com'],
}

const property = {
  title: 'Host',
  is_required: true,
  is_credential: false,
  property_type: 'user_provided',
  affects_authorization: false,
  json_schema: { type: 'string' },
  order: 1,
  provided: true,
  system_provided: false,
  tap_mutable: false,
}

const source = {
  id: 7,
  type: 'platform.hp-postgres',
  display_name: 'Production',
  name: 'production',
  properties: { host: 'db.example.com', port: '5432', user: 'reader', dbname: 'shop' },
  schedule: null,
  check_job_name: '1.7.check.0b7c9a',
  paused_at: null,
  system_paused_at: null,
  deleted_at: null,
  created_at: '2026-11-25T10:00:00.000Z',
  updated_at: '2026-11-25T10:00:00.000Z',
  stitch_client_id: 1,
  oauth_client_id: null,
  authorization_expires_at: null,
  report_card: {
    type: 'platform.hp-postgres',
    current_step: 2,
    current_step_type: 'discover_schema',
    steps: [
      { type: 'form', properties: [{ name: 'host', ...property }] },
      { type: 'discover_schema', properties: [] },
      { type: 'field_selection', properties: [] },
      { type: 'fully_configured', properties: [] },
    ],
  },
}

const runningCheck = {
  name: '1.7.check.0b7c9a',
  mode: 'check',
  status: 'running',
  phase: 'reading_schema',
  start_time: '2026-11-25T10:00:00.000Z',
  completion_time: null,
  error: false,
  check_exit_status: null,
  discovery_exit_status: null,
  tap_exit_status: null,
  target_exit_status: null,
  discovery_error_message: null,
  tap_error_message: null,
  target_error_message: null,
  failure: null,
  stream_count: 0,
  verdict: null,
  request_id: 'kq3Zt7PbLx9sVn2RfYw1Da',
}

const stream = {
  stream_id: 3,
  stream_name: 'orders',
  tap_stream_id: 'shop-public-orders',
  selected: true,
  metadata: { 'table-key-properties': ['id'], selected: true, 'replication-method': 'FULL_TABLE' },
}

const connector = {
  name: 'demo-crm',
  display_name: 'Demo CRM',
  logo_url: 'https://connect.example.com/connectors/demo-crm/logo.svg',
  stage: 'ga',
  platforms: ['web'],
  category: 'CRM',
  auth_type: 'OAUTH2',
  required_scopes: ['crm.read'],
  openint_default_scopes: ['crm.read'],
  openint_allowed_scopes: ['crm.read'],
  scopes: [
    {
      scope: 'crm.read',
      display_name: 'Read the CRM',
      description: 'To read contacts, companies and deals.',
    },
  ],
  has_openint_credentials: true,
}

/** By the endpoint's name. */
export const examples: Readonly<Record<string, Example>> = {
  createAccount: {
    body: {
      company: 'Acme',
      email: 'anna@acme.example',
      first_name: 'Anna',
      last_name: 'Ax',
      partner_id: 'your-partner-id',
      partner_secret: 'your-partner-secret',
    },
    reply: { access_token: 'bob_acc_…', stitch_account_id: 1 },
  },
  getAccount: { reply: account },
  updateAccount: {
    body: {
      allowed_origins: account.allowed_origins,
      app_name: account.app_name,
      app_support: account.app_support,
      app_logo:
        'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    },
    reply: account,
  },
  createEphemeralToken: {
    body: {
      functions: ['addSource'],
      types: ['platform.hp-postgres'],
      streams: { required: ['shop-public-orders'], hidden: ['shop-public-audit_log'] },
      properties: {
        host: { value: 'db.acme.example', locked: true },
        dbname: { value: 'orders' },
        connect_timeout: { value: '30', hidden: true },
      },
      expires_in: 600,
    },
    reply: { ephemeral_token: 'bob_eph_…' },
  },
  listConnectors: { reply: { items: [connector], total: 1, limit: 50, offset: 0, has_next_page: false } },
  getConnector: { reply: connector },
  createCustomerToken: {
    body: { validity_in_seconds: 3600, allowed_origins: account.allowed_origins },
    reply: { customer_id: 1, token: 'bob_cus_…', expires_at: '2026-11-25T11:00:00.000Z' },
  },
  createSessionEphemeral: { body: { type: 'hp-postgres' }, reply: { ephemeral_token: 'bob_eph_…' } },
  renewSessionToken: { reply: { access_token: 'bob_cus_…' } },
  createOneTimeToken: { reply: { ott: 'bob_ott_…' } },
  createConnection: { body: {} },
  getSession: { reply: { customer_id: 1, expires_at: '2026-11-25T11:00:00.000Z' } },
  listSources: { reply: [source] },
  createSource: {
    body: {
      type: source.type,
      display_name: source.display_name,
      properties: { ...source.properties, password: '…' },
    },
    reply: source,
  },
  getSource: { reply: source },
  updateSource: { body: { paused_at: null, properties: { port: '5432' } }, reply: source },
  startCheck: { reply: runningCheck },
  getLastCheck: {
    reply: {
      ...runningCheck,
      status: 'succeeded',
      completion_time: '2026-11-25T10:00:04.000Z',
      check_exit_status: 0,
      discovery_exit_status: 0,
      stream_count: 12,
    },
  },
  listStreams: { reply: [stream] },
  updateMetadata: {
    body: {
      streams: [
        {
          tap_stream_id: stream.tap_stream_id,
          metadata: [
            { breadcrumb: [], metadata: { selected: true, 'replication-method': 'FULL_TABLE' } },
            { breadcrumb: ['properties', 'note'], metadata: { selected: false } },
          ],
        },
      ],
    },
    reply: { status: 200 },
  },
  selectMatching: {
    body: {
      matching: [
        { q: '', selected: true },
        { q: 'archive', selected: false },
      ],
    },
    reply: { selected: 118 },
  },
  updateConfig: {
    body: { ...source.properties, password: '…', access_token: '…', refresh_token: '…', expires_in: 3600 },
    reply: { status: 200, stored: ['access_token', 'refresh_token'], ignored: [] },
  },
  followFlow: { reply: { events: [{ seq: 1, at: 1_795_600_800_000, type: 'claimed', data: {} }] } },
  getConfig: { reply: { ...source.properties, password: '…', start_date: '2025-11-25T00:00:00Z' } },
}
