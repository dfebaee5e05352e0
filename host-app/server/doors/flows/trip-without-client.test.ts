import { afterEach, beforeEach, expect, it } from 'vitest'
import { refusal } from './callbacks.testing.ts'
import { openProviderWorld, type ProviderWorld } from '../../testing/provider-flow.testing.ts'

let world: ProviderWorld
beforeEach(async () => {
  world = await openProviderWorld({
    BOBBIN_OAUTH_TEST_TRIP_CLIENT_ID: '',
    BOBBIN_OAUTH_TEST_TRIP_CLIENT_SECRET: '',
  })
})
afterEach(() => world.close())

it('says that the app is not set up, and not that the provider has a problem', async () => {
  const flow = await world.begin()
  const { authorize_ticket: ticket } = (await flow.call('getState')).json<{ authorize_ticket: string }>()
  const reply = await flow.get(`/connect/${flow.id}/authorize?ticket=${ticket}`)
  expect([reply.statusCode, reply.headers['location']]).toEqual([303, `/connect/${flow.id}`])
  expect(await refusal(flow)).toMatchObject({ reason: 'misconfigured', provider_code: null })
  expect(world.provider.asked).toHaveLength(0)
})
