import { defineRestConnector } from '../rest/define-rest-connector.ts'
import type { FailureRule } from '../rest/failure-rules.ts'
import { advanced, count, inOrder, startDate, subdomain } from '../setting-kinds.ts'
import { shopifyLogo } from './shopify-logo.ts'
import { api, shopifyStreams } from './shopify-streams.ts'

const day = 86_400_000

const scopes = [
  [
    'read_orders',
    'Read orders',
    'For orders, their refunds and transactions, and abandoned checkouts.',
    true,
  ],
  ['read_products', 'Read products', 'For products and collections.', true],
  ['read_customers', 'Read customers', 'For customers.', true],
  ['read_draft_orders', 'Read draft orders', 'For draft orders.', false],
  ['read_inventory', 'Read inventory', 'For what is in stock.', false],
  ['read_locations', 'Read locations', 'For where it is in stock.', false],
  ['read_price_rules', 'Read price rules', 'For discounts.', false],
] as const
const scopeNames = scopes.map(([scope]) => scope)

export const shopify = defineRestConnector({
  info: {
    type: 'platform.shopify',
    slug: 'shopify',
    name: 'Shopify',
    category: 'E-commerce',
    keywords: ['shop', 'store', 'orders', 'products', 'customers', 'checkout'],
    logo: shopifyLogo,
    stage: 'alpha',
    verified: {
      how:
        'A Shopify of our own making: its signed callbacks, grants, pages and refusals are taken for right by the official ' +
        'package for Node; the real one was not asked, and no tap has run with the files',
      date: '2026-11-30',
      page: 'https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/authorization-code-grant',
    },
    auth_methods: [{ key: 'oauth', title: 'Sign in at Shopify', type: 'OAUTH2', properties: [] }],
    description: 'Orders, products, customers and inventory of a shop.',
    docs_url: 'https://shopify.dev/docs/api/admin-rest',
    stream_noun: 'object',
    steps: ['form', 'oauth', 'discover_schema', 'field_selection'],
    properties: inOrder([
      subdomain({
        of: 'myshopify.com',
        name: 'shop',
        title: 'Shop',
        description: 'What stands before .myshopify.com in the address of the shop.',
        affects_authorization: true,
        found_in: ['(?:https?://)?admin\\.shopify\\.com/store/([a-z0-9\\-]+)(?:[/?#].*)?'],
      }),
      startDate,
      count({
        name: 'date_window_size',
        title: 'Window of a request',
        description: 'Days that are asked for at once.',
      }),
      advanced({
        name: 'results_per_page',
        title: 'Records of a page',
        description: '250 at most.',
        json_schema: { type: 'integer', minimum: 1, maximum: 250 },
      }),
    ]),
    authorization: {
      provider_name: 'Shopify',
      scopes: scopes.map(([scope, display_name, reason, is_required]) => ({
        ...{ scope, display_name, reason, is_required },
      })),
    },
    default_scheduling_interval: 30,
    default_start_date: '-1 year',
  },
  oauth: {
    issuer: null,
    sendsIssuer: false,
    authorizationEndpoint: 'https://{shop}.myshopify.com/admin/oauth/authorize',
    tokenEndpoint: 'https://{shop}.myshopify.com/admin/oauth/access_token',
    endpointSettings: ['shop'],
    callbackSignature: { parameter: 'hmac', algorithm: 'sha256-hex' },
    callbackEchoes: { shop: '{shop}.myshopify.com' },
    clientAuthentication: 'post',
    scopes: scopeNames,
    scopeSeparator: ',',
    // Who may write may read, and then the answer names the wider one alone.
    impliedBy: Object.fromEntries(scopeNames.map((scope) => [scope, [scope.replace('read', 'write')]])),
    // Without it a token lives for ever, which Shopify takes of old apps alone.
    tokenParameters: { expiring: '1' },
    // A spent token is taken until the one after it is used, for 30 days at most; each lives for 90:
    // https://shopify.dev/changelog/more-resilient-refreshes-for-expiring-offline-access-tokens (28 August 2026).
    refreshTraits: {
      ...{ rotates: true, reuseGrace: 30 * day, idleDeath: 90 * day },
      inReply: { path: 'refresh_token_expires_in', means: 'idleDeath' },
    },
    revocation: {
      // It uninstalls the app: nothing of ours lives on in this shop.
      endpoint: 'https://{shop}.myshopify.com/admin/api_permissions/current.json',
      ...{ method: 'DELETE', token: 'access_token', tokenIn: { header: 'x-shopify-access-token' } },
    },
    // Its documents know of no PKCE.
    quirks: { noPkce: true, grantedScopeSeparator: ',' },
  },
  hosts: ['*.myshopify.com'],
  api: {
    origin: 'https://{shop}.myshopify.com',
    signIn: { oauth: { header: ['x-shopify-access-token', '{access_token}'] } },
    // https://shopify.dev/docs/api/usage/response-codes: of a shop that owes something, and of one that is locked.
    statuses: {
      402: { code: 'PermissionDenied' },
      404: { code: 'HostNotFound', field: 'shop' },
      423: { code: 'PermissionDenied' },
    },
    errors: {
      path: 'errors',
      means: Object.fromEntries(
        scopeNames.map((scope): [string, FailureRule] => [
          `[API] This action requires merchant approval for ${scope} scope.`,
          { code: 'PermissionDenied', access: { reason: 'needs_scope', scope } },
        ]),
      ),
    },
    // A bucket of 40, which loses two in a second.
    manners: { atOnce: 4, perSecond: 20 },
  },
  // It needs no scope.
  check: { path: `${api}/shop.json`, proof: 'shop.id' },
  identify: { names: ['{shop.name} ({shop.myshopify_domain})', '{shop.myshopify_domain}'] },
  streams: shopifyStreams,
  config: { accessToken: 'api_key' },
})
