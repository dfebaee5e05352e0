import { defineRestConnector } from '../rest/define-rest-connector.ts'
import { advanced, count, inOrder, secret, setting, startDate } from '../setting-kinds.ts'
import { stripeLogo } from './stripe-logo.ts'
import { stripeStreams } from './stripe-streams.ts'

const reason = 'To read payments, customers, invoices and subscriptions.'

export const stripe = defineRestConnector({
  info: {
    type: 'platform.stripe',
    slug: 'stripe',
    name: 'Stripe',
    category: 'Payments',
    keywords: ['billing', 'subscriptions', 'invoices', 'charges', 'cards'],
    logo: stripeLogo,
    stage: 'alpha',
    verified: {
      how:
        'A Stripe of our own making, which the official client for Node takes for one; the real one was not asked, and no ' +
        'tap has run with the files',
      date: '2026-11-30',
      page: 'https://docs.stripe.com/connect/oauth-reference',
    },
    auth_methods: [
      { key: 'oauth', title: 'Sign in at Stripe', type: 'OAUTH2', properties: [] },
      { key: 'key', title: 'API key', type: 'API_KEY', properties: ['client_secret', 'account_id'] },
    ],
    description: 'Payments, customers, invoices and subscriptions of a Stripe account.',
    docs_url: 'https://docs.stripe.com/keys',
    stream_noun: 'object',
    steps: ['form', 'oauth', 'discover_schema', 'field_selection'],
    properties: inOrder([
      startDate,
      secret({
        name: 'client_secret',
        title: 'API key',
        description:
          'In Stripe under Developers → API keys. A restricted key that may read is enough, and best.',
        placeholder: 'rk_live_…',
        usual_form: { pattern: '^(?:rk|sk)_(?:live|test)_', example: 'rk_live_…' },
        help_url: 'https://dashboard.stripe.com/apikeys',
      }),
      setting({
        is_required: false,
        name: 'account_id',
        title: 'Account ID',
        description: 'In Stripe under Settings → Account details. Taps ask for it.',
        placeholder: 'acct_…',
        usual_form: { pattern: '^acct_', example: 'acct_…' },
      }),
      advanced({
        name: 'lookback_window',
        title: 'Lookback window',
        description: 'Days before the last record that are read again each time, 600 at most.',
        json_schema: { type: 'integer', minimum: 0, maximum: 600 },
      }),
      count({
        name: 'date_window_size',
        title: 'Window of a request',
        description: 'Days that are asked for at once.',
      }),
      count({ name: 'request_timeout', title: 'Timeout of a request', in_form: false }),
      advanced({
        ...{ name: 'whitelist_map', title: 'Fields of events', in_form: false },
        json_schema: { type: 'string', maxLength: 65_536, contentMediaType: 'application/json' },
      }),
    ]),
    authorization: {
      provider_name: 'Stripe',
      scopes: [{ scope: 'read_only', display_name: 'Read the account', reason, is_required: true }],
    },
    default_scheduling_interval: 30,
    default_start_date: '-1 year',
  },
  oauth: {
    issuer: null,
    sendsIssuer: false,
    authorizationEndpoint: 'https://connect.stripe.com/oauth/authorize',
    tokenEndpoint: 'https://connect.stripe.com/oauth/token',
    // Our secret is an API key of ours, of the same mode as the client's id: live or test. Stripe would rather have us read with
    // that key and name the account; then whoever runs a tap would hold a key to all accounts, so the account's own token is taken.
    clientAuthentication: 'post',
    scopes: ['read_only'],
    keptFields: { account_id: 'stripe_user_id' },
    // No traits: a grant lives until it is revoked, and whether a refresh token is spent is not said
    // (https://docs.stripe.com/connect/oauth-reference, November 2026).
    revocation: {
      endpoint: 'https://connect.stripe.com/oauth/deauthorize',
      ...{ token: { kept: 'account_id' }, parameter: 'stripe_user_id', clientAuthentication: 'secret' },
      // Otherwise the same code says that our id or our secret is wrong.
      endedCodes: ['This application is not connected to'],
    },
    quirks: { noPkce: true },
  },
  hosts: ['api.stripe.com', 'connect.stripe.com'],
  api: {
    origin: 'https://api.stripe.com',
    signIn: { key: { bearer: '{client_secret}' } },
    headers: { 'stripe-version': '2026-10-28.endive' },
    errors: {
      path: 'error.code',
      means: {
        // https://docs.stripe.com/error-codes: of an account that has disconnected us; and a key that browsers may have.
        account_invalid: { code: 'AuthorizationExpired' },
        secret_key_required: { code: 'CredentialsRejected', field: 'client_secret' },
        rate_limit: { code: 'VendorRateLimited' },
        lock_timeout: { code: 'VendorRateLimited' },
      },
    },
    items: 'data',
    // 25 requests in a second are allowed in a sandbox, and of each endpoint everywhere, and others of the account's share them
    // (https://docs.stripe.com/rate-limits).
    manners: { atOnce: 4, perSecond: 20 },
  },
  // A restricted key may lack the permission for it, and is a good key.
  check: { path: '/v1/account', proof: 'id', mayBeRefused: true },
  identify: { names: ['{business_profile.name} ({id})', '{email} ({id})', '{id}', '{account_id}'] },
  streams: stripeStreams,
  config: { accessToken: 'client_secret' },
})
