import { createDemoCrm } from '../../host-app/connectors/demo-crm/connector.ts'
import { ConnectorError, type Connector } from '../../host-app/connectors/connector.ts'

const demo = createDemoCrm(process.env['BOBBIN_DEMO_CRM_URL'] ?? 'https://provider.localhost:8443')

/** How many organisations a firm has. */
const organisations: Readonly<Record<string, number>> = { 'Only one': 1, 'None yet': 0 }
const perPage = 25
const numbered = (index: number) => String(index + 1).padStart(3, '0')

/**
 * Bookkeeping, whose users choose one of their organisations once they have authorized: 130 of them, told 25 at a time, of
 * which some are closed. Its provider is the Demo CRM's.
 */
export const connector: Connector = {
  info: {
    ...demo.info,
    type: 'platform.ledger',
    slug: 'ledger',
    name: 'Ledger',
    description: 'Invoices and accounts of an organisation.',
    properties: [
      {
        name: 'firm',
        title: 'Firm',
        is_required: true,
        is_credential: false,
        property_type: 'user_provided',
        affects_authorization: false,
        json_schema: null,
        default: 'Many & More',
        order: 1,
      },
      {
        name: 'organisation',
        title: 'Organisation',
        description: 'Its books are read, and no other’s.',
        is_required: true,
        is_credential: false,
        property_type: 'user_provided',
        affects_authorization: false,
        json_schema: null,
        asked_in: 'oauth',
        vendor_options: { depends_on: ['firm'] },
        order: 2,
      },
    ],
  },
  ...(demo.oauth && { oauth: demo.oauth }),
  options({ grant, settings, signal }, { cursor }) {
    signal.throwIfAborted()
    if (grant === null) throw new ConnectorError('AuthorizationExpired')
    const { firm = '' } = settings
    if (firm === 'Out of order') throw new ConnectorError('VendorUnavailable')
    const count = organisations[firm] ?? 130
    const start = Number(cursor ?? 0)
    const end = Math.min(count, start + perPage)
    const options = Array.from({ length: end - start }, (_, offset) => {
      const index = start + offset
      return {
        value: `org-${numbered(index)}`,
        label: index === 77 ? 'Zebra Åkesson AB' : `Company ${numbered(index)}`,
        hint: index % 2 === 0 ? 'Sweden' : 'Norway',
        ...(index % 40 === 39 && { unavailable: 'Its books are closed.' }),
      }
    })
    return Promise.resolve({ options, nextCursor: end < count ? String(end) : null })
  },
  check({ settings }) {
    if (settings['organisation'] !== 'org-002') return Promise.resolve()
    const detail = 'This organisation has left.'
    throw new ConnectorError('PermissionDenied', { field: 'organisation', detail })
  },
  async *discover() {
    yield* [
      {
        tap_stream_id: 'invoices',
        stream: 'invoices',
        schema: { type: 'object', properties: { id: { type: 'integer' } } },
        metadata: [
          { breadcrumb: [], metadata: { 'table-key-properties': ['id'] } },
          { breadcrumb: ['properties', 'id'], metadata: { inclusion: 'automatic' as const } },
        ],
      },
    ]
  },
}
