import { defineRestConnector } from '../rest/define-rest-connector.ts'
import { advanced, count, inOrder, secret, setting, startDate, subdomain } from '../setting-kinds.ts'
import { zendeskLogo } from './zendesk-logo.ts'
import { zendeskStreams } from './zendesk-streams.ts'

/**
 * In seconds, just below the most that it allows. Unasked, a token of a client of 2026 lives for half an hour, and of an older one
 * for ever.
 * https://support.zendesk.com/hc/en-us/articles/10212201463962 (2026-02-02)
 */
const lifetimes = { expires_in: 172_799, refresh_token_expires_in: 7_775_999 }

const scope = 'read'

export const zendesk = defineRestConnector({
  info: {
    type: 'platform.zendesk',
    slug: 'zendesk',
    name: 'Zendesk',
    category: 'Support',
    keywords: ['zendesk support', 'help desk', 'tickets', 'customer service'],
    logo: zendeskLogo,
    stage: 'alpha',
    verified: {
      how:
        'A Zendesk of our own making, which a client of others that Zendesk names (node-zendesk) takes for one; the real ' +
        'one was not asked, and no tap has run with the files',
      date: '2026-11-30',
      page: 'https://developer.zendesk.com/api-reference/ticketing/oauth/grant_type_tokens/',
    },
    auth_methods: [
      { key: 'oauth', title: 'Sign in at Zendesk', type: 'OAUTH2', properties: [] },
      { key: 'api_token', title: 'API token', type: 'API_KEY', properties: ['email', 'api_token'] },
    ],
    description: 'Tickets, users and organizations of a help desk.',
    docs_url: 'https://developer.zendesk.com/api-reference/introduction/security-and-auth/',
    stream_noun: 'object',
    steps: ['form', 'oauth', 'discover_schema', 'field_selection'],
    properties: inOrder([
      subdomain({
        of: 'zendesk.com',
        name: 'subdomain',
        title: 'Subdomain',
        description: 'What stands before .zendesk.com in the address of the help desk.',
        binds: ['api_token'],
        affects_authorization: true,
      }),
      setting({ name: 'email', title: 'Email', description: 'Of the administrator whose token it is.' }),
      secret({
        name: 'api_token',
        title: 'API token',
        // https://developer.zendesk.com/documentation/api-basics/authentication/oauth-migration/
        description:
          'One that you have: Zendesk makes no new ones, and ends all on 30 April 2027. Sign in at Zendesk instead, if you can.',
      }),
      startDate,
      advanced({
        name: 'search_window_size',
        title: 'Window of a request',
        description: 'Seconds that are asked for at once, where records are searched for. 2 at least.',
        json_schema: { type: 'integer', minimum: 2, maximum: 2_592_000 },
      }),
      count({ name: 'request_timeout', title: 'Timeout of a request', in_form: false }),
    ]),
    authorization: {
      provider_name: 'Zendesk',
      scopes: [
        {
          ...{ scope, display_name: 'Read the help desk', is_required: true },
          reason: 'To read tickets, users and organizations.',
        },
      ],
    },
    default_scheduling_interval: 30,
    default_start_date: '-1 year',
  },
  oauth: {
    issuer: null,
    sendsIssuer: false,
    authorizationEndpoint: 'https://{subdomain}.zendesk.com/oauth/authorizations/new',
    tokenEndpoint: 'https://{subdomain}.zendesk.com/oauth/tokens',
    endpointSettings: ['subdomain'],
    clientAuthentication: 'post',
    tokenRequestFormat: 'json',
    scopes: [scope],
    tokenParameters: { ...lifetimes, scope },
    refreshParameters: lifetimes,
    // "A successful request will also return a refresh token and delete the previous access and refresh tokens", each with the
    // lifetime that is asked for: https://support.zendesk.com/hc/en-us/articles/9182123625370 (November 2026).
    refreshTraits: { rotates: true, inReply: { path: 'refresh_token_expires_in', means: 'idleDeath' } },
    // A renewal ends the token before, which a running tap may have: it is given one that lasts.
    refreshMargin: 3 * 60 * 60 * 1_000,
    // No revocation: a token can end itself (DELETE /api/v2/oauth/tokens/current.json), but not with the scope `read`.
  },
  hosts: ['*.zendesk.com'],
  api: {
    origin: 'https://{subdomain}.zendesk.com',
    signIn: { api_token: { basic: ['{email}/token', '{api_token}'] } },
    // Of an address at which there is no help desk.
    statuses: { 404: { code: 'HostNotFound', field: 'subdomain' } },
  },
  // Who is not known is told of an anonymous user, who has no id.
  check: { path: '/api/v2/users/me', proof: 'user.id', forStrangers: 'user.name' },
  identify: {
    names: ['{user.email} ({subdomain}.zendesk.com)', '{user.name} ({subdomain}.zendesk.com)'],
  },
  streams: zendeskStreams,
})
