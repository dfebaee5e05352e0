import { api } from '@bobbin/shared/api'
import { source, sourceType } from '@bobbin/shared/source'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createConfiguredShop, createShop, shop } from '../../testing/shop.testing.ts'

let test: TestApp
let account: TestAccount
beforeEach(async () => {
  test = await createTestApp()
  account = await test.signUp()
})
afterEach(() => test.close())

const minute = 60_000
const read = async (id: number) => (await account.call('GET', `/v4/sources/${id}`)).as(source)
const set = (id: number, properties: Record<string, string | null>) =>
  account.call('PUT', `/v4/sources/${id}`, { properties })

async function etagOf(id: number) {
  const headers = { authorization: `Bearer ${account.token}` }
  return (await test.app.inject({ url: `/v4/sources/${id}`, headers })).headers.etag
}

/** As Stitch's clients read times: whole seconds. */
const secondsOf = (time: number) => new Date(time).toISOString().replace(/\.\d+Z/, 'Z')

describe('the schedule of a source', () => {
  it('is how often its type is read, from its creation on', async () => {
    const { schedule, created_at } = await read(await createConfiguredShop(account))
    expect(schedule).toEqual({
      type: 'interval',
      unit: 'minute',
      interval: 30,
      next_fire_time: expect.any(String),
    })
    // In whole seconds, and never before the time itself: the creation lies within its second.
    const wait = Date.parse(schedule?.next_fire_time ?? '') - Date.parse(created_at)
    expect([0, 1_000]).toContain(wait - 30 * minute)
  })

  it('is null while the source is unconfigured, paused or deleted', async () => {
    const { id } = await createShop(account)
    expect((await read(id)).schedule).toBeNull()
    const configured = await createConfiguredShop(account, 'Other')
    await account.call('PUT', `/v4/sources/${configured}`, { paused_at: new Date().toISOString() })
    expect((await read(configured)).schedule).toBeNull()
    await account.call('PUT', `/v4/sources/${configured}`, { paused_at: null })
    expect((await read(configured)).schedule).not.toBeNull()
    await account.call('DELETE', `/v4/sources/${configured}`)
    expect((await read(configured)).schedule).toBeNull()
  })

  it('is null where there is nothing to read', async () => {
    const created = await account.call('POST', '/v4/sources', { type: 'import_api', display_name: 'Push' })
    expect(created.as(source)).toMatchObject({
      schedule: null,
      report_card: { current_step: 2, current_step_type: 'fully_configured' },
    })
  })

  it('follows cron before anchor, anchor before creation', async () => {
    const id = await createConfiguredShop(account)
    const anchor = secondsOf(Date.now() - 90 * minute)
    await set(id, { frequency_in_minutes: '60', anchor_time: anchor })
    expect((await read(id)).schedule).toEqual({
      type: 'interval',
      unit: 'minute',
      interval: 60,
      next_fire_time: secondsOf(Date.parse(anchor) + 120 * minute),
    })

    const later = secondsOf(Date.now() + 7 * 1440 * minute)
    await set(id, { anchor_time: later })
    expect((await read(id)).schedule).toMatchObject({ next_fire_time: later })

    const cron = '0 0 0 1 1 ? 2099'
    await set(id, { cron_expression: cron })
    const next_fire_time = '2099-01-01T00:00:00Z'
    expect((await read(id)).schedule).toEqual({ type: 'cron', cron_expression: cron, next_fire_time })

    await set(id, { cron_expression: null, anchor_time: null, frequency_in_minutes: null })
    const bare = await read(id)
    expect(bare.schedule).toMatchObject({ type: 'interval', interval: 30 })
    // As at Stitch: the frequency is never absent, whoever set it.
    expect(bare.properties['frequency_in_minutes']).toBe('30')
  })

  it('changes without a check, and is told', async () => {
    const id = await createConfiguredShop(account)
    const [before, etag] = [await read(id), await etagOf(id)]
    const changed = (await set(id, { frequency_in_minutes: '60' })).as(source)
    expect(changed).toMatchObject({
      check_job_name: before.check_job_name,
      report_card: { current_step_type: 'fully_configured' },
      schedule: { interval: 60 },
    })
    expect(await etagOf(id)).not.toBe(etag)
    const { data } = (await account.call('GET', '/v4/events')).as(api.listEvents.reply)
    expect(data.at(-1)).toMatchObject({
      type: 'source.updated',
      data: { source_id: id, changed: ['properties'] },
    })
  })

  it('is the business of the app alone: no tap gets it, no form asks for it', async () => {
    const id = await createConfiguredShop(account)
    await set(id, { frequency_in_minutes: '60', cron_expression: '0 0 12 ? * MON' })
    expect(Object.keys((await account.call('GET', `/v4/sources/${id}/config`)).body as object)).toEqual([
      'start_date',
      'tables',
      'password',
    ])
    const headers = { authorization: `Bearer ${account.token}` }
    const config = () => test.app.inject({ url: `/v4/sources/${id}/config`, headers })
    const { etag } = (await config()).headers
    await set(id, { frequency_in_minutes: '360' })
    expect([etag, (await config()).headers.etag]).toEqual([expect.any(String), etag])
    const page = await test.app.inject({
      url: `/connect/${'a'.repeat(22)}?function=addSource&type=${shop.type}`,
      headers: { accept: 'text/html' },
    })
    expect(page.body).toContain('tables')
    expect(page.body).not.toContain('cron_expression')
  })

  it('shows in the type as settings for the app', async () => {
    const type = (await account.call('GET', `/v4/source-types/${shop.type}`)).as(sourceType)
    const properties = type.steps[0]?.properties.filter(({ group }) => group === 'Schedule')
    expect(properties?.map(({ name }) => name)).toEqual([
      'frequency_in_minutes',
      'anchor_time',
      'cron_expression',
    ])
    expect(properties?.[0]).toMatchObject({
      property_type: 'user_provided_advanced',
      in_form: false,
      default: '30',
    })
  })

  it('may be every minute for a database, and for nothing else', async () => {
    const properties = { frequency_in_minutes: '1' }
    const body = { type: 'platform.hp-postgres', display_name: 'Database', properties }
    expect((await account.call('POST', '/v4/sources', body)).status).toBe(200)
    expect(await account.call('POST', '/v4/sources', { ...body, type: shop.type })).toMatchObject({
      status: 422,
      body: { error: 'InvalidProperties', data: { bad_properties: ['frequency_in_minutes'] } },
    })
  })

  it.each([
    ['frequency_in_minutes', '10'],
    ['frequency_in_minutes', '30 '],
    ['anchor_time', 'noon'],
    ['anchor_time', '2026-02-30T00:00:00Z'],
    ['anchor_time', '2026-01-01T00:00:60Z'],
    ['anchor_time', '2026-01-01T00:00:00+01:00'],
  ])('cannot have %s %s', async (name, value) => {
    const { id } = await createShop(account)
    expect(await set(id, { [name]: value })).toMatchObject({
      status: 422,
      body: { error: 'InvalidProperties', data: { bad_properties: [name] } },
    })
  })

  it.each([
    ['0 12 * * *', 'it has 5 fields, and needs 6 or 7'],
    ['0 0 0 30 2 ?', 'there is no such time to come'],
    ['0 75 12 ? * MON', 'minutes must be from 0 to 59, not 75'],
  ])('cannot be %s, and the words say why', async (cron_expression, reason) => {
    const id = await createConfiguredShop(account)
    const message = expect.stringContaining(`invalid cron_expression (${cron_expression}): ${reason}`)
    const refusal = { status: 422, body: { error: 'InvalidCronExpression', message } }
    expect(await set(id, { cron_expression })).toMatchObject(refusal)
    const created = { ...shop, display_name: 'New', properties: { ...shop.properties, cron_expression } }
    expect(await account.call('POST', '/v4/sources', created)).toMatchObject(refusal)
    expect((await read(id)).schedule).toMatchObject({ type: 'interval' })
  })
})
