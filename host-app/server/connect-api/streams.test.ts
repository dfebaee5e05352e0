import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { api } from '@bobbin/shared/api'
import { catalog, streamSchema, streamSummary } from '@bobbin/shared/catalog'
import { source } from '@bobbin/shared/source'
import { z } from 'zod'
import { createTestApp, type TestAccount, type TestApp } from './test-app.ts'
import { createEmptyShop, createShop, finishedCheck } from './test-shop.ts'

let test: TestApp
let account: TestAccount
beforeEach(async () => {
  test = await createTestApp()
  account = await test.signUp()
})
afterEach(() => test.close())

async function checkedShop(tables = '3') {
  const { id } = await createShop(account, { tables })
  await finishedCheck(account, id)
  return `/v4/sources/${id}`
}

const select = (tapStreamId: string) => ({
  streams: [{ tap_stream_id: tapStreamId, metadata: [{ breadcrumb: [], metadata: { selected: true } }] }],
})

describe('the streams of a source', () => {
  it('come as a bare array, or as pages', async () => {
    const path = `${await checkedShop('250')}/streams`
    const all = (await account.call('GET', path)).as(z.array(streamSummary))
    expect(all).toHaveLength(250)
    expect(all[0]).toMatchObject({ stream_name: 't1', tap_stream_id: 'shop-t1', selected: null })
    expect((await account.call('GET', `${path}?page=2`)).body).toEqual({
      data: all.slice(100, 200),
      page: 2,
      total: 250,
      links: { next: `${path}?page=3`, previous: `${path}?page=1` },
    })
    const last = await account.call('GET', `${path}?page=3`)
    expect(last.body).toMatchObject({ links: { previous: `${path}?page=2` } })
  })

  it('can be searched', async () => {
    const path = `${await checkedShop('30')}/streams`
    const { body } = await account.call('GET', `${path}?q=t30`)
    expect(body).toMatchObject({ page: 1, total: 1, links: {}, data: [{ stream_name: 't30' }] })
  })

  it.each(['page=0', 'page=x', `q=${'x'.repeat(201)}`])('refuse ?%s', async (query) => {
    const reply = await account.call('GET', `${await checkedShop()}/streams?${query}`)
    expect(reply).toMatchObject({ status: 400, body: { error: 'BadRequest' } })
  })

  it('show the schema of one', async () => {
    const path = `${await checkedShop()}/streams`
    const [stream] = (await account.call('GET', path)).as(z.array(streamSummary))
    const { schema } = (await account.call('GET', `${path}/${stream?.stream_id}`)).as(streamSchema)
    expect(JSON.parse(schema)).toMatchObject({ properties: { id: {}, note: {} } })
    expect((await account.call('GET', `${path}/999999`)).status).toBe(404)
    expect((await account.call('GET', `${path}/abc`)).status).toBe(404)
  })
})

describe('the selection', () => {
  it('completes the source and shows in the catalog', async () => {
    const path = await checkedShop()
    const reply = await account.call('PUT', `${path}/streams/metadata`, select('shop-t2'))
    expect(reply).toMatchObject({ status: 200, body: { status: 200 } })
    const { report_card: card } = (await account.call('GET', path)).as(source)
    expect(card.current_step_type).toBe('fully_configured')
    const { streams } = (await account.call('GET', `${path}/catalog`)).as(catalog)
    const chosen = streams.filter(({ metadata }) =>
      metadata.some((entry) => entry.breadcrumb.length === 0 && entry.metadata['selected'] === true),
    )
    expect(chosen.map(({ tap_stream_id: id }) => id)).toEqual(['shop-t2'])
  })

  it('waits for a check that succeeded', async () => {
    const { id } = await createEmptyShop(account)
    const reply = await account.call('PUT', `/v4/sources/${id}/streams/metadata`, select('shop-t1'))
    expect(reply).toMatchObject({ status: 409, body: { error: 'Conflict', data: { step: 'form' } } })
  })

  it('refuses what is not there, and a body without streams', async () => {
    const path = `${await checkedShop()}/streams/metadata`
    expect(await account.call('PUT', path, select('nope'))).toMatchObject({
      status: 422,
      body: { error: 'InvalidProperties' },
    })
    expect(await account.call('PUT', path, {})).toMatchObject({ status: 400, body: { error: 'InvalidBody' } })
  })
})

describe('the Singer config', () => {
  it('has the settings with their secrets and a start date', async () => {
    const { body, status } = await account.call('GET', `${await checkedShop()}/config`)
    expect(status).toBe(200)
    expect(body).toEqual({
      tables: '3',
      password: 'right',
      start_date: expect.stringMatching(/^\d{4}-\d\d-\d\dT00:00:00Z$/),
    })
  })

  it('is refused for a source that is not complete', async () => {
    const { id } = await createEmptyShop(account)
    expect(await account.call('GET', `/v4/sources/${id}/config`)).toMatchObject({
      status: 409,
      body: { data: { reason: 'incomplete', step: 'form' } },
    })
  })
})

it('tells what happened, in order', async () => {
  await checkedShop()
  const { data } = (await account.call('GET', '/v4/events')).as(api.listEvents.reply)
  expect(data.map(({ type }) => type)).toEqual(['source.created', 'source.check_succeeded'])
  const rest = await account.call('GET', `/v4/events?after=${data[0]?.seq}`)
  expect(rest.body).toEqual({ data: data.slice(1) })
  expect((await account.call('GET', '/v4/events?after=-1')).status).toBe(400)
})
