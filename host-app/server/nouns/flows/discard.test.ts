import { createdEphemeralToken } from '@bobbin/shared/session'
import { source, type Source } from '@bobbin/shared/source'
import type { FlowState } from '@bobbin/shared/flow'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createShop, finishedCheck } from '../../testing/shop.testing.ts'
import { createTestFlow, page, type TestFlow } from '../../testing/flow.testing.ts'

let test: TestApp
let account: TestAccount
let accounts = 0
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())
beforeEach(async () => {
  account = await test.signUp(`${(accounts += 1)}@acme.test`)
  await account.call('PUT', '/v4/account', { allowed_origins: [page] })
})

async function begin(options?: Record<string, unknown>): Promise<TestFlow> {
  const { ephemeral_token: token } = (await account.call('POST', '/v3/sessions/ephemeral', {})).as(
    createdEphemeralToken,
  )
  const one = createTestFlow(test.app, test.services)
  await one.begin(token, options)
  return one
}

const form = (tables = '3') => ({ display_name: 'Shop', properties: { tables, password: 'right' } })

async function listSources(): Promise<Source[]> {
  const all = (await account.call('GET', '/v4/sources')).as(z.array(source))
  return all.filter(({ deleted_at: deletedAt }) => deletedAt === null)
}

/** A flow that has made a source, and the source's id. */
async function withSource(tables?: string) {
  const one = await begin()
  const { source: made } = (await one.call('saveForm', form(tables))).json<FlowState>()
  return { one, id: made?.id ?? 0 }
}

async function atStreams() {
  const { one, id } = await withSource()
  await finishedCheck(account, id)
  await one.call('finishCheck')
  return { one, id }
}

const discard = (one: TestFlow, ...ids: number[]) => one.call('cancelFlow', { discard: ids })

/** What the account was told of ends, in order. */
async function ends() {
  const feed = (await account.call('GET', '/v4/events')).body as { data: { type: string }[] }
  return feed.data.filter(({ type }) => type === 'source.deleted' || type.startsWith('flow.'))
}

const secretsOf = (id: number) =>
  test.services.database.read.selectFrom('credential').select('kind').where('source_id', '=', id).execute()

describe('Discard', () => {
  it('deletes what the flow made, secrets included, and says so to all', async () => {
    const { one, id } = await withSource()
    expect(await secretsOf(id)).toHaveLength(1)
    expect((await one.call('getState')).json<FlowState>().made).toEqual([{ id, display_name: 'Shop' }])

    const reply = await discard(one, id)
    expect(reply.json()).toMatchObject({ status: 'cancelled', source: null, made: [] })
    expect(await listSources()).toEqual([])
    expect(await secretsOf(id)).toEqual([])
    expect((await one.relay()).at(-1)).toMatchObject({
      type: 'cancelled',
      data: { reason: 'cancelled', error: null, discarded: true },
    })
    expect(await ends()).toMatchObject([
      { type: 'source.deleted', data: { source_id: id } },
      { type: 'flow.cancelled', data: { flow_id: one.id, source_id: id, discarded: true } },
    ])
  })

  it('is not what Cancel, or the page, does: they keep it', async () => {
    const cancelled = await withSource()
    const reply = await cancelled.one.call('cancelFlow')
    expect(reply.json()).toMatchObject({ source: { id: cancelled.id }, outcome: { discarded: false } })
    const { one } = await withSource()
    const asPage = (body: object) =>
      test.app.inject({ method: 'POST', url: `/flows/${one.id}/cancel`, payload: body })
    expect((await asPage({ app_key: one.key, discard: [1] })).statusCode).toBe(400)
    expect((await asPage({ app_key: one.key })).statusCode).toBe(200)
    expect(await listSources()).toHaveLength(2)
  })

  it('never deletes what was there before the flow', async () => {
    const { id } = await createShop(account)
    const named = await begin({ function: 'editSource', id })
    await named.call('saveForm', form('5'))
    expect((await named.call('getState')).json()).toMatchObject({ made: [], source: { id } })
    const refused = await discard(named, id)
    expect(refused.statusCode).toBe(409)
    expect(refused.json()).toMatchObject({ error: 'Conflict', data: { reason: 'discard_differs' } })
    expect((await discard(named)).json()).toMatchObject({ source: { id }, outcome: { discarded: false } })
    expect(await listSources()).toMatchObject([{ id, properties: { tables: '5' } }])
  })

  it('asks again where the flow has made something that the person was not told of', async () => {
    const { one, id } = await withSource()
    for (const told of [[], [id, id + 1], [id + 1]]) {
      expect((await discard(one, ...told)).json()).toMatchObject({ data: { reason: 'discard_differs' } })
    }
    expect(await listSources()).toMatchObject([{ id }])
    expect((await one.call('getState')).json()).toMatchObject({ status: 'open', made: [{ id }] })
  })

  it('is only for the browser of the flow', async () => {
    const { one, id } = await withSource()
    const foreign = createTestFlow(test.app, test.services, one.id)
    await foreign.openPage()
    expect((await discard(foreign, id)).statusCode).toBe(404)
    const { one: other } = await withSource()
    expect((await discard(other, id)).statusCode).toBe(409)
    const origin = { origin: 'https://evil.test' }
    expect((await one.call('cancelFlow', { discard: [id] }, origin)).statusCode).toBe(403)
    expect(await listSources()).toHaveLength(2)
  })

  it('leaves the flow and its source as they were where it fails in between', async () => {
    const { one, id } = await withSource()
    const { database } = test.services
    await database.write((tx) =>
      sql`create trigger in_between before insert on event when new.type = 'flow.cancelled'
        begin select raise(abort, 'in between'); end`.execute(tx.db),
    )
    expect((await discard(one, id)).statusCode).toBe(500)
    await database.write((tx) => sql`drop trigger in_between`.execute(tx.db))
    expect(await secretsOf(id)).toHaveLength(1)
    expect(await listSources()).toMatchObject([{ id }])
    expect(await ends()).toEqual([])
    expect((await discard(one, id)).statusCode).toBe(200)
  })
})

describe('Discard, against', () => {
  it('another Discard: one is heard', async () => {
    const { one, id } = await withSource()
    const replies = await Promise.all([1, 2, 3].map(() => discard(one, id)))
    expect(replies.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 410, 410])
    expect(await ends()).toMatchObject([{ type: 'source.deleted' }, { type: 'flow.cancelled' }])
  })

  it('the form that makes the source: it is kept and told, or never made', async () => {
    for (const isFirst of [true, false]) {
      const one = await begin()
      const [ended] = await Promise.all(
        isFirst ? [discard(one), one.call('saveForm', form())] : [one.call('saveForm', form()), discard(one)],
      )
      const flow = (await one.call('getState')).json<FlowState>()
      expect(flow.status).toBe(isFirst ? 'cancelled' : 'open')
      expect(ended.statusCode).toBe(200)
      expect(await listSources()).toHaveLength(isFirst ? 0 : 1)
    }
  })

  it('the end of the flow: the source is complete, or gone', async () => {
    const save = { changes: [{ tap_stream_id: 'shop-t1', selected: true }], then: 'save' }
    for (const isFirst of [true, false]) {
      const { one, id } = await atStreams()
      const left = (await listSources()).length
      const calls = [() => discard(one, id), () => one.call('saveSelection', save)]
      const replies = await Promise.all((isFirst ? calls : calls.toReversed()).map((call) => call()))
      expect(replies.map(({ statusCode }) => statusCode)).toEqual([200, 410])
      expect(await listSources()).toHaveLength(isFirst ? left - 1 : left)
      expect((await one.call('getState')).json()).toMatchObject({
        status: isFirst ? 'cancelled' : 'completed',
      })
    }
  })

  it('a check that is running: it stops, and stores nothing', async () => {
    const { one, id } = await withSource('5000')
    const { check_name: name } = await test.services.database.read
      .selectFrom('flow')
      .select('check_name')
      .where('id', '=', one.id)
      .executeTakeFirstOrThrow()
    const { name: started } = (await one.call('startCheck')).json<{ name: string }>()
    expect((await discard(one, id)).statusCode).toBe(200)
    await expect
      .poll(async () => (await test.services.checks.find(account.id, name ?? started))?.status, {
        timeout: 20_000,
      })
      .toBe('failed')
    // What was stored before it stopped was never to be seen; it is deleted by whoever stops, in portions.
    const streams = test.services.database.read.selectFrom('stream').where('source_id', '=', id)
    const left = () => streams.select('tap_stream_id').execute()
    await expect.poll(left).toEqual([])
  })

  it('a deletion by the API: the flow ends all the same', async () => {
    const { one, id } = await withSource()
    await account.call('DELETE', `/v4/sources/${id}`)
    expect((await discard(one, id)).json()).toMatchObject({ data: { reason: 'discard_differs' } })
    expect((await discard(one)).json()).toMatchObject({ status: 'cancelled', outcome: { discarded: true } })
    expect(await ends()).toMatchObject([{ type: 'source.deleted' }, { type: 'flow.cancelled' }])
  })
})
