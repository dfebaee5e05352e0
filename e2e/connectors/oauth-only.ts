import { createDemoCrm } from '../../host-app/connectors/demo-crm/connector.ts'
import type { Connector } from '../../host-app/connectors/connector.ts'

const demo = createDemoCrm(process.env['BOBBIN_DEMO_CRM_URL'] ?? '')

/**
 * The sequence that no connector of the product has: a form and an authorization, and nothing to check. Loaded
 * by the host app as an operator's own connector is (`BOBBIN_CONNECTORS`); its provider is the Demo CRM's.
 */
export const connector: Connector = {
  info: {
    ...demo.info,
    type: 'platform.oauth-only',
    slug: 'oauth-only',
    name: 'Sign-in only',
    description: 'Keeps an authorization; what to read with it is up to the customer.',
    steps: ['form', 'oauth'],
    properties: [
      {
        name: 'workspace',
        title: 'Workspace',
        is_required: true,
        is_credential: false,
        property_type: 'user_provided',
        affects_authorization: false,
        json_schema: null,
        order: 1,
      },
    ],
  },
  ...(demo.oauth && { oauth: demo.oauth }),
}
