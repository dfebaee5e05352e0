import { defineRestConnector } from '../rest/define-rest-connector.ts'
import { count, inOrder, setting, startDate } from '../setting-kinds.ts'
import { slackLogo } from './slack-logo.ts'
import { slackStreams } from './slack-streams.ts'

/** What the person's own grant is asked for; the rest goes to the app. */
const ofPerson = ['groups:read', 'groups:history']

const scopes = [
  ['channels:read', 'Public channels', 'To list public channels and who is in them.', true],
  [
    'channels:history',
    'Messages of public channels',
    'To read messages of channels that the app is in.',
    true,
  ],
  ['users:read', 'People', 'To tell who wrote a message.', true],
  ['usergroups:read', 'User groups', 'To list user groups.', false],
  ['files:read', 'Files', 'To list files, not what is in them.', false],
  ['groups:read', 'Your private channels', 'To list the private channels that you are in.', false],
  [
    'groups:history',
    'Messages of your private channels',
    'To read messages of private channels that you are in.',
    false,
  ],
] as const

export const slack = defineRestConnector({
  info: {
    type: 'platform.slack',
    slug: 'slack',
    name: 'Slack',
    category: 'Messaging',
    keywords: ['channels', 'messages', 'threads', 'chat'],
    logo: slackLogo,
    stage: 'alpha',
    verified: {
      how:
        'A Slack of our own making, which the official client for Node takes for one; the real one was not asked, and no ' +
        'tap has run with the files',
      date: '2026-11-30',
      page: 'https://docs.slack.dev/authentication/installing-with-oauth',
    },
    auth_methods: [{ key: 'oauth', title: 'Sign in at Slack', type: 'OAUTH2', properties: ['channels'] }],
    description: 'Channels, messages, people and files of a Slack workspace.',
    docs_url: 'https://docs.slack.dev/apis/web-api/',
    stream_noun: 'object',
    steps: ['form', 'oauth', 'discover_schema', 'field_selection'],
    properties: inOrder([
      startDate,
      setting({
        name: 'channels',
        title: 'Channel',
        description: 'Messages of this one alone. Without it, of all channels that the app is in.',
        is_required: false,
        json_schema: { type: 'string', pattern: '^[CG][A-Z0-9]{2,30}$' },
        asked_in: 'oauth',
        vendor_options: {},
      }),
      count({
        name: 'date_window_size',
        title: 'Window of a request',
        description: 'Days that are asked for at once.',
      }),
      count({
        name: 'lookback_window',
        title: 'Lookback window',
        description: 'Days that are read again for late replies.',
      }),
    ]),
    authorization: {
      provider_name: 'Slack',
      scopes: scopes.map(([scope, name, reason, isRequired]) => ({
        scope,
        display_name: name,
        reason,
        is_required: isRequired,
      })),
    },
    default_scheduling_interval: 60,
    default_start_date: '-1 year',
  },
  oauth: {
    issuer: null,
    sendsIssuer: false,
    authorizationEndpoint: 'https://slack.com/oauth/v2/authorize',
    tokenEndpoint: 'https://slack.com/api/oauth.v2.access',
    clientAuthentication: 'basic',
    scopes: scopes.map(([scope]) => scope),
    scopesApart: { parameter: 'user_scope', scopes: ofPerson },
    scopeSeparator: ',',
    // Tokens that rotate, as an app may be set to, come with refresh tokens and lifetimes of their own.
    // "The refresh token is then revoked, and a new refresh token is used": nothing is said of one that nobody uses
    // (https://docs.slack.dev/authentication/using-token-rotation, November 2026).
    refreshTraits: { rotates: true },
    otherGrants: [{ role: 'user', path: ['authed_user'], fatal: false }],
    keptFields: { team_id: 'team.id', enterprise_id: 'enterprise.id', user_id: 'authed_user.id' },
    // All who connect a workspace have the app's one grant there, so it is left where another source uses it.
    revocation: { endpoint: 'https://slack.com/api/auth.revoke', token: 'access_token', tokenIn: 'bearer' },
    quirks: {
      // To an app with PKCE Slack is as to one without a secret: https://docs.slack.dev/changelog/2026/03/30/pkce
      noPkce: true,
      okFlag: true,
      grantedScopeSeparator: ',',
      endedGrantCodes: ['invalid_refresh_token', 'token_revoked', 'account_inactive'],
      rejectedClientCodes: ['bad_client_secret', 'invalid_client_id'],
    },
  },
  hosts: ['slack.com'],
  api: {
    origin: 'https://slack.com',
    errors: {
      // https://docs.slack.dev/reference/methods/usergroups.list/ and the other methods' pages (2026-08-20)
      path: 'error',
      means: {
        ...means(['invalid_auth', 'not_authed', 'token_revoked', 'token_expired', 'account_inactive'], {
          code: 'AuthorizationExpired',
        }),
        missing_scope: { code: 'PermissionDenied', access: { reason: 'needs_scope', scope: '{needed}' } },
        ...means(
          [
            'no_permission',
            'not_allowed_token_type',
            'ekm_access_denied',
            'access_denied',
            'accesslimited',
            'team_access_not_granted',
            'enterprise_is_restricted',
            'two_factor_setup_required',
          ],
          { code: 'PermissionDenied' },
        ),
        // A workspace for nothing has no user groups.
        plan_upgrade_required: { code: 'PermissionDenied', access: { reason: 'needs_plan' } },
        ratelimited: { code: 'VendorRateLimited' },
      },
    },
    // Most lists are of the second tier: 20 requests in a minute and more, with bursts.
    manners: { atOnce: 2, perSecond: 2 },
  },
  check: { path: '/api/auth.test', proof: 'team_id' },
  identify: { names: ['{team} ({team_id})', '{team_id}'] },
  streams: slackStreams,
  options: {
    channels: {
      path: '/api/conversations.list?types=public_channel&exclude_archived=true&limit=200',
      items: 'channels',
      next: { at: 'response_metadata.next_cursor', parameter: 'cursor' },
      ...{ value: '{id}', label: '#{name}', hint: '{id}' },
    },
  },
  config: { accessToken: 'token', lists: ['channels'] },
})

function means<Rule>(words: readonly string[], rule: Rule): Record<string, Rule> {
  return Object.fromEntries(words.map((word) => [word, rule]))
}
