import type { Connector } from '../connector.ts'

/** Data that the customer sends by itself. Nothing to ask, nothing to discover: configured once it has a name. */
export const importApi: Connector = {
  info: {
    type: 'import_api',
    slug: 'import-api',
    name: 'Import API',
    category: 'Push',
    logo: null,
    stage: 'alpha',
    description: 'Send your own data instead of having it read.',
    is_push: true,
    steps: ['form'],
    properties: [],
    authorization: null,
    default_scheduling_interval: null,
    default_start_date: null,
  },
}
