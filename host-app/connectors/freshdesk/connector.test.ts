import { afterAll, beforeAll, expect, it } from 'vitest'
import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import { runConnector, type Situation } from '../connector-contract.testing.ts'
import { describeRestConnector } from '../rest/rest-connector.testing.ts'
import { freshdesk } from './connector.ts'
import { type FakeFreshdesk, startFakeFreshdesk } from './fake-freshdesk.testing.ts'

const outbound = createOutbound({ allowPrivateNetworks: true })
const key = 'key-of-an-agent'
const settings = { domain: 'acme', api_key: key, start_date: '2026-01-31' }

let fake: FakeFreshdesk
beforeAll(async () => {
  fake = await startFakeFreshdesk()
  fake.agents.set(key, { isAdministrator: false, isPaid: false })
})
afterAll(() => fake?.close())

function situation(more: Partial<typeof settings> = {}): Situation {
  return { settings: { ...settings, ...more }, grant: null, ...outbound, fetch: fake.inPlace(outbound.fetch) }
}

describeRestConnector(freshdesk, {
  example: settings,
  junk: { domain: ['', 'acme.freshdesk.com', 'a/b', 'evil.test#', '-'], start_date: ['yesterday'] },
  working: () => situation(),
  fake: () => fake,
  secrets: () => [key, Buffer.from(`${key}:X`).toString('base64')],
  failures: {
    'a made-up key': {
      ...{ code: 'CredentialsRejected', field: 'api_key' },
      situation: () => situation({ api_key: 'made-up' }),
    },
    'a help desk that there is not': {
      ...{ code: 'HostNotFound', field: 'domain' },
      situation: () => situation({ domain: 'nobody' }),
    },
    'a domain that leads elsewhere': {
      ...{ code: 'SettingUnusable', field: 'domain' },
      situation: () => situation({ domain: 'evil.test/' }),
    },
  },
})

it('tells a key that was taken back', async () => {
  fake.mood = 'well'
  fake.agents.set('key-of-one-who-left', { isAdministrator: true, isPaid: true })
  const given = situation({ api_key: 'key-of-one-who-left' })
  expect((await runConnector(freshdesk, given)).error).toBeNull()
  fake.agents.delete('key-of-one-who-left')
  expect((await runConnector(freshdesk, given)).error).toMatchObject({
    ...{ code: 'CredentialsRejected', field: 'api_key' },
  })
})

it('waits where it is asked to, and names who signed in and where', async () => {
  fake.requestsLeft = 0
  const { error, lines } = await runConnector(freshdesk, situation())
  expect([error, lines]).toEqual([null, ['The service asks to wait 0 s.']])
  const report = { phase: () => {}, log: () => {} }
  const context = { ...situation(), signal: AbortSignal.timeout(30_000), report }
  expect(await freshdesk.identify?.(context)).toBe('Anna (acme.freshdesk.com)')
})

it('makes the config of a tap', () => {
  const config = { ...settings, start_date: '2026-01-31T00:00:00Z' }
  expect(freshdesk.config?.({ settings, grant: null })).toEqual(config)
})
