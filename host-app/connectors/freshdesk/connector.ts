import { defineRestConnector } from '../rest/define-rest-connector.ts'
import { inOrder, secret, startDate, subdomain } from '../setting-kinds.ts'

export const freshdesk = defineRestConnector({
  info: {
    type: 'platform.freshdesk',
    slug: 'freshdesk',
    name: 'Freshdesk',
    category: 'Support',
    keywords: ['freshworks', 'help desk', 'tickets', 'customer service'],
    logo: null,
    stage: 'alpha',
    verified: {
      how:
        'A Freshdesk of our own making, which a client of others (freshdesk-api) takes for one, as its maker has none; the ' +
        'real one was not asked, and no tap has run with the files',
      date: '2026-11-30',
      page: 'https://developers.freshdesk.com/api/',
    },
    auth_methods: [{ key: 'key', title: 'API key', type: 'API_KEY', properties: ['api_key'] }],
    description: 'Tickets, contacts, companies and agents of a help desk.',
    docs_url: 'https://developers.freshdesk.com/api/#authentication',
    steps: ['form'],
    properties: inOrder([
      subdomain({
        of: 'freshdesk.com',
        name: 'domain',
        title: 'Domain',
        description: 'What stands before .freshdesk.com in the address of the help desk.',
        binds: ['api_key'],
      }),
      secret({
        name: 'api_key',
        title: 'API key',
        description: 'In Freshdesk under Profile settings. An administrator’s sees all that there is.',
      }),
      startDate,
    ]),
    authorization: null,
    default_scheduling_interval: 30,
    default_start_date: '-1 year',
  },
  hosts: ['*.freshdesk.com'],
  api: {
    origin: 'https://{domain}.freshdesk.com',
    // It looks at no password.
    signIn: { key: { basic: ['{api_key}', 'X'] } },
    statuses: { 404: { code: 'HostNotFound', field: 'domain' } },
    errors: {
      path: 'code',
      means: { require_feature: { code: 'PermissionDenied', access: { reason: 'needs_plan' } } },
    },
  },
  check: { path: '/api/v2/agents/me', proof: 'contact.email' },
  identify: {
    names: ['{contact.name} ({domain}.freshdesk.com)', '{contact.email} ({domain}.freshdesk.com)'],
  },
})
