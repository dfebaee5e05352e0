import { defineRestConnector } from '../rest/define-rest-connector.ts'
import { advanced, inOrder, setting, startDate } from '../setting-kinds.ts'
import { xeroScopes, xeroStreams } from './xero-streams.ts'

const minute = 60_000
const day = 24 * 60 * minute

const asked = {
  [xeroScopes.invoices]: ['Invoices', 'To read invoices, credit notes, quotes and purchase orders.'],
  [xeroScopes.payments]: ['Payments', 'To read payments, prepayments and overpayments.'],
  [xeroScopes.bankTransactions]: ['Bank transactions', 'To read bank transactions and transfers.'],
  [xeroScopes.manualJournals]: ['Manual journals', 'To read manual journals.'],
  [xeroScopes.contacts]: ['Contacts', 'To read customers and suppliers.'],
  [xeroScopes.settings]: [
    'Organisation settings',
    'To read accounts, items, tax rates, currencies and tracking categories, and to check the connection.',
  ],
  offline_access: ['Stay connected', 'To read while nobody is signed in.'],
} as const

export const xero = defineRestConnector({
  info: {
    type: 'platform.xero',
    slug: 'xero',
    name: 'Xero',
    category: 'Accounting',
    keywords: ['bookkeeping', 'invoices', 'bills', 'ledger'],
    logo: null,
    stage: 'alpha',
    verified: {
      how:
        'A Xero of our own making, which the official client for Node (xero-node) takes for one, its addresses led to the fake ' +
        'by axios and its OpenID client given our endpoints; the real one was not asked, and no tap has run with the files',
      date: '2026-11-30',
      page: 'https://developer.xero.com/faq/granular-scopes',
    },
    auth_methods: [{ key: 'oauth', title: 'Sign in at Xero', type: 'OAUTH2', properties: [] }],
    description: 'Invoices, contacts, payments, bank transactions and accounts of an organisation.',
    docs_url: 'https://developer.xero.com/documentation/guides/oauth2/auth-flow/',
    stream_noun: 'object',
    steps: ['form', 'oauth', 'discover_schema', 'field_selection'],
    properties: inOrder([
      startDate,
      advanced({
        name: 'include_archived_contacts',
        title: 'Archived contacts',
        description: 'Whether contacts that were archived are read, too.',
        json_schema: { type: 'string', pattern: '^(true|false)$' },
        control: 'switch',
      }),
      setting({
        name: 'tenant_id',
        title: 'Organisation',
        description: 'Its books are read, and no other’s.',
        asked_in: 'oauth',
        vendor_options: {},
        // It stands in a header of each request.
        json_schema: { type: 'string', maxLength: 64, pattern: '^[A-Za-z0-9\\-]+$' },
      }),
    ]),
    authorization: {
      provider_name: 'Xero',
      scopes: Object.entries(asked).map(([scope, [name, reason]]) => ({
        ...{ scope, display_name: name, reason, is_required: true },
      })),
    },
    default_scheduling_interval: 30,
    default_start_date: '-1 year',
  },
  oauth: {
    issuer: 'https://identity.xero.com',
    sendsIssuer: false,
    authorizationEndpoint: 'https://login.xero.com/identity/connect/authorize',
    tokenEndpoint: 'https://identity.xero.com/connect/token',
    clientAuthentication: 'basic',
    scopes: Object.keys(asked),
    // https://developer.xero.com/faq/oauth2 (November 2026).
    refreshTraits: { rotates: true, reuseGrace: 30 * minute, idleDeath: 60 * day },
    // It takes all connections of this person to the app with it.
    revocation: { endpoint: 'https://identity.xero.com/connect/revocation' },
  },
  hosts: ['login.xero.com', 'identity.xero.com', 'api.xero.com'],
  api: {
    origin: 'https://api.xero.com',
    headers: { 'xero-tenant-id': '{tenant_id}' },
    // A tenant that has left, was closed, or was never connected to by this token.
    statuses: { 403: { code: 'PermissionDenied', field: 'tenant_id' } },
    // A scope that is missing is told by a 401, and only this word tells it from a token that is not good.
    errors: { path: 'Detail', means: { AuthorizationUnsuccessful: { code: 'PermissionDenied' } } },
    // Of the five that may wait at the same time, one is left to others of the app's.
    manners: { atOnce: 4 },
  },
  check: { path: '/api.xro/2.0/Organisation', proof: 'Organisations.0.OrganisationID' },
  identify: { names: ['{Organisations.0.Name}', '{tenant_id}'] },
  streams: xeroStreams,
  // All that this person has connected to the app, earlier consents included: the token reaches them as well.
  options: {
    tenant_id: {
      path: '/connections',
      value: '{tenantId}',
      label: '{tenantName}',
      unavailable: {
        path: 'tenantType',
        unless: ['ORGANISATION'],
        reason: 'It is a practice, and has no books of its own.',
      },
    },
  },
})
