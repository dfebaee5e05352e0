import { oauthClient } from '@bobbin/shared/oauth-client'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { refusal } from './callbacks.testing.ts'
import { openProviderWorld, type, type ProviderWorld } from '../../testing/provider-flow.testing.ts'

let world: ProviderWorld
beforeEach(async () => {
  world = await openProviderWorld({
    BOBBIN_OAUTH_TEST_TRIP_CLIENT_ID: '',
    BOBBIN_OAUTH_TEST_TRIP_CLIENT_SECRET: '',
  })
})
afterEach(() => world.close())

it('whose client has gone meanwhile is told that the app is not set up, and not that the provider has a problem', async () => {
  const made = { type, client_id: 'ours', client_secret: 'a client secret' }
  const { id } = (await world.account.call('POST', '/v4/oauth-clients', made)).as(oauthClient)
  const flow = await world.begin()
  await world.account.call('DELETE', `/v4/oauth-clients/${id}?force=true`)
  const { authorize_ticket: ticket } = (await flow.call('getState')).json<{ authorize_ticket: string }>()
  const reply = await flow.get(`/connect/${flow.id}/authorize?ticket=${ticket}`)
  expect([reply.statusCode, reply.headers['location']]).toEqual([303, `/connect/${flow.id}`])
  expect(await refusal(flow)).toMatchObject({ reason: 'misconfigured', provider_code: null })
  expect(world.provider.asked).toHaveLength(0)
})
