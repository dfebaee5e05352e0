import { createDemoCrm } from '../../host-app/connectors/demo-crm/connector.ts'
import type { Connector } from '../../host-app/connectors/connector.ts'

const demo = createDemoCrm(process.env['BOBBIN_DEMO_CRM_URL'] ?? '')

/** A connector as the documents of xkit's catalog tell of one. Its provider is the Demo CRM's. */
export const connector: Connector = {
  info: {
    ...demo.info,
    type: 'platform.chatter',
    slug: 'chatter',
    name: 'Chatter',
    description: 'Connect to Chatter for great success',
    steps: ['form', 'oauth'],
    properties: [],
  },
  ...(demo.oauth && { oauth: demo.oauth }),
}
