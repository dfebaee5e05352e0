import type { ConnectorInfo } from '@bobbin/shared/connector-info'
import { advanced, inOrder, setting, startDate } from '../setting-kinds.ts'
import { salesforceLogo } from './salesforce-logo.ts'

export const scopes = [
  {
    ...{ scope: 'api', display_name: 'Read through the API', is_required: true },
    reason: 'To read what you may see of your organization’s records.',
  },
  {
    ...{ scope: 'refresh_token', display_name: 'Stay connected', is_required: true },
    reason: 'To read while nobody is signed in.',
  },
  {
    ...{ scope: 'id', display_name: 'Know who signs in', is_required: false },
    reason: 'To show which organization and user are connected.',
  },
] as const

const flag = { json_schema: { type: 'string', pattern: '^(true|false)$' }, control: 'switch' } as const
const share = { json_schema: { type: 'integer', minimum: 1, maximum: 100 } }

export const salesforceInfo: ConnectorInfo = {
  type: 'platform.salesforce',
  slug: 'salesforce',
  name: 'Salesforce',
  category: 'CRM',
  keywords: ['sales cloud', 'service cloud', 'sfdc', 'accounts', 'opportunities', 'leads'],
  logo: salesforceLogo,
  stage: 'alpha',
  verified: {
    how:
      'A Salesforce of our own making, which a client of others for Node (jsforce) takes for one; the real one was not ' +
      'asked, and no tap has run with the files',
    date: '2026-11-30',
    page: 'https://developer.salesforce.com/docs/platform/api-rest/guide/resources-composite-composite-post.html',
  },
  auth_methods: [{ key: 'oauth', title: 'Sign in at Salesforce', type: 'OAUTH2', properties: [] }],
  description: 'All objects of an organization that the person who signs in may query, custom ones included.',
  docs_url:
    'https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_web_server_flow.htm&type=5',
  stream_noun: 'object',
  steps: ['form', 'oauth', 'discover_schema', 'field_selection'],
  properties: inOrder([
    setting({
      ...{ name: 'my_domain', title: 'My Domain', is_required: false, placeholder: 'acme' },
      affix: { before: 'https://', after: '.my.salesforce.com' },
      found_in: ['my\\.salesforce', 'lightning\\.force', 'my\\.salesforce-setup'].map(
        (suffix) => `(?:https?://)?([a-z0-9\\-]+(?:\\.[a-z0-9]+)?)\\.${suffix}\\.com(?:[:/?#].*)?`,
      ),
      description:
        'What stands before .my.salesforce.com in the address of your organization. Needed where it lets people sign in ' +
        'there alone.',
      affects_authorization: true,
      // One label of a host, and the kind of organization where that has a label of its own.
      json_schema: {
        ...{ type: 'string', maxLength: 100 },
        pattern: '^[A-Za-z0-9](?:[A-Za-z0-9\\-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9]+)?$',
      },
    }),
    setting({
      ...{ name: 'is_sandbox', title: 'Sandbox', is_required: false, default: 'false', ...flag },
      description:
        'Whether people sign in at test.salesforce.com. Where a My Domain is given, that counts instead.',
      property_type: 'user_provided_immutable',
      affects_authorization: true,
    }),
    startDate,
    setting({
      ...{ name: 'api_type', title: 'API', default: 'REST', control: 'select' },
      description: 'By which records are read.',
      property_type: 'user_provided_immutable',
      json_schema: {
        type: 'string',
        oneOf: [
          { const: 'REST', title: 'REST, for what is new soon' },
          { const: 'BULK', title: 'Bulk, for many records with few requests' },
        ],
      },
    }),
    advanced({
      ...{ name: 'quota_percent_total', title: 'Share of all requests', ...share },
      description:
        'Percent. A run ends once so much of the requests that your organization has in 24 hours is used.',
    }),
    advanced({
      ...{ name: 'quota_percent_per_run', title: 'Share of a run', ...share },
      description: 'Percent. A run ends once it has used so much of the requests in 24 hours.',
    }),
    advanced({
      ...{ name: 'select_fields_by_default', title: 'Select new objects whole', default: 'true', ...flag },
      description: 'Whether all fields of an object are selected, as long as nobody has chosen among them.',
    }),
  ]),
  authorization: { provider_name: 'Salesforce', scopes: [...scopes] },
  default_scheduling_interval: 30,
  default_start_date: '-1 year',
}
