import { ConnectorError, type Connector } from '../../connectors/connector.ts'

/** For tests: a source type that is authorized and nothing else. Its accounts are named as its tokens are; who asks for that of `broken` fails. */
export const connector: Connector = {
  info: {
    type: 'platform.test-trip',
    slug: 'test-trip',
    name: 'Test trip',
    category: 'Other',
    logo: null,
    stage: 'released',
    auth_methods: [{ key: 'oauth', title: 'OAuth', type: 'OAUTH2', properties: [] }],
    description: 'Made up.',
    steps: ['form', 'oauth'],
    properties: [],
    authorization: { provider_name: 'Test trip', scopes: [] },
    default_scheduling_interval: null,
    default_start_date: null,
  },
  oauth: {
    issuer: 'https://provider.test',
    sendsIssuer: false,
    authorizationEndpoint: 'https://provider.test/authorize',
    tokenEndpoint: 'https://provider.test/token',
    clientAuthentication: 'basic',
    scopes: [],
    keptFields: { hook: 'hook' },
  },
  /** What was put up at the vendor has the address that came with the grant. */
  async beforeDisconnect({ grant, fetch, signal }) {
    const hook = grant?.kept['hook']
    if (!grant || hook === undefined) return
    const headers = { authorization: `Bearer ${grant.accessToken}` }
    const response = await fetch(hook, { method: 'DELETE', headers, signal })
    if (!response.ok) throw new ConnectorError('VendorUnavailable')
  },
  async identify({ grant }) {
    if (grant?.accessToken === 'of broken') throw new ConnectorError('VendorUnavailable')
    return grant?.accessToken.startsWith('of ') ? grant.accessToken.slice(3) : null
  },
}
