import type { FlowState } from '@bobbin/shared/flow'
import type { TokenProperties } from '@bobbin/shared/session'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { choiceType as type, openChoiceWorld } from '../../testing/choice-world.testing.ts'
import type { TestFlow } from '../../testing/flow.testing.ts'
import type { ProviderWorld } from '../../testing/provider-flow.testing.ts'

/* Settings whose values the vendor lists, where the app gives one: in the form, and of the authorized account. */

let world: ProviderWorld
beforeEach(async () => {
  world = await openChoiceWorld()
})
afterEach(() => world.close())

const stateOf = async (flow: TestFlow) => (await flow.call('getState')).json<FlowState>()
const settingsOf = async (flow: TestFlow) =>
  world.test.services.sources.settings(world.account.id, (await stateOf(flow)).source!.id)
const begin = (properties: TokenProperties) => world.begin({ function: 'addSource', type }, { properties })
const save = (flow: TestFlow, properties: Record<string, string> = {}) =>
  flow.call('saveForm', { display_name: 'Books', properties })
const tryFolders = (flow: TestFlow, properties: Record<string, string> = {}) =>
  flow.call('tryOptions', { property: 'folder', properties })
const findTenants = (flow: TestFlow) => flow.call('findOptions', { property: 'tenant' })
const choose = (flow: TestFlow, properties: Record<string, string>) =>
  flow.call('saveChoices', { properties })
const labels = (reply: { json<T>(): T }) =>
  reply.json<{ data: { label: string }[] }>().data.map(({ label }) => label)

async function authorize(flow: TestFlow): Promise<FlowState> {
  world.provider.answer = () => ({ body: { access_token: 'of Anna', refresh_token: 'rt-1' } })
  const query = { state: await world.leave(flow), code: 'c' }
  await world.callback(flow, query, '/oauth/callback/test-choice')
  return stateOf(flow)
}

describe('a choice of the form', () => {
  it('that is prefilled may be changed, and is listed by what the app gives beside it', async () => {
    const given = { folder: { value: 'mine' }, region: { value: 'us', locked: true } }
    const flow = await begin(given)
    expect(labels(await tryFolders(flow))).toContain('us by nobody')
    await save(flow, { folder: 'us by nobody' })
    expect(await settingsOf(flow)).toMatchObject({ folder: 'us by nobody', region: 'us' })
    const left = await begin(given)
    await save(left)
    expect(await settingsOf(left)).toMatchObject({ folder: 'mine', region: 'us' })
  })

  it.each(['locked', 'hidden'] as const)('that is %s has no list to choose from', async (how) => {
    const key = { value: 'key-of-the-app', hidden: true }
    const flow = await begin({ folder: { value: 'mine', [how]: true }, key, region: { value: 'eu' } })
    const refused = await tryFolders(flow)
    expect([refused.statusCode, refused.json()]).toMatchObject([404, { error: 'NotFound' }])
    expect(refused.body).not.toContain('key-of-the-app')
    await save(flow)
    expect(await settingsOf(flow)).toMatchObject({ folder: 'mine' })
  })
})

describe('a choice of the account', () => {
  it('that is prefilled is the one that is chosen at first', async () => {
    const flow = await begin({ tenant: { value: 'west' } })
    await save(flow)
    expect(await authorize(flow)).toMatchObject({
      step: 'oauth',
      choices: [{ name: 'tenant', value: 'west' }],
    })
    expect((await choose(flow, { tenant: 'north' })).json()).toMatchObject({ status: 'completed' })
    expect(await settingsOf(flow)).toMatchObject({ tenant: 'north' })
  })

  it.each(['locked', 'hidden'] as const)('that is %s is not asked for, and has no list', async (how) => {
    const flow = await begin({ tenant: { value: 'west', [how]: true }, page_size: { value: '7' } })
    await save(flow)
    expect(await authorize(flow)).toMatchObject({ status: 'completed', choices: [] })
    expect(await settingsOf(flow)).toMatchObject({ tenant: 'west' })
  })

  it.each(['locked', 'hidden'] as const)(
    'that is %s is nobody else’s once there is an account',
    async (how) => {
      const first = await begin({})
      await save(first)
      await authorize(first)
      expect((await choose(first, { tenant: 'north' })).statusCode).toBe(200)
      const { id } = (await stateOf(first)).source!
      const given = { tenant: { value: 'west', [how]: true } }
      const flow = await world.begin({ function: 'authorizeSource', id }, { properties: given })
      expect((await findTenants(flow)).json()).toMatchObject({ error: 'NotFound' })
      expect((await choose(flow, { tenant: 'south' })).json()).toMatchObject({
        data: { faults: { tenant: { rule: 'set_by_app' } } },
      })
      await authorize(flow)
      expect(await settingsOf(flow)).toMatchObject({ tenant: 'west' })
    },
  )
})
