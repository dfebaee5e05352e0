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
      {
        name: 'folder',
        title: 'Folder',
        is_required: false,
        is_credential: false,
        property_type: 'user_provided',
        affects_authorization: false,
        json_schema: null,
        vendor_options: { depends_on: ['region'] },
        order: 3,
      },
      {
        name: 'region',
        title: 'Region',
        is_required: true,
        is_credential: false,
        property_type: 'user_provided',
        affects_authorization: false,
        binds: ['key'],
        json_schema: { type: 'string', pattern: '^[a-z]+$' },
        default: 'eu',
        order: 4,
      },
      {
        name: 'key',
        title: 'Key',
        is_required: false,
        is_credential: true,
        property_type: 'user_provided',
        affects_authorization: false,
        json_schema: null,
        order: 5,
      },
    ],
  },
  options({ grant, settings }, { property, cursor }) {
    if (property === 'folder') {
      const { region, key } = settings
      const values = [`${region} by ${key ?? 'nobody'}`, `as ${grant?.accessToken ?? 'a stranger'}`]
      return Promise.resolve({ options: values.map((value) => ({ value, label: value })), nextCursor: null })
    }
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
