import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FlowState } from '@bobbin/shared/flow'
import { openProviderWorld, type, type ProviderWorld } from '../../testing/provider-flow.testing.ts'
import type { TestFlow } from '../../testing/flow.testing.ts'

let world: ProviderWorld
beforeEach(async () => {
  world = await openProviderWorld()
})
afterEach(() => world.close())

const state = async (flow: TestFlow) => (await flow.call('getState')).json<FlowState>()
const rows = (table: 'grant_aside' | 'given_up_grant') =>
  world.test.services.database.read.selectFrom(table).selectAll().execute()
const feed = async () => {
  const { body } = await world.account.call('GET', '/v4/events')
  return (body as { data: { type: string; data: { source_id?: number } }[] }).data
}
/** Why grants were given up that no provider has been told of yet. */
const givenUp = async () => (await rows('given_up_grant')).map(({ because }) => because)

/** What is stored of a source and its grant, to the last byte. */
async function stored(id: number) {
  const { read } = world.test.services.database
  return {
    source: await read.selectFrom('source').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    grants: await read.selectFrom('credential').selectAll().where('source_id', '=', id).execute(),
  }
}

/** A source that is connected as this account, by a flow that has ended. */
async function connectedAs(name: string): Promise<number> {
  const flow = await world.begin()
  const id = (await state(flow)).source?.id ?? 0
  await world.authorizeAs(flow, name)
  expect(await world.connected(id)).toMatchObject({ name })
  return id
}

describe('authorized again in vain', () => {
  async function comeBackWith(flow: TestFlow, query: Record<string, string>) {
    await world.callback(flow, { state: await world.leave(flow), ...query })
  }

  it.each<[string, (flow: TestFlow) => Promise<unknown>]>([
    ['the person declines', (flow) => comeBackWith(flow, { error: 'access_denied' })],
    ['the window is closed at the provider', (flow) => world.leave(flow)],
    ['the flow is cancelled', (flow) => flow.call('cancelFlow')],
    [
      'the code is refused',
      (flow) => {
        world.provider.answer = () => ({ status: 400, body: { error: 'invalid_grant' } })
        return comeBackWith(flow, { code: 'stale' })
      },
    ],
    [
      'the provider is down',
      (flow) => {
        world.provider.answer = () => ({ status: 503, body: '' })
        return comeBackWith(flow, { code: 'c' })
      },
    ],
    ['nobody can ask whose the new grant is', (flow) => world.authorizeAs(flow, 'broken')],
    [
      'nobody can ask, and the person stays with the old one',
      async (flow) => {
        await world.authorizeAs(flow, 'broken')
        await flow.call('keepAccount')
      },
    ],
  ])('when %s, the grant in force is as it was, to the last byte', async (_when, end) => {
    const id = await connectedAs('Anna')
    const before = await stored(id)
    await end(await world.begin({ function: 'authorizeSource', id }))
    expect(await stored(id)).toEqual(before)
  })

  it('a source that was deleted meanwhile is said to be so, and what was granted is given up', async () => {
    const id = await connectedAs('Anna')
    const flow = await world.begin({ function: 'authorizeSource', id })
    const going = await world.leave(flow)
    await world.account.call('DELETE', `/v4/sources/${id}`)
    world.provider.answer = () => ({ body: { access_token: 'of Anna' } })
    await world.callback(flow, { state: going, code: 'c' })
    expect((await flow.call('getState')).json()).toMatchObject({ error: 'SourceNotFound', data: { id } })
    expect(await givenUp()).toEqual(['deleted', 'dropped'])
  })
})

describe('an account that is connected already', () => {
  /** A flow that adds a source, at the question about Anna's account. */
  async function asked(scope: object = {}): Promise<{ flow: TestFlow; made: number }> {
    const flow = await world.begin({ function: 'addSource', type }, scope)
    const saved = await flow.call('saveForm', { display_name: 'Once more', properties: {} })
    const made = saved.json<FlowState>().source?.id ?? 0
    await world.authorizeAs(flow, 'Anna')
    return { flow, made }
  }

  it('is asked about, and until the answer all is as it was', async () => {
    const id = await connectedAs('Anna')
    const before = await stored(id)
    const { flow, made } = await asked()
    expect(await state(flow)).toMatchObject({
      step: 'oauth',
      other_account: null,
      same_account: { name: 'Anna', sources: [{ id, display_name: 'CRM 1', may_repair: true }] },
    })
    expect(await stored(id)).toEqual(before)
    expect((await stored(made)).grants).toEqual([])
    expect((await flow.call('replaceAccount')).json()).toMatchObject({ data: { reason: 'no_question' } })
    // A reload asks again.
    await flow.openPage()
    expect(await state(flow)).toMatchObject({ same_account: { name: 'Anna' } })
  })

  it('repairs the source that there was: the page gets its id, and what was made is deleted', async () => {
    const id = await connectedAs('Anna')
    await world.account.call('PUT', `/v4/sources/${id}`, { paused_at: '2026-11-01T00:00:00Z' })
    const before = await stored(id)
    const { flow, made } = await asked()
    const reply = await flow.call('repairSource', { source_id: id })
    expect(reply.json()).toMatchObject({
      status: 'completed',
      same_account: null,
      outcome: { kind: 'completed', result: { id, display_name: 'CRM 1' } },
    })
    const { source, grants } = await stored(id)
    const { settings_version, updated_at, ...rest } = source
    expect(before.source).toMatchObject(rest)
    expect([settings_version > before.source.settings_version, updated_at === null]).toEqual([true, false])
    expect(grants[0]?.sealed).not.toBe(before.grants[0]?.sealed)
    expect((await stored(made)).source.deleted_at).not.toBeNull()
    const told = (await feed()).filter(({ type: name }) => /deleted|authorized|completed/.test(name))
    expect(told.slice(-3).map((event) => [event.type, event.data.source_id])).toEqual([
      ['source.authorized', id],
      ['source.deleted', made],
      ['flow.completed', id],
    ])
    expect([await rows('grant_aside'), await givenUp()]).toEqual([[], []])
  })

  it('repairs one whose authorization has ended', async () => {
    const id = await connectedAs('Anna')
    await world.test.services.database.write(async (tx) => {
      await tx.db.updateTable('credential').set({ status: 'rejected' }).where('source_id', '=', id).execute()
      tx.touch({ accountId: world.account.id, sourceId: id })
    })
    const { flow } = await asked()
    await flow.call('repairSource', { source_id: id })
    expect(await world.connected(id)).toMatchObject({ name: 'Anna', status: 'ok' })
  })

  it('is added beside it when the person says so, and asked about both the next time', async () => {
    const id = await connectedAs('Anna')
    const before = await stored(id)
    const { flow, made } = await asked()
    expect((await flow.call('addAccount')).json()).toMatchObject({
      status: 'completed',
      outcome: { result: { id: made } },
    })
    expect(await world.connected(made)).toMatchObject({ name: 'Anna', token: 'of Anna' })
    expect(await stored(id)).toEqual(before)
    const next = await world.begin({ function: 'addSource', type })
    await next.call('saveForm', { display_name: 'A third time', properties: {} })
    await world.authorizeAs(next, 'Anna')
    const { same_account: question } = await state(next)
    expect(question?.sources.map((one) => one.id)).toEqual([id, made])
  })

  it.each<[string, (flow: TestFlow) => Promise<unknown>]>([
    ['another account is wanted', (flow) => flow.call('keepAccount')],
    ['the flow is cancelled', (flow) => flow.call('cancelFlow')],
    ['the person goes to the provider again', (flow) => world.leave(flow)],
  ])('keeps its old grant, and the new one is given up, when %s', async (_when, end) => {
    const id = await connectedAs('Anna')
    const before = await stored(id)
    const { flow } = await asked()
    await end(flow)
    expect(await stored(id)).toEqual(before)
    expect(await givenUp()).toEqual(['dropped'])
  })

  it('is not asked about where another account, a deleted source, another tenant of ours or a flow of its own has it', async () => {
    const id = await connectedAs('Bob')
    const gone = await connectedAs('Anna')
    await world.account.call('DELETE', `/v4/sources/${gone}`)
    const stranger = await world.test.signUp('stranger@acme.test')
    const body = { type, display_name: 'Theirs', properties: {} }
    const theirs = (await stranger.call('POST', '/v4/sources', body)).body as { id: number }
    const grant = { values: { access_token: 'of Anna' }, expiresAt: null, lifetime: null }
    await world.test.services.database.write((tx) =>
      world.test.services.oauth.keepGrant(
        tx,
        { accountId: stranger.id, sourceId: theirs.id },
        { ...grant, externalAccount: 'Anna', oauthClientId: null },
      ),
    )
    const { flow, made } = await asked()
    expect(await state(flow)).toMatchObject({ status: 'completed', outcome: { result: { id: made } } })
    // A source that was there before is authorized, not added: its token may be for that one alone.
    const first = await world.account.call('POST', '/v4/sources', { ...body, display_name: 'Not yet' })
    const own = await world.begin({ function: 'authorizeSource', id: (first.body as { id: number }).id })
    await world.authorizeAs(own, 'Bob')
    expect(await state(own)).toMatchObject({ status: 'completed' })
    expect(await world.connected(id)).toMatchObject({ name: 'Bob' })
  })

  it('cannot be repaired where it has gone while the question stood; the screen says so, and it can be added', async () => {
    const id = await connectedAs('Anna')
    const { flow, made } = await asked()
    await world.account.call('DELETE', `/v4/sources/${id}`)
    const refused = await flow.call('repairSource', { source_id: id })
    expect([refused.statusCode, refused.json()]).toMatchObject([
      409,
      { error: 'Conflict', data: { reason: 'not_connected' } },
    ])
    expect(await state(flow)).toMatchObject({ same_account: { name: 'Anna', sources: [] } })
    expect((await flow.call('addAccount')).json()).toMatchObject({ outcome: { result: { id: made } } })
  })

  it('that was authorized for somebody else meanwhile is not overwritten', async () => {
    const id = await connectedAs('Anna')
    const { flow } = await asked()
    const other = await world.begin({ function: 'authorizeSource', id })
    await world.authorizeAs(other, 'Bob')
    await other.call('replaceAccount')
    const refused = await flow.call('repairSource', { source_id: id })
    expect(refused.json()).toMatchObject({ data: { reason: 'not_connected' } })
    expect(await world.connected(id)).toMatchObject({ name: 'Bob', token: 'of Bob' })
  })

  it('is answered once by two tabs', async () => {
    const id = await connectedAs('Anna')
    const { flow } = await asked()
    const answers = await Promise.all([
      flow.call('repairSource', { source_id: id }),
      flow.call('addAccount'),
      flow.call('repairSource', { source_id: id }),
    ])
    expect(answers.map((reply) => reply.statusCode).toSorted()).toEqual([200, 410, 410])
    const open = (await world.test.services.sources.list(world.account.id)).filter((one) => !one.deleted_at)
    expect(open).toHaveLength(answers[1].statusCode === 200 ? 2 : 1)
  })

  it('is not repaired by a token that may only add, and no source but those named is', async () => {
    const id = await connectedAs('Anna')
    const other = await connectedAs('Bob')
    const { flow } = await asked({ functions: ['addSource'] })
    expect(await state(flow)).toMatchObject({ same_account: { sources: [{ may_repair: false }] } })
    const refused = await flow.call('repairSource', { source_id: id })
    expect([refused.statusCode, refused.json()]).toMatchObject([403, { data: { reason: 'out_of_scope' } }])
    expect((await flow.call('repairSource', { source_id: other })).json()).toMatchObject({
      data: { reason: 'not_connected' },
    })
    expect((await flow.call('addAccount')).json()).toMatchObject({ status: 'completed' })
  })
})
