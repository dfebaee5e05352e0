import type { FlowState } from '@bobbin/shared/flow'
import { source } from '@bobbin/shared/source'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TestFlow } from '../../testing/flow.testing.ts'
import { choiceType as type, openChoiceWorld } from '../../testing/choice-world.testing.ts'
import type { ProviderWorld } from '../../testing/provider-flow.testing.ts'

/* What a setting of the form can be, by what the form holds and nobody has saved. */

let world: ProviderWorld
beforeEach(async () => {
  world = await openChoiceWorld()
})
afterEach(() => world.close())

const ask = (flow: TestFlow, properties: Record<string, string>, more: object = {}) =>
  flow.call('tryOptions', { property: 'folder', properties, ...more })
const labels = (reply: { json<T>(): T }) =>
  reply.json<{ data: { label: string }[] }>().data.map(({ label }) => label)
const add = () => world.begin({ function: 'addSource', type })

async function made(properties: Record<string, string>): Promise<number> {
  const flow = await add()
  await flow.call('saveForm', { display_name: 'Books', properties })
  world.provider.answer = () => ({ body: { access_token: 'of Anna', refresh_token: 'rt-1' } })
  const callback = { state: await world.leave(flow), code: 'c' }
  await world.callback(flow, callback, '/oauth/callback/test-choice')
  await flow.call('saveChoices', { properties: { tenant: 'west' } })
  return (await world.account.call('GET', '/v4/sources')).as(source.array()).at(-1)!.id
}

describe('what a setting of the form can be', () => {
  it('is told by what is typed, and nothing of it is stored', async () => {
    const flow = await add()
    expect(labels(await ask(flow, { region: 'us', key: 'key-of-us' }))).toEqual([
      'us by key-of-us',
      'as a stranger',
    ])
    expect(labels(await ask(flow, {}))).toEqual(['eu by nobody', 'as a stranger'])
    expect((await world.account.call('GET', '/v4/sources')).body).toEqual([])
    expect((await flow.call('getState')).json<FlowState>()).toMatchObject({ step: 'form', source: null })
  })

  it('is searched like every list of choices', async () => {
    expect(labels(await ask(await add(), { region: 'us' }, { q: 'stranger' }))).toEqual(['as a stranger'])
  })

  it.each([
    [{ region: 'U$' }, { region: { rule: 'other_form' } }],
    [{ region: 'us', lunch: 'x' }, { lunch: { rule: 'not_known' } }],
  ])('is not asked for by %j', async (properties, faults) => {
    const reply = await ask(await add(), properties)
    expect(reply.statusCode).toBe(422)
    expect(reply.json()).toMatchObject({ error: 'InvalidProperties', data: { faults } })
  })

  it('is not known of a setting without choices, or with some of another step’s that nobody was authorized for', async () => {
    const flow = await add()
    for (const property of ['region', 'key', '__proto__', 'gone']) {
      expect((await ask(flow, {}, { property })).json()).toMatchObject({ error: 'NotFound' })
    }
  })

  it('is asked with the kept secret and the grant of a source as long as they are for the same place', async () => {
    const id = await made({ region: 'us', key: 'key-of-us' })
    const flow = await world.begin({ function: 'editSource', id })
    expect(labels(await ask(flow, { region: 'us' }))).toEqual(['us by key-of-us', 'as of Anna'])
    expect(labels(await ask(flow, { region: 'eu', key: 'k2' }))).toEqual(['eu by k2', 'as a stranger'])
    // An attack: the key that was entered for one region is asked to go to another.
    const stolen = await ask(flow, { region: 'evil' })
    expect(stolen.json()).toMatchObject({
      error: 'InvalidProperties',
      data: { faults: { key: { rule: 'needed_again', parameters: { changed: ['region'] } } } },
    })
    expect(stolen.body).not.toContain('key-of-us')
  })

  it('is asked with what the token gives, which nobody can take elsewhere or see', async () => {
    const properties = {
      region: { value: 'us', locked: true },
      key: { value: 'key-of-the-app', hidden: true },
    }
    const flow = await world.begin({ function: 'addSource', type }, { properties })
    const found = await ask(flow, {})
    expect(labels(found)).toEqual(['us by key-of-the-app', 'as a stranger'])
    expect((await ask(flow, { region: 'evil' })).json()).toMatchObject({
      data: { faults: { region: { rule: 'set_by_app' } } },
    })
  })

  it('is told at the form alone', async () => {
    const flow = await add()
    await flow.call('saveForm', { display_name: 'Books', properties: {} })
    expect((await ask(flow, {})).json()).toMatchObject({ error: 'Conflict', data: { reason: 'other_step' } })
  })
})
