import { fileURLToPath } from 'node:url'
import { createOutbound } from '../../../server/edges/outbound/outbound.ts'
import { contractOf } from '../../connector-contract.testing.ts'
import { loadConnector } from '../../load-connector.ts'

const connector = await loadConnector(fileURLToPath(new URL('connector.json', import.meta.url)))
const outbound = createOutbound({ allowPrivateNetworks: true })
const settings = { api_key: 'right-and-secret', start_date: '2026-01-31', page_size: '50' }

const at = (more: Partial<typeof settings> = {}) => ({
  ...{ settings: { ...settings, ...more }, grant: null },
  ...outbound,
})
/** It has nothing to start: the tap is a process of its own in each test. */
const open = async () => ({ close: async () => {} })

export const contract = contractOf(connector, open, () => ({
  example: settings,
  junk: { api_key: [''], start_date: ['yesterday'], page_size: ['0', '101', 'ten'] },
  working: () => at(),
  silent: () => ({ situation: at({ api_key: 'silent' }), isAsked: (lines) => lines.length > 0 }),
  secrets: () => ['right-and-secret', 'wrong-and-secret'],
  config: () => ({ apiKey: 'right-and-secret', start_date: '2026-01-31', pageSize: 50 }),
  failures: {
    'a wrong key': {
      ...{ code: 'CredentialsRejected', field: null },
      situation: () => at({ api_key: 'wrong-and-secret' }),
    },
  },
}))
