import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FlowState } from '@bobbin/shared/flow'
import { openProviderWorld, type, type ProviderWorld } from '../../testing/provider-flow.testing.ts'
import type { TestFlow } from '../../testing/flow.testing.ts'
import { findFlow } from './flow-row.ts'

let world: ProviderWorld
beforeEach(async () => {
  world = await openProviderWorld()
})
afterEach(() => world.close())

const state = async (flow: TestFlow) => (await flow.call('getState')).json<FlowState>()
const types = async (flow: TestFlow) => (await flow.relay()).map(({ type: name }) => name)
const rowsAside = () => world.test.services.database.read.selectFrom('grant_aside').selectAll().execute()
const sourceIdOf = async (flow: TestFlow) => (await state(flow)).source?.id ?? 0
const authorizeAs = (flow: TestFlow, name: string) => world.authorizeAs(flow, name)
const connected = (id: number) => world.connected(id)

/** A source that is connected as Anna, and a flow that authorizes it again. */
async function connectedAsAnna(): Promise<{ id: number; flow: TestFlow }> {
  const first = await world.begin()
  const id = await sourceIdOf(first)
  await authorizeAs(first, 'Anna')
  expect(await types(first)).toContain('completed')
  return { id, flow: await world.begin({ function: 'authorizeSource', id }) }
}

describe('authorized again for another account', () => {
  it('asks, and leaves what was there as it was, to the last bit', async () => {
    const { id, flow } = await connectedAsAnna()
    const before = await connected(id)
    expect(before).toMatchObject({ name: 'Anna', token: 'of Anna', status: 'ok' })
    await authorizeAs(flow, 'Bob')
    expect(await state(flow)).toMatchObject({
      status: 'open',
      step: 'oauth',
      refusal: null,
      other_account: { name: 'Bob', may_add: false },
      source: { external_account: 'Anna' },
    })
    expect(await connected(id)).toEqual(before)
    expect((await flow.relay()).find(({ type: name }) => name === 'back')?.data).toEqual({ error: null })
    expect(await types(flow)).not.toContain('completed')
    const [row] = await rowsAside()
    expect(JSON.stringify(row)).not.toMatch(/of Bob/)
  })

  it('takes the new one when the person says so', async () => {
    const { id, flow } = await connectedAsAnna()
    const { version } = await connected(id)
    await authorizeAs(flow, 'Bob')
    expect((await flow.call('replaceAccount')).json()).toMatchObject({
      status: 'completed',
      other_account: null,
    })
    expect(await connected(id)).toEqual({ name: 'Bob', token: 'of Bob', version: version + 1, status: 'ok' })
    expect(await rowsAside()).toEqual([])
    expect((await flow.call('keepAccount')).statusCode).toBe(410)
  })

  it('keeps the connected one when the person says so, and authorizes again', async () => {
    const { id, flow } = await connectedAsAnna()
    const before = await connected(id)
    await authorizeAs(flow, 'Bob')
    expect((await flow.call('keepAccount')).json()).toMatchObject({ step: 'oauth', other_account: null })
    expect(await connected(id)).toEqual(before)
    expect(await rowsAside()).toEqual([])
    for (const answer of ['keepAccount', 'replaceAccount', 'addAccount'] as const) {
      expect((await flow.call(answer)).statusCode).toBe(409)
    }
    await authorizeAs(flow, 'Anna')
    expect(await types(flow)).toContain('completed')
  })

  it.each<[string, (flow: TestFlow, id: number) => Promise<unknown>]>([
    ['its flow', (flow) => flow.call('cancelFlow')],
    ['its source', (_flow, id) => world.account.call('DELETE', `/v4/sources/${id}`)],
    ['another trip', (flow) => world.leave(flow)],
  ])('forgets the new one with %s', async (_name, end) => {
    const { id, flow } = await connectedAsAnna()
    await authorizeAs(flow, 'Bob')
    expect(await rowsAside()).toHaveLength(1)
    await end(flow, id)
    expect(await rowsAside()).toEqual([])
  })

  it('asks too when nobody can tell whose the new one is', async () => {
    const { flow } = await connectedAsAnna()
    await authorizeAs(flow, 'nobody')
    expect(await state(flow)).toMatchObject({ step: 'oauth', other_account: { name: null } })
  })

  it('does not ask for the same account, nor where none was known', async () => {
    const { flow } = await connectedAsAnna()
    await authorizeAs(flow, 'Anna')
    expect(await types(flow)).toContain('completed')
    const unnamed = await world.begin()
    const id = await sourceIdOf(unnamed)
    await authorizeAs(unnamed, 'nobody')
    const again = await world.begin({ function: 'authorizeSource', id })
    await authorizeAs(again, 'Bob')
    expect(await connected(id)).toMatchObject({ name: 'Bob' })
  })

  it('lets nobody answer but the browser of the flow', async () => {
    const { id, flow } = await connectedAsAnna()
    const before = await connected(id)
    await authorizeAs(flow, 'Bob')
    const other = await world.begin()
    const cookie = other.cookie() ?? ''
    const reply = await world.test.app.inject({
      method: 'POST',
      url: `/connect/${flow.id}/account/replace`,
      headers: { cookie, origin: world.test.services.config.url },
      payload: {},
    })
    expect(reply.statusCode).toBe(404)
    expect((await flow.call('replaceAccount', {}, { origin: 'https://evil.test' })).statusCode).toBe(403)
    expect(await connected(id)).toEqual(before)
  })
})

describe('the new account as a source of its own', () => {
  it('is for a flow that adds: the flow goes on with it, and the first stays as it was', async () => {
    const adding = await world.begin({ function: 'addSource', type })
    const saved = await adding.call('saveForm', { display_name: 'Our CRM', properties: {} })
    const id = saved.json<FlowState>().source?.id ?? 0
    // Somebody else was quicker with the same source.
    await authorizeAs(await world.begin({ function: 'authorizeSource', id }), 'Anna')
    const before = await connected(id)
    await authorizeAs(adding, 'Bob')
    expect(await state(adding)).toMatchObject({ other_account: { name: 'Bob', may_add: true } })

    const added = (await adding.call('addAccount')).json<FlowState>()
    expect(added).toMatchObject({
      status: 'completed',
      outcome: { kind: 'completed', result: { type, display_name: 'Our CRM (Bob)' } },
    })
    const addedId = added.source?.id ?? 0
    expect(addedId).not.toBe(id)
    expect((await findFlow(world.test.services.database.read, adding.id))?.made).toEqual([id, addedId])
    expect(await connected(addedId)).toMatchObject({ name: 'Bob', token: 'of Bob' })
    expect((await world.test.services.sources.get(world.account.id, addedId)).paused_at).toBeNull()
    expect(await connected(id)).toEqual(before)
  })

  it('is refused to a flow about one source: its token may be for that one alone', async () => {
    const { id, flow } = await connectedAsAnna()
    await authorizeAs(flow, 'Bob')
    expect((await flow.call('addAccount')).statusCode).toBe(409)
    expect(await state(flow)).toMatchObject({ other_account: { name: 'Bob' }, source: { id } })
    expect(await world.test.services.sources.list(world.account.id)).toHaveLength(1)
  })
})
