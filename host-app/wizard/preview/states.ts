import type { FlowState } from '@bobbin/shared/flow'
import { running, succeeded } from './checks.ts'
import { database, service } from './connectors.ts'

export const flowId = 'AAAAAAAAAAAAAAAAAAAAAA'

export const base: FlowState = {
  status: 'open',
  flow_id: flowId,
  function: 'addSource',
  app: { name: 'Acme Analytics', logo: null, support: 'mailto:help@acme.example' },
  company: 'Smith & Sons',
  origin: 'https://app.acme.example',
  allowed_origins: ['https://app.acme.example'],
  consent: 'proven',
  connector: database,
  steps: database.steps,
  step: 'form',
  source: null,
  made: [],
  check: null,
  refusal: null,
  other_account: null,
  same_account: null,
  choices: [],
  authorize_ticket: null,
  selected_count: 0,
  outcome: null,
  reachable: ['form'],
  is_acknowledged: false,
  timings: { proof: 300, done: 600_000, call: 5_000 },
}

/** An app with a logo. */
export const acme: FlowState['app'] = {
  name: 'Acme Analytics',
  support: null,
  logo:
    'data:image/svg+xml,' +
    encodeURIComponent(
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="6" fill="#b5403a"/><path d="M6 18 12 6l6 12h-3.4L12 12.4 9.4 18z" fill="#fff"/></svg>',
    ),
}

/** As long as names may be, or longer. */
export const longNames = {
  app: {
    ...acme,
    name: 'Amalgamated Analytics and Reporting for Small and Medium-Sized Enterprises, Ltd. '
      .repeat(3)
      .slice(0, 180),
  },
  company: 'TheHonourableCompanyOfSmithsTailorsWeaversAndCandlestickMakersOfEly'.repeat(3).slice(0, 180),
}

export const source: NonNullable<FlowState['source']> = {
  id: 7,
  display_name: 'Orders database',
  properties: { host: 'db.acme.example', port: '5432', dbname: 'orders', user: 'anna', ssl: 'true' },
  kept_secrets: ['password'],
  external_account: null,
  reconnect_by: null,
}

const made = [{ id: 7, display_name: 'Orders database' }]

export const oauthState: FlowState = {
  ...base,
  made: [{ id: 7, display_name: 'Meadow CRM' }],
  connector: service,
  steps: service.steps,
  step: 'oauth',
  source: {
    ...source,
    display_name: 'Meadow CRM',
    properties: { start_date: '2024-01-01' },
    kept_secrets: [],
  },
  authorize_ticket: 'ticket',
  reachable: ['form', 'oauth'],
}

export const connectedState: FlowState = {
  ...oauthState,
  function: 'authorizeSource',
  made: [],
  reachable: ['oauth'],
  source: oauthState.source && { ...oauthState.source, external_account: 'Anna, Meadow Ltd' },
}

export const checkState: FlowState = {
  ...base,
  step: 'discover_schema',
  reachable: ['form', 'discover_schema'],
  source,
  made,
  check: running,
}
export const streamsState: FlowState = {
  ...base,
  step: 'field_selection',
  reachable: database.steps,
  source,
  made,
  check: succeeded,
}
