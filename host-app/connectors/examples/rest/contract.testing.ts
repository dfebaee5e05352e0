import { createOutbound } from '../../../server/edges/outbound/outbound.ts'
import { restContractOf } from '../../rest/rest-connector.testing.ts'
import { connector } from './connector.ts'
import { startFakeService } from './fake-service.testing.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })
const settings = { api_key: 'right-and-secret', start_date: '2026-01-31' }

/** The fake, and the connector with the settings that a test gives it. */
async function open() {
  const fake = await startFakeService()
  fake.keys.set('right-and-secret', ['lists', 'tasks'])
  fake.keys.set('right-for-lists', ['lists'])
  const situation = (more: Partial<typeof settings> = {}) => ({
    ...{ settings: { ...settings, ...more }, grant: null },
    ...{ ...outbound, fetch: fake.inPlace(outbound.fetch) },
  })
  return { fake, situation, close: () => fake.close() }
}

export const contract = restContractOf(connector, open, (scene) => ({
  example: settings,
  junk: { api_key: [''], start_date: ['', 'yesterday'] },
  working: () => scene().situation(),
  fake: () => scene().fake,
  secrets: () => ['right-and-secret', 'right-for-lists', 'wrong-and-secret'],
  account: 'Anna (anna@acme.test)',
  config: () => ({ api_key: 'right-and-secret', start_date: '2026-01-31T00:00:00Z' }),
  closed: {
    situation: () => scene().situation({ api_key: 'right-for-lists' }),
    access: { tasks: { reason: 'not_permitted' }, task_comments: { reason: 'not_permitted' } },
  },
  failures: {
    'a wrong key': {
      ...{ code: 'CredentialsRejected', field: 'api_key' },
      situation: () => scene().situation({ api_key: 'wrong-and-secret' }),
    },
  },
}))
