import { createDemoCrm } from '../../host-app/connectors/demo-crm/connector.ts'
import type { Connector } from '../../host-app/connectors/connector.ts'

// A connector process has no environment, and does not dial it either.
const demo = createDemoCrm(process.env['BOBBIN_DEMO_CRM_URL'] ?? 'https://provider.localhost:8443')
const optional = 'account.read'

/** A CRM whose people may leave out what is optional: then one of its objects cannot be read. Its provider is the Demo CRM's. */
export const connector: Connector = {
  info: {
    ...demo.info,
    type: 'platform.partial',
    slug: 'partial',
    name: 'Partial',
    description: 'Deals, and who made them where that is allowed.',
    properties: [],
    authorization: demo.info.authorization && {
      ...demo.info.authorization,
      scopes: demo.info.authorization.scopes.map((one) => ({ ...one, is_required: one.scope !== optional })),
    },
  },
  ...(demo.oauth && { oauth: demo.oauth }),
  async *discover({ grant }) {
    for (const name of ['deals', 'people']) {
      const isMissing = name === 'people' && !grant?.scopes.includes(optional)
      yield {
        tap_stream_id: name,
        stream: name,
        schema: { type: 'object', properties: { id: { type: 'integer' } } },
        metadata: [
          { breadcrumb: [], metadata: { 'table-key-properties': ['id'] } },
          { breadcrumb: ['properties', 'id'], metadata: { inclusion: 'automatic' as const } },
        ],
        ...(isMissing && { access: { reason: 'needs_scope' as const, scope: optional } }),
      }
    }
  },
}
