import { afterAll, beforeAll, expect, it } from 'vitest'
import { runConnector } from '../connector-contract.testing.ts'
import { freshdesk } from './connector.ts'
import { type FreshdeskScene, openFreshdesk } from './contract.testing.ts'

let scene: FreshdeskScene
beforeAll(async () => {
  scene = await openFreshdesk()
})
afterAll(() => scene?.close())

it('tells a key that was taken back', async () => {
  const { agents } = scene.fake
  agents.set('key-of-one-who-left', { isAdministrator: true, isPaid: true })
  const given = scene.situation({ api_key: 'key-of-one-who-left' })
  expect((await runConnector(freshdesk, given)).error).toBeNull()
  agents.delete('key-of-one-who-left')
  expect((await runConnector(freshdesk, given)).error).toMatchObject({
    ...{ code: 'CredentialsRejected', field: 'api_key' },
  })
})

it('waits where it is asked to', async () => {
  scene.fake.requestsLeft = 0
  const { error, lines } = await runConnector(freshdesk, scene.situation())
  expect([error, lines]).toEqual([null, ['The service asks to wait 0 s.']])
})
