import type { FlowState } from '@bobbin/shared/flow'
import type { TokenProperties } from '@bobbin/shared/session'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { choiceType as type, openChoiceWorld } from '../../testing/choice-world.testing.ts'
import type { TestFlow } from '../../testing/flow.testing.ts'
import type { ProviderWorld } from '../../testing/provider-flow.testing.ts'

/* A flow whose token gives settings goes on with a source that is connected with the account already. */

let world: ProviderWorld
beforeEach(async () => {
  world = await openChoiceWorld()
})
afterEach(() => world.close())

const stateOf = async (flow: TestFlow) => (await flow.call('getState')).json<FlowState>()
const settingsOf = (id: number) => world.test.services.sources.settings(world.account.id, id)
const repair = (flow: TestFlow, id: number) => flow.call('repairSource', { source_id: id })

/** To the provider and back, as Anna. */
async function authorize(flow: TestFlow): Promise<void> {
  world.provider.answer = () => ({ body: { access_token: 'of Anna', refresh_token: 'rt-1' } })
  const query = { state: await world.leave(flow), code: 'c' }
  await world.callback(flow, query, '/oauth/callback/test-choice')
}

/** Anna's source with these settings, of a flow that has ended. */
async function connected(properties: Record<string, string>): Promise<number> {
  const flow = await world.begin({ function: 'addSource', type })
  const saved = await flow.call('saveForm', { display_name: 'Books', properties })
  await authorize(flow)
  expect((await flow.call('saveChoices', { properties: { tenant: 'north' } })).statusCode).toBe(200)
  return saved.json<FlowState>().source!.id
}

/** A flow that adds Anna's account once more, at the question about it. */
async function asked(given: TokenProperties): Promise<TestFlow> {
  const flow = await world.begin({ function: 'addSource', type }, { properties: given })
  expect((await flow.call('saveForm', { display_name: 'Once more', properties: {} })).statusCode).toBe(200)
  await authorize(flow)
  return flow
}

const mayRepair = async (flow: TestFlow) =>
  (await stateOf(flow)).same_account?.sources.map(({ id, may_repair: may }) => [id, may])

it('gives it what is locked and hidden, and nothing of that is asked for', async () => {
  const id = await connected({ page_size: '3', folder: 'mine' })
  const flow = await asked({
    page_size: { value: '7', locked: true },
    folder: { value: 'theirs' },
    tenant: { value: 'west', hidden: true },
  })
  expect(await mayRepair(flow)).toEqual([[id, true]])
  const repaired = await repair(flow, id)
  expect(repaired.json()).toMatchObject({
    status: 'completed',
    outcome: { result: { id, display_name: 'Books' } },
  })
  // What is prefilled is for who fills in a form.
  expect(await settingsOf(id)).toMatchObject({ page_size: '7', folder: 'mine', tenant: 'west' })
})

it('gives it a secret for the place that the app names, and the page hears nothing of it', async () => {
  const id = await connected({ region: 'us' })
  const key = 'key-of-the-app'
  const given = { key: { value: key, hidden: true }, region: { value: 'us', locked: true } }
  const flow = await asked(given)
  const told = [(await flow.call('getState')).body, (await repair(flow, id)).body]
  expect(await settingsOf(id)).toMatchObject({ key, region: 'us' })
  told.push((await flow.call('getState')).body, JSON.stringify(await flow.relay()))
  for (const text of told) expect(text).not.toContain(key)
})

it.each<[string, Record<string, string>, TokenProperties]>([
  ['its place is the person’s', { region: 'evil' }, { key: { value: 'key-of-the-app', hidden: true } }],
  [
    'a secret that was entered for another place would go to the app’s',
    { region: 'us', key: 'key-of-us' },
    { region: { value: 'eu', locked: true } },
  ],
])('leaves it as it is where %s', async (_, properties, given) => {
  const id = await connected(properties)
  const before = await settingsOf(id)
  const flow = await asked(given)
  expect(await mayRepair(flow)).toEqual([[id, false]])
  const refused = await repair(flow, id)
  expect([refused.statusCode, refused.json()]).toMatchObject([403, { data: { reason: 'out_of_scope' } }])
  expect(await settingsOf(id)).toEqual(before)
  // The others of its answers stand.
  expect((await flow.call('addAccount')).json()).toMatchObject({ step: 'oauth', same_account: null })
})

it('says of each source by itself whether it may have them', async () => {
  const [one, other] = [await connected({ region: 'us', key: 'key-of-us' }), await connected2()]
  const flow = await asked({ region: { value: 'eu', locked: true } })
  expect(await mayRepair(flow)).toEqual([
    [one, false],
    [other, true],
  ])
})

/** The second source of an account: the question about it is answered. */
async function connected2(): Promise<number> {
  const flow = await asked({})
  await flow.call('addAccount')
  await flow.call('saveChoices', { properties: { tenant: 'north' } })
  return (await stateOf(flow)).source!.id
}
