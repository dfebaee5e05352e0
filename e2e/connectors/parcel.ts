import { ConnectorError, type Connector } from '../../host-app/connectors/connector.ts'

/** A carrier with an API key, of which nothing is discovered: its key is checked all the same. */
export const connector: Connector = {
  info: {
    type: 'platform.parcel',
    slug: 'parcel',
    name: 'Parcel',
    category: 'Other',
    logo: null,
    stage: 'alpha',
    auth_methods: [{ key: 'api_key', title: 'API key', type: 'API_KEY', properties: ['api_key'] }],
    description: 'Shipments, and where they are.',
    steps: ['form'],
    properties: [
      {
        name: 'api_key',
        title: 'API key',
        is_required: true,
        is_credential: true,
        property_type: 'user_provided',
        affects_authorization: false,
        json_schema: { type: 'string' },
        order: 1,
      },
    ],
    authorization: null,
    default_scheduling_interval: null,
    default_start_date: null,
  },
  check({ settings, report }) {
    report.phase('connecting')
    const { api_key: key } = settings
    if (key === 'key-of-a-bad-day') throw new ConnectorError('VendorUnavailable')
    report.phase('signing_in')
    if (key !== 'parcel-key-of-the-e2e-tests') {
      throw new ConnectorError('CredentialsRejected', { field: 'api_key' })
    }
    return Promise.resolve()
  },
}
