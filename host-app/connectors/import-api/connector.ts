import type { Connector } from '../connector.ts'

/** Data that the customer sends by itself. Nothing to ask, nothing to discover: configured once it has a name. */
export const importApi: Connector = {
  info: {
    type: 'import_api',
    slug: 'import-api',
    name: 'Import API',
    category: 'Push',
    keywords: ['webhook', 'json', 'custom'],
    logo: null,
    stage: 'alpha',
    verified: {
      how: 'Nothing to reach: its import tokens are calls of this host',
      date: '2026-11-29',
      page: null,
    },
    auth_methods: [{ key: 'none', title: 'No sign-in', type: 'CUSTOM', properties: [] }],
    description: 'Send your own data instead of having it read.',
    is_push: true,
    steps: ['form'],
    properties: [],
    authorization: null,
    default_scheduling_interval: null,
    default_start_date: null,
  },
}
