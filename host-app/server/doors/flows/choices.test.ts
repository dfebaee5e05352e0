import type { FlowState } from '@bobbin/shared/flow'
import { source } from '@bobbin/shared/source'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TestFlow } from '../../testing/flow.testing.ts'
import { choiceType as type, openChoiceWorld } from '../../testing/choice-world.testing.ts'
import type { ProviderWorld } from '../../testing/provider-flow.testing.ts'
import { ended } from './callbacks.testing.ts'

/* A type whose people choose one of their tenants once they have authorized. */

let world: ProviderWorld
beforeEach(async () => {
  world = await openChoiceWorld()
})
afterEach(() => world.close())

const state = async (flow: TestFlow) => (await flow.call('getState')).json<FlowState>()

async function authorize(flow: TestFlow, accessToken = 'of Anna') {
  world.provider.answer = () => ({ body: { access_token: accessToken, refresh_token: 'rt-1' } })
  await world.callback(flow, { state: await world.leave(flow), code: 'c' }, '/oauth/callback/test-choice')
  return state(flow)
}

async function begin(options: Record<string, unknown> = { function: 'addSource', type }) {
  const flow = await world.begin(options)
  if (options['type']) await flow.call('saveForm', { display_name: 'Books', properties: {} })
  return flow
}

const choose = (flow: TestFlow, properties: Record<string, string>) =>
  flow.call('saveChoices', { properties })
const find = (flow: TestFlow, query: object = {}) =>
  flow.call('findOptions', { property: 'tenant', ...query })
const sourceOf = async () => (await world.account.call('GET', '/v4/sources')).as(source.array()).at(-1)

describe('what is chosen of an account', () => {
  it('is asked for once there is one, in its own step, and the source is not complete without', async () => {
    const flow = await begin()
    expect((await state(flow)).choices).toEqual([])
    expect((await find(flow)).json()).toMatchObject({ data: { reason: 'incomplete', step: 'oauth' } })
    expect((await choose(flow, { tenant: 'north' })).json()).toMatchObject({
      data: { reason: 'incomplete', step: 'oauth' },
    })

    const asked = await authorize(flow)
    expect(asked).toMatchObject({
      step: 'oauth',
      choices: [{ name: 'tenant', title: 'Tenant', is_required: true, value: null }],
    })
    expect(asked.connector.properties.map(({ name }) => name)).not.toContain('tenant')
    const { id, report_card: card } = (await sourceOf())!
    expect(card.current_step_type).toBe('oauth')
    expect(card.steps.map((step) => [step.type, step.properties.map(({ name }) => name)])).toContainEqual([
      'oauth',
      ['tenant'],
    ])
    expect((await world.account.call('GET', `/v4/sources/${id}/config`)).body).toMatchObject({
      data: { reason: 'incomplete', step: 'oauth' },
    })

    expect((await find(flow)).json()).toEqual({
      data: [
        { value: 'north', label: 'Tenant north' },
        { value: 'south', label: 'Tenant south', unavailable: 'It is closed.' },
        { value: 'west', label: 'Tenant west' },
      ],
      next_cursor: null,
    })
    expect((await choose(flow, { tenant: 'west' })).json()).toMatchObject({ step: 'done' })
    expect(await ended(flow)).toBe('completed')
    expect((await world.account.call('GET', `/v4/sources/${id}/config`)).body).toMatchObject({
      tenant: 'west',
    })
  })

  it.each([
    [{}, { tenant: { rule: 'missing' } }],
    [{ tenant: '' }, { tenant: { rule: 'missing' } }],
    [{ tenant: 'west', page_size: '7' }, { page_size: { rule: 'not_known' } }],
    [{ tenant: 'west', display_name: 'x' }, { display_name: { rule: 'not_known' } }],
  ])('that is sent as %j is refused, and nothing is stored', async (properties, faults) => {
    const flow = await begin()
    await authorize(flow)
    const reply = await choose(flow, properties)
    expect(reply.statusCode).toBe(422)
    expect(reply.json()).toMatchObject({ error: 'InvalidProperties', data: { faults } })
    expect((await sourceOf())?.properties).not.toHaveProperty('tenant')
    expect(await state(flow)).toMatchObject({ step: 'oauth' })
  })

  it('is no part of the form, which neither asks for it nor takes it', async () => {
    const flow = await world.begin({ function: 'addSource', type })
    const saved = await flow.call('saveForm', { display_name: 'Books', properties: { tenant: 'forged' } })
    expect(saved.json()).toMatchObject({ step: 'oauth' })
    expect((await sourceOf())?.properties).not.toHaveProperty('tenant')
  })

  it('stays for the same account and is seen again; another account has other choices', async () => {
    const flow = await begin()
    await authorize(flow)
    await choose(flow, { tenant: 'west' })
    const { id } = (await sourceOf())!

    const again = await begin({ function: 'onlyAuthorizeSource', id })
    expect(await authorize(again)).toMatchObject({ step: 'oauth', choices: [{ value: 'west' }] })
    expect((await choose(again, { tenant: 'north' })).json()).toMatchObject({ status: 'completed' })

    const other = await begin({ function: 'onlyAuthorizeSource', id })
    expect((await authorize(other, 'of Bob')).other_account).toMatchObject({ name: 'Bob' })
    expect((await sourceOf())?.properties).toHaveProperty('tenant', 'north')
    const replaced = (await other.call('replaceAccount')).json<FlowState>()
    expect(replaced).toMatchObject({ step: 'oauth', choices: [{ value: null }] })
    expect((await sourceOf())?.properties).not.toHaveProperty('tenant')
  })

  it('is not copied with a source, which is authorized anew', async () => {
    const flow = await begin()
    await authorize(flow)
    await choose(flow, { tenant: 'west' })
    const { id } = (await sourceOf())!
    const copy = (await world.account.call('POST', `/v4/sources/${id}/clone`, {})).as(source)
    expect(copy.properties).not.toHaveProperty('tenant')
    expect((await sourceOf())?.report_card.current_step_type).toBe('oauth')
  })
})
