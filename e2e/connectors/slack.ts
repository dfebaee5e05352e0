import { createDemoCrm } from '../../host-app/connectors/demo-crm/connector.ts'
import type { Connector } from '../../host-app/connectors/connector.ts'

const demo = createDemoCrm(process.env['BOBBIN_DEMO_CRM_URL'] ?? '')

/** The connector of which the documents of xkit's catalog tell, by that name. Its provider is the Demo CRM's. */
export const connector: Connector = {
  info: {
    ...demo.info,
    type: 'platform.slack',
    slug: 'slack',
    name: 'Slack',
    description: 'Connect to slack for great success',
    steps: ['form', 'oauth'],
    properties: [],
  },
  ...(demo.oauth && { oauth: demo.oauth }),
}
