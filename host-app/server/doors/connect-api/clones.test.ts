import { source, type Source } from '@bobbin/shared/source'
import { streamSummary } from '@bobbin/shared/catalog'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createConfiguredShop, createShop, finishedCheck } from '../../testing/shop.testing.ts'

let test: TestApp
let account: TestAccount
beforeEach(async () => {
  test = await createTestApp({ BOBBIN_DEMO_CRM_URL: 'http://127.0.0.1:8422' })
  account = await test.signUp()
})
afterEach(() => test.close())

const clone = (id: number, body?: object) => account.call('POST', `/v4/sources/${id}/clone`, body)
const read = async (id: number): Promise<Source> =>
  (await account.call('GET', `/v4/sources/${id}`)).as(source)

describe('the clone of a source', () => {
  it('has its settings and secrets, is paused, and is checked by itself', async () => {
    const id = await createConfiguredShop(account)
    const made = (await clone(id)).as(source)
    expect(made).toMatchObject({
      display_name: 'Shop (copy)',
      name: 'shop_copy',
      properties: { tables: '3' },
      paused_at: expect.any(String),
      schedule: null,
      report_card: { current_step_type: 'discover_schema' },
    })
    expect(made.id).not.toBe(id)
    // Not a moment before it was there.
    expect(made.paused_at).toBe(made.created_at)
    expect(await finishedCheck(account, made.id)).toMatchObject({ status: 'succeeded' })
    expect((await read(made.id)).report_card.current_step_type).toBe('field_selection')
    const config = (await account.call('GET', `/v4/sources/${made.id}/config`)).body
    expect(config).toMatchObject({ password: 'right' })
  })

  it('has secrets of its own: the original may change or go', async () => {
    const id = await createConfiguredShop(account)
    const made = (await clone(id)).as(source)
    await account.call('PUT', `/v4/sources/${id}`, { properties: { password: 'other' } })
    await account.call('DELETE', `/v4/sources/${id}`)
    expect(await finishedCheck(account, made.id)).toMatchObject({ status: 'succeeded' })
    const rows = await test.services.database.read.selectFrom('credential').selectAll().execute()
    expect(rows.map((row) => row.source_id)).toEqual([made.id])
  })

  it('takes the selection along, which counts once its own check succeeded', async () => {
    const id = await createConfiguredShop(account)
    const made = (await clone(id, { with_selection: true })).as(source)
    expect(made.report_card.current_step_type).toBe('discover_schema')
    await finishedCheck(account, made.id)
    expect((await read(made.id)).report_card.current_step_type).toBe('fully_configured')
    const streams = (await account.call('GET', `/v4/sources/${made.id}/streams`)).as(z.array(streamSummary))
    expect(streams.map(({ tap_stream_id, selected }) => [tap_stream_id, selected])).toEqual([
      ['shop-t1', true],
      ['shop-t2', null],
      ['shop-t3', null],
    ])
    await account.call('PUT', `/v4/sources/${made.id}/streams/metadata`, {
      streams: [{ tap_stream_id: 'shop-t1', metadata: [{ breadcrumb: [], metadata: { selected: false } }] }],
    })
    expect((await read(id)).report_card.current_step_type).toBe('fully_configured')
  })

  it('has to be authorized anew', async () => {
    const body = { type: 'platform.demo-crm', display_name: 'CRM' }
    const { id } = (await account.call('POST', '/v4/sources', body)).as(source)
    await test.services.database.write((tx) =>
      test.services.credentials.save(tx, {
        accountId: account.id,
        sourceId: id,
        kind: 'oauth',
        values: { access_token: 'a', refresh_token: 'r' },
      }),
    )
    expect((await read(id)).report_card.current_step_type).toBe('discover_schema')
    expect((await clone(id)).as(source)).toMatchObject({
      check_job_name: null,
      report_card: { current_step_type: 'oauth' },
    })
  })

  it('gets a name that is free, or the one that is asked for if it is', async () => {
    const { id } = await createShop(account)
    expect((await clone(id)).as(source).name).toBe('shop_copy')
    expect((await clone(id)).as(source)).toMatchObject({ name: 'shop_copy_2', display_name: 'Shop (copy)' })
    expect((await clone(id, { display_name: 'Berlin' })).as(source)).toMatchObject({ name: 'berlin' })
    expect(await clone(id, { display_name: 'Berlin' })).toMatchObject({
      status: 409,
      body: { error: 'InvalidName', data: { reason: 'taken' } },
    })
    expect(await clone(id, { display_name: '####' })).toMatchObject({ status: 422 })
    expect(await clone(id, { name: 'x' })).toMatchObject({ status: 400, body: { error: 'InvalidBody' } })
  })

  it('is made once, however often it is asked for with one key', async () => {
    const { id } = await createShop(account)
    const headers = { authorization: `Bearer ${account.token}`, 'idempotency-key': 'clone' }
    const ask = () => test.app.inject({ method: 'POST', url: `/v4/sources/${id}/clone`, headers })
    const [first, again] = [await ask(), await ask()]
    expect(again.json()).toEqual(first.json())
    expect((await account.call('GET', '/v4/sources')).body).toHaveLength(2)
  })

  it("is not made of what is not there, deleted, or somebody else's", async () => {
    const { id } = await createShop(account)
    const other = await test.signUp('ben@b.test')
    const { body } = await other.call('POST', `/v4/sources/${id}/clone`)
    expect(body).toMatchObject({ error: 'SourceNotFound', message: `source not found (${id})` })
    await account.call('DELETE', `/v4/sources/${id}`)
    for (const absent of [id, 999]) {
      expect(await clone(absent)).toMatchObject({ status: 404, body: { error: 'SourceNotFound' } })
    }
  })
})
