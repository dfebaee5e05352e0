import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { requestToken } from '../../server/nouns/oauth/request-token.ts'
import { contextOf, runConnector } from '../connector-contract.testing.ts'
import { harvest } from './connector.ts'
import { type HarvestScene, openHarvest, token } from './contract.testing.ts'
import { client } from './fake-harvest.testing.ts'

let scene: HarvestScene
beforeAll(async () => {
  scene = await openHarvest()
})
afterAll(() => scene?.close())
beforeEach(() => {
  scene.fake.mood = 'well'
})

it('lets people choose of their accounts, before one is chosen', async () => {
  const question = { property: 'account_id', query: '', cursor: null }
  const page = await harvest.options?.(contextOf(harvest, scene.withGrant(token, {})), question)
  expect(page).toEqual({
    options: [
      { value: '1001', label: 'North Ltd', hint: '1001' },
      { value: '1002', label: 'South Ltd', hint: '1002' },
      {
        ...{ value: '2001', label: 'Plans of North', hint: '2001' },
        unavailable: 'It is of another product, not of Harvest.',
      },
    ],
    nextCursor: null,
  })
})

it('names who signed in, before an account is chosen, too', async () => {
  const name = await harvest.identify?.(contextOf(harvest, scene.withGrant(token, {})))
  expect(name).toBe('Anna Berg (anna@north.test)')
})

it('waits where Harvest asks it to', async () => {
  scene.fake.requestsLeft = 0
  const { error, lines } = await runConnector(harvest, scene.withGrant(token))
  expect([error, lines]).toEqual([null, ['The service asks to wait 0 s.']])
})

it('is granted access for two weeks, by a code that is good for once', async () => {
  const { oauth: provider } = harvest
  if (!provider) throw new Error('It has a provider.')
  const ask = () =>
    requestToken({
      ...{ provider, client, fetch: scene.fake.inPlace(fetch), now: () => Date.now(), timeout: 30_000 },
      ...{ endpoint: String(provider.tokenEndpoint), grantType: 'authorization_code' },
      parameters: { code: 'code-1', redirect_uri: 'https://bobbin.test/' },
    })
  scene.fake.codes.add('code-1')
  expect(await ask()).toMatchObject({ kind: 'granted', lifetime: 1_209_600_000 })
  expect(await ask()).toMatchObject({ kind: 'refused' })
})
