import { defineRestConnector } from '../rest/define-rest-connector.ts'
import { count, inOrder, setting, startDate } from '../setting-kinds.ts'

/** Where people sign in, and which accounts are theirs; the accounts themselves are at the API. */
const identity = 'https://id.getharvest.com'

export const harvest = defineRestConnector({
  info: {
    type: 'platform.harvest',
    slug: 'harvest',
    name: 'Harvest',
    category: 'Time tracking',
    keywords: ['timesheets', 'time entries', 'projects', 'expenses', 'invoices'],
    logo: null,
    stage: 'alpha',
    verified: {
      how:
        'A Harvest of our own making alone: its maker has no client for Node, and those of others ask no host but the real ' +
        'one, which was not asked; no tap has run with the files',
      date: '2026-11-30',
      page: 'https://help.getharvest.com/api-v2/authentication-api/authentication/authentication/',
    },
    // No personal access token: which account it is for would be another setting than the one that is chosen.
    auth_methods: [{ key: 'oauth', title: 'Sign in at Harvest', type: 'OAUTH2', properties: ['account_id'] }],
    description: 'Time entries, projects, expenses and invoices of a Harvest account.',
    docs_url: 'https://help.getharvest.com/api-v2/',
    steps: ['form', 'oauth'],
    properties: inOrder([
      startDate,
      setting({
        name: 'account_id',
        title: 'Account',
        json_schema: { type: 'string', pattern: '^[0-9]{1,18}$' },
        asked_in: 'oauth',
        vendor_options: {},
      }),
      count({ name: 'request_timeout', title: 'Timeout of a request', in_form: false }),
    ]),
    // Of what products, Harvest asks the person, as the client is registered.
    authorization: { provider_name: 'Harvest', scopes: [] },
    default_scheduling_interval: 30,
    default_start_date: '-1 year',
  },
  oauth: {
    issuer: null,
    sendsIssuer: false,
    authorizationEndpoint: `${identity}/oauth2/authorize`,
    tokenEndpoint: `${identity}/api/v2/oauth2/token`,
    clientAuthentication: 'post',
    scopes: [],
    // No traits: Harvest's page on authentication says how long access tokens live, and nothing of the tokens that renew them.
    // No revocation: Harvest documents none. People end a grant on their page of Harvest.
  },
  hosts: ['api.harvestapp.com', 'id.getharvest.com'],
  api: {
    origin: 'https://api.harvestapp.com',
    headers: { 'harvest-account-id': '{account_id}' },
    // 100 requests in 15 seconds are allowed, and a running tap shares them.
    manners: { perSecond: 5 },
  },
  check: { path: '/v2/users/me', proof: 'id' },
  identify: {
    origin: identity,
    path: '/api/v2/accounts',
    names: ['{user.first_name} {user.last_name} ({user.email})', '{user.email}'],
  },
  options: {
    account_id: {
      ...{ origin: identity, path: '/api/v2/accounts', items: 'accounts' },
      ...{ value: '{id}', label: '{name}', hint: '{id}' },
      unavailable: {
        path: 'product',
        unless: ['harvest'],
        reason: 'It is of another product, not of Harvest.',
      },
    },
  },
})
