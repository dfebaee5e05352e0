import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import type { Situation } from '../connector-contract.testing.ts'
import { restContractOf } from '../rest/rest-connector.testing.ts'
import { freshdesk } from './connector.ts'
import { startFakeFreshdesk } from './fake-freshdesk.testing.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })
const key = 'key-of-an-agent'
const settings = { domain: 'acme', api_key: key, start_date: '2026-01-31' }

export type FreshdeskScene = Awaited<ReturnType<typeof openFreshdesk>>

/** A help desk with an agent. */
export async function openFreshdesk() {
  const fake = await startFakeFreshdesk()
  fake.agents.set(key, { isAdministrator: false, isPaid: false })
  const situation = (more: Partial<typeof settings> = {}): Situation => ({
    ...{ settings: { ...settings, ...more }, grant: null },
    ...{ ...outbound, fetch: fake.inPlace(outbound.fetch) },
  })
  return { fake, situation, close: () => fake.close() }
}

export const contract = restContractOf(freshdesk, openFreshdesk, (scene) => ({
  example: settings,
  junk: { domain: ['', 'acme.freshdesk.com', 'a/b', 'evil.test#', '-'], start_date: ['yesterday'] },
  working: () => scene().situation(),
  fake: () => scene().fake,
  account: 'Anna (acme.freshdesk.com)',
  config: () => ({ ...settings, start_date: '2026-01-31T00:00:00Z' }),
  secrets: () => [key, Buffer.from(`${key}:X`).toString('base64')],
  failures: {
    'a made-up key': {
      ...{ code: 'CredentialsRejected', field: 'api_key' },
      situation: () => scene().situation({ api_key: 'made-up' }),
    },
    'a help desk that there is not': {
      ...{ code: 'HostNotFound', field: 'domain' },
      situation: () => scene().situation({ domain: 'nobody' }),
    },
    'a domain that leads elsewhere': {
      ...{ code: 'SettingUnusable', field: 'domain' },
      situation: () => scene().situation({ domain: 'evil.test/' }),
    },
  },
}))
