import { randomId } from '@bobbin/shared/random-id'
import { oauthClient } from '@bobbin/shared/oauth-client'
import { source } from '@bobbin/shared/source'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createTestFlow, page, type TestFlow } from '../../testing/flow.testing.ts'
import { openProviderWorld, type ProviderWorld, type } from '../../testing/provider-flow.testing.ts'
import { refusal } from './callbacks.testing.ts'

/* The app says with the token of a flow by which of its OAuth clients that authorizes. */

let world: ProviderWorld
beforeAll(async () => (world = await openProviderWorld()))
afterAll(() => world.close())
beforeEach(() => void world.provider.asked.splice(0))

let names = 0
const given = { type, client_secret: 'its secret', is_default: false }
const own = async (more: object = {}, of = world.account) =>
  (await of.call('POST', '/v4/oauth-clients', { ...given, client_id: 'spare', ...more })).as(oauthClient).id
const ofOperator = () =>
  world.test.services.database.write((tx) =>
    world.test.services.oauthClients.create(tx, null, { ...given, client_id: 'operator-spare' }),
  )
const mint = (scope: object) => world.account.call('POST', '/v3/sessions/ephemeral', scope)
const makeSource = async () =>
  (await world.account.call('POST', '/v4/sources', { type, display_name: `Trip ${(names += 1)}` })).as(source)
    .id

async function begin(scope: object, options: object = { function: 'addSource', type }): Promise<TestFlow> {
  const flow = createTestFlow(world.test.app, world.test.services)
  const { ephemeral_token: token } = (await mint(scope)).body as { ephemeral_token: string }
  await flow.openPage()
  await flow.claim(token, { ...options })
  await flow.call('reportProof', { origin: page })
  return flow
}

/** Where the person is sent. */
async function wayOut(flow: TestFlow) {
  const { authorize_ticket: ticket } = (await flow.call('getState')).json<{ authorize_ticket: string }>()
  const reply = await flow.get(`/connect/${flow.id}/authorize?ticket=${ticket}`)
  return String(reply.headers['location'])
}
const clientIn = (location: string) => new URL(location).searchParams.get('client_id')

it('is refused for a client that the account has not, or that is of another type than the flow', async () => {
  const stranger = await world.test.signUp(`${randomId()}@other.test`)
  const [theirs, ours] = [await own({}, stranger), await own()]
  for (const scope of [
    { oauth_client_id: 'oac_nope' },
    { oauth_client_id: theirs },
    { oauth_client_id: ours, types: ['platform.stripe'] },
  ]) {
    expect(await mint(scope)).toMatchObject({ status: 404, body: { error: 'NotFound' } })
  }
  expect((await mint({ oauth_client_id: ours, types: ['platform.stripe', type] })).status).toBe(200)
  expect((await mint({ oauth_client_id: '' })).status).toBe(400)

  const flow = createTestFlow(world.test.app, world.test.services)
  const { ephemeral_token: token } = (await mint({ oauth_client_id: ours })).body as {
    ephemeral_token: string
  }
  const claimed = await flow.claim(token, { function: 'addSource', type: 'platform.stripe' })
  expect([claimed.statusCode, claimed.json()]).toMatchObject([403, { data: { reason: 'out_of_scope' } }])
  // What the page says of it does not count.
  const bold = await flow.claim(token, { function: 'addSource', type, oauth_client_id: theirs })
  expect(bold.statusCode).toBe(400)
})

it.each([
  ['the account’s own', own, 'spare'],
  ['the operator’s', async () => (await ofOperator()).id, 'operator-spare'],
])(
  '%s: the person is sent to it, the code is exchanged by it, and the grant is its',
  async (_, make, name) => {
    const id = await make()
    const flow = await begin({ oauth_client_id: id, types: [type] })
    await flow.call('saveForm', { display_name: `Named ${(names += 1)}`, properties: {} })
    const location = await wayOut(flow)
    expect(clientIn(location)).toBe(name)
    const state = new URL(location).searchParams.get('state') ?? ''
    await world.callback(flow, { state, code: 'c' })
    const [asked] = world.provider.asked
    expect(Buffer.from(asked?.authorization?.slice(6) ?? '', 'base64').toString()).toMatch(`${name}:`)
    const told = (await flow.relay()).at(-1)
    if (told?.type !== 'completed') throw new Error('The flow is not complete.')
    const { id: made } = told.data
    const grant = await world.test.services.credentials.open(world.account.id, made, 'oauth')
    expect(grant?.oauthClientId).toBe(id)
    // The source itself was given none: the next flow of it goes by what its own token says.
    const next = await begin({}, { function: 'authorizeSource', id: made })
    expect(clientIn(await wayOut(next))).toBe('client-1')
  },
)

it('no other takes its place when it has gone', async () => {
  const id = await own()
  const flow = await begin({ oauth_client_id: id }, { function: 'authorizeSource', id: await makeSource() })
  await world.account.call('DELETE', `/v4/oauth-clients/${id}?force=true`)
  expect(await wayOut(flow)).toBe(`/connect/${flow.id}`)
  expect(await refusal(flow)).toMatchObject({ reason: 'misconfigured' })
  expect(world.provider.asked).toEqual([])
})

it('counts for what is offered: a spare client is one, and one that has gone before the claim is none', async () => {
  const stripe = { type: 'platform.stripe', client_id: 'spare' }
  const methods = async (flow: TestFlow) => {
    const { connector } = (await flow.call('getState')).json<{
      connector: { properties: { name: string }[] }
    }>()
    return connector.properties.some(({ name }) => name === 'auth_method')
  }
  const id = await own(stripe)
  const add = { function: 'addSource', type: 'platform.stripe' }
  expect(await methods(await begin({}, add))).toBe(false)
  expect(await methods(await begin({ oauth_client_id: id }, add))).toBe(true)

  const gone = await own()
  const { ephemeral_token: token } = (await mint({ oauth_client_id: gone })).body as {
    ephemeral_token: string
  }
  await world.account.call('DELETE', `/v4/oauth-clients/${gone}`)
  const claimed = await createTestFlow(world.test.app, world.test.services).claim(token, {
    function: 'addSource',
    type,
  })
  expect([claimed.statusCode, claimed.json()]).toMatchObject([409, { data: { reason: 'misconfigured' } }])
})
