import { ConnectorError, type Connector } from '../../connectors/connector.ts'
import { connector as trip } from './trip-connector.testing.ts'

const slug = 'test-choice'

/** Tenants in two pages; tokens of nobody are refused. */
const pages: Readonly<Record<string, readonly string[]>> = { first: ['north', 'south'], second: ['west'] }

/** For tests: a source type whose people choose one of their tenants once they have authorized. */
export const connector: Connector = {
  ...trip,
  info: {
    ...trip.info,
    type: `platform.${slug}`,
    slug,
    name: 'Test choice',
    properties: [
      {
        name: 'tenant',
        title: 'Tenant',
        is_required: true,
        is_credential: false,
        property_type: 'user_provided',
        affects_authorization: false,
        json_schema: null,
        asked_in: 'oauth',
        vendor_options: { depends_on: ['page_size'] },
        order: 1,
      },
      {
        name: 'page_size',
        title: 'Page size',
        is_required: false,
        is_credential: false,
        property_type: 'user_provided',
        affects_authorization: false,
        json_schema: null,
        order: 2,
      },
    ],
  },
  options({ grant, settings }, { cursor }) {
    const token = grant?.accessToken ?? ''
    if (token.startsWith('stale')) throw new ConnectorError('AuthorizationExpired')
    const { page_size: size } = settings
    if (size === 'circle') return Promise.resolve({ options: [], nextCursor: 'again' })
    if (size === 'odd')
      return Promise.resolve({ options: [{ value: '', label: 'Nothing' }], nextCursor: null })
    if (size === 'broken') throw new TypeError(`It has ${token} in it.`)
    if (size === 'refused') {
      throw new ConnectorError('PermissionDenied', { field: 'page_size', detail: `not with ${token}` })
    }
    const page = cursor ?? 'first'
    return Promise.resolve({
      options: (pages[page] ?? []).map((name) => ({
        value: name,
        label: `Tenant ${name}`,
        ...(name === 'south' && { unavailable: 'It is closed.' }),
      })),
      nextCursor: page === 'first' ? 'second' : null,
    })
  },
}
