import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { api } from '@bobbin/shared/api'
import { check } from '@bobbin/shared/check'
import { errorEnvelope } from '@bobbin/shared/api/endpoint'
import { source, sourceType } from '@bobbin/shared/source'
import { z } from 'zod'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createEmptyShop, createShop, finishedCheck, shop } from '../../testing/shop.testing.ts'

let test: TestApp
let account: TestAccount
beforeEach(async () => {
  test = await createTestApp()
  account = await test.signUp()
})
afterEach(() => test.close())

describe('source types', () => {
  it('lists them with what a form needs', async () => {
    const types = (await account.call('GET', '/v4/source-types')).as(z.array(sourceType))
    const type = types.find((one) => one.type === shop.type)
    expect(type).toMatchObject({ name: 'Test shop', current_step: 1, current_step_type: 'form' })
    expect((await account.call('GET', `/v4/source-types/${shop.type}`)).body).toEqual(type)
  })

  it('answers 404 for one that is not there', async () => {
    expect(await account.call('GET', '/v4/source-types/nope')).toMatchObject({
      status: 404,
      body: { error: 'UnknownSourceType', data: { type: 'nope' } },
    })
  })
})

describe('a source', () => {
  it('is created incomplete and waits at its form', async () => {
    const { status, body } = await account.call('POST', '/v4/sources', {
      type: shop.type,
      display_name: 'My Shop',
    })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      type: shop.type,
      name: 'my_shop',
      stitch_client_id: account.id,
      check_job_name: null,
      report_card: { current_step_type: 'form' },
    })
  })

  it('is checked by itself once it is complete', async () => {
    const { id } = await createEmptyShop(account)
    const updated = await account.call('PUT', `/v4/sources/${id}`, { properties: shop.properties })
    expect(updated.as(source).check_job_name).toMatch(new RegExp(`^${account.id}\\.${id}\\.check\\.`))
    expect(await finishedCheck(account, id)).toMatchObject({ status: 'succeeded', stream_count: 3 })
    const checked = (await account.call('GET', `/v4/sources/${id}`)).as(source)
    expect(checked.report_card.current_step_type).toBe('field_selection')
  })

  it('never shows its secrets', async () => {
    const { id } = await createShop(account)
    const replies = await Promise.all([
      account.call('GET', `/v4/sources/${id}`),
      account.call('GET', '/v4/sources'),
      account.call('GET', '/v4/events'),
    ])
    for (const { body } of replies) expect(JSON.stringify(body)).not.toContain('right')
  })

  it('is not checked again for a new name or a pause', async () => {
    const { id, check_job_name } = await createShop(account)
    await finishedCheck(account, id)
    const change = { display_name: 'Other', paused_at: new Date().toISOString() }
    expect(await account.call('PUT', `/v4/sources/${id}`, change)).toMatchObject({
      status: 200,
      body: { display_name: 'Other', check_job_name, paused_at: expect.any(String) },
    })
    const unpaused = await account.call('PUT', `/v4/sources/${id}`, { paused_at: null })
    expect(unpaused).toMatchObject({ status: 200, body: { paused_at: null } })
  })

  it('is paused at once by any time, and not any more by null', async () => {
    const { id } = await createShop(account)
    await finishedCheck(account, id)
    const put = (paused_at: unknown) => account.call('PUT', `/v4/sources/${id}`, { paused_at })
    const later = '2099-01-01T00:00:00Z'
    expect((await put(later)).as(source)).toMatchObject({ paused_at: later, schedule: null })
    expect((await put('2018-02-06T16:24:25+01:00')).as(source).paused_at).toBe('2018-02-06T15:24:25Z')
    expect((await account.call('GET', '/v4/sources?state=paused')).body).toMatchObject({ total: 1 })
    expect((await put(null)).as(source).paused_at).toBeNull()
    const { data } = (await account.call('GET', '/v4/events')).as(api.listEvents.reply)
    const updates = data.filter(({ type }) => type === 'source.updated')
    expect(updates.map(({ data: { changed } }) => changed)).toEqual([
      ['paused_at'],
      ['paused_at'],
      ['paused_at'],
    ])
  })

  it('can be checked by hand while it is paused', async () => {
    const { id } = await createShop(account)
    await finishedCheck(account, id)
    await account.call('PUT', `/v4/sources/${id}`, { paused_at: new Date().toISOString() })
    const { name } = (await account.call('POST', `/v4/sources/${id}/check`)).as(check)
    expect(await finishedCheck(account, id)).toMatchObject({ name, status: 'succeeded' })
  })

  it('is deleted softly', async () => {
    const { id } = await createShop(account)
    const deleted = (await account.call('DELETE', `/v4/sources/${id}`)).as(source)
    expect(deleted.deleted_at).toEqual(expect.any(String))
    expect((await account.call('GET', `/v4/sources/${id}`)).body).toEqual(deleted)
    expect((await account.call('GET', '/v4/sources')).body).toHaveLength(1)
    for (const [method, path] of [
      ['PUT', ''],
      ['DELETE', ''],
      ['GET', '/catalog'],
      ['GET', '/config'],
      ['GET', '/streams'],
    ] as const) {
      const reply = await account.call(method, `/v4/sources/${id}${path}`, method === 'PUT' ? {} : undefined)
      expect(reply).toMatchObject({ status: 404, body: { error: 'SourceNotFound' } })
    }
  })

  it.each([
    ['an unknown type', { type: 'nope', display_name: 'X' }, 422, 'InvalidType'],
    ['a name of nothing', { type: shop.type, display_name: '####' }, 422, 'InvalidDisplayName'],
    ['an unknown setting', { ...shop, properties: { lunch: 'x' } }, 422, 'InvalidProperties'],
    ['a setting that is no text', { ...shop, properties: { tables: [3] } }, 400, 'InvalidBody'],
    ['an extra key', { ...shop, id: 7 }, 400, 'InvalidBody'],
    ['an array', [shop], 400, 'InvalidBody'],
  ])('is refused with %s', async (_, payload, status, error) => {
    expect(await account.call('POST', '/v4/sources', payload)).toMatchObject({ status, body: { error } })
  })

  it('is refused under a name that is taken', async () => {
    await createShop(account)
    expect(await account.call('POST', '/v4/sources', shop)).toMatchObject({
      status: 409,
      body: { error: 'InvalidName', data: { reason: 'taken' } },
    })
  })

  it('does not exist for another account', async () => {
    const { id, check_job_name } = await createShop(account)
    const other = await test.signUp('ben@b.test')
    const calls = [
      ['GET', ''],
      ['PUT', ''],
      ['DELETE', ''],
      ['POST', '/check'],
      ['GET', '/last-connection-check'],
      ['GET', `/checks/${check_job_name}/log`],
      ['GET', '/streams'],
      ['GET', '/streams/1'],
      ['PUT', '/streams/metadata'],
      ['GET', '/catalog'],
      ['GET', '/config'],
    ] as const
    const metadata = [{ breadcrumb: [], metadata: { selected: true } }]
    for (const [method, path] of calls) {
      const body = path === '' ? {} : { streams: [{ tap_stream_id: 'shop-t1', metadata }] }
      const reply = await other.call(method, `/v4/sources/${id}${path}`, method === 'PUT' ? body : undefined)
      expect([path, reply.status, reply.as(errorEnvelope).error]).toEqual([path, 404, 'SourceNotFound'])
    }
    expect((await other.call('GET', '/v4/sources')).body).toEqual([])
  })

  it.each(['0', '-1', '1.5', 'abc', '99999999999999999999'])('has no id %s', async (id) => {
    expect(await account.call('GET', `/v4/sources/${id}`)).toMatchObject({
      status: 404,
      body: { error: 'SourceNotFound' },
    })
  })
})
