import { fileURLToPath } from 'node:url'
import { source } from '@bobbin/shared/source'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { connector as old } from '../../testing/old-connector.testing.ts'
import { createShop, shop } from '../../testing/shop.testing.ts'

let test: TestApp
let account: TestAccount
let id: number
beforeAll(async () => {
  const connectors = ['shop-connector', 'old-connector'].map((name) =>
    fileURLToPath(new URL(`../../testing/${name}.testing.ts`, import.meta.url)),
  )
  test = await createTestApp({ BOBBIN_CONNECTORS: connectors.join(',') })
  account = await test.signUp()
  id = (await createShop(account)).id
})
afterAll(() => test.close())

const post = (body: object) => account.call('POST', '/v4/sources', body)
const put = (body: object) => account.call('PUT', `/v4/sources/${id}`, body)
/** A type whose password goes only where it was entered for. */
const bound = {
  type: 'platform.hp-postgres',
  properties: { host: 'db.invalid', dbname: 'd', user: 'u', password: 'p' },
}
const refusal = (status: number, error: string, message: string, data: object = {}) => ({
  status,
  // Stitch's clients read the message in `data`.
  body: { error, message, data: { ...data, message } },
})

describe("Stitch's words for what a source refuses, under true statuses", () => {
  it('InvalidType', async () => {
    expect(await post({ type: 'platform.x', display_name: 'X' })).toMatchObject(
      refusal(422, 'InvalidType', 'invalid source type (platform.x)'),
    )
  })

  it('AccessDenied', async () => {
    expect(await post({ type: old.info.type, display_name: 'Old' })).toMatchObject(
      refusal(403, 'AccessDenied', `you do not have access to source type (${old.info.type})`),
    )
  })

  it('Conflict where its type is gone', async () => {
    const { id: gone } = (await post({ ...shop, display_name: 'gone' })).as(source)
    await test.services.database.write(async (tx) => {
      tx.touch({ accountId: account.id, sourceId: gone })
      await tx.db.updateTable('source').set({ type: 'platform.gone' }).where('id', '=', gone).execute()
    })
    const change = account.call('PUT', `/v4/sources/${gone}`, { properties: { host: 'a' } })
    const reason = { reason: 'unknown_type', type: 'platform.gone' }
    expect(await change).toMatchObject(
      refusal(409, 'Conflict', 'The source type platform.gone is no longer there.', reason),
    )
  })

  it('InvalidName of a name that is taken', async () => {
    await post({ ...shop, display_name: 'berlin' })
    expect(await post({ ...shop, display_name: 'berlin' })).toMatchObject(
      refusal(409, 'InvalidName', 'non-unique name (berlin)'),
    )
    expect(await post({ ...shop, display_name: 'Berlin' })).toMatchObject(
      refusal(409, 'InvalidName', 'non-unique name after deriving it from display_name (Berlin -> berlin)'),
    )
  })

  it('InvalidName of one that breaks the rules', async () => {
    expect(await post({ ...shop, display_name: '1st' })).toMatchObject(
      refusal(422, 'InvalidName', expect.stringContaining('fewer than 50 characters') as string),
    )
  })

  it('InvalidDisplayName', async () => {
    expect(await post({ ...shop, display_name: '####' })).toMatchObject(
      refusal(422, 'InvalidDisplayName', 'invalid name after deriving it from display_name (#### -> )'),
    )
    expect(await put({ display_name: ' ' })).toMatchObject(
      refusal(422, 'InvalidDisplayName', 'invalid display_name ( )'),
    )
  })

  it.each([
    ['an extra key', { ...shop, name: 'x' }],
    ['an empty type', { ...shop, type: '' }],
    ['an empty display_name', { ...shop, display_name: '' }],
    ['a setting that is no text', { ...shop, properties: { tables: [3] } }],
  ])('InvalidBody of a POST with %s', async (_, body) => {
    const message =
      'POST body may only include a non-empty type, a non-empty display_name and map of string properties'
    expect(await post(body)).toMatchObject(refusal(400, 'InvalidBody', message))
  })

  it('InvalidBody of a PUT', async () => {
    const message = 'PUT body many only include the keys: display_name, properties, and paused_at'
    expect(await put({ type: 'platform.x' })).toMatchObject(refusal(400, 'InvalidBody', message))
    expect((await put({ destination_id: 1 })).status).toBe(200)
  })

  it.each([
    'soon',
    '',
    7,
    1_527_848_625_000,
    true,
    {},
    '2026',
    '2026-01-01',
    '2026-01-01 10:00:00Z',
    '2026-01-01T10:00:00',
    '2026-02-30T10:00:00Z',
    '2026-01-01T25:00:00Z',
    'Tue, 06 Feb 2018 16:24:25 GMT',
    '2/6/2018',
    ' 2026-01-01T10:00:00Z',
  ])('InvalidBody of a pause since %j, which names the field', async (paused_at) => {
    const words = expect.stringContaining('ISO 8601 date-time') as string
    const message = 'PUT body many only include the keys: display_name, properties, and paused_at'
    expect(await put({ display_name: 'Not renamed', paused_at })).toMatchObject(
      refusal(400, 'InvalidBody', message, { paths: { paused_at: words } }),
    )
    const { display_name, paused_at: since } = (await account.call('GET', `/v4/sources/${id}`)).as(source)
    expect([display_name, since]).toEqual([shop.display_name, null])
  })

  it.each([
    ['2018-02-06T16:24:25Z', '2018-02-06T16:24:25Z'],
    ['2018-02-06T16:24:25.5Z', '2018-02-06T16:24:25Z'],
    ['2018-02-06T16:24:25.123456Z', '2018-02-06T16:24:25Z'],
    ['2018-02-06T16:24:25+05:30', '2018-02-06T10:54:25Z'],
    ['2018-02-06T16:24:25-08:00', '2018-02-07T00:24:25Z'],
  ])('but takes the date-time %s', async (paused_at, told) => {
    expect((await put({ paused_at })).as(source).paused_at).toBe(told)
    expect((await put({ paused_at: told })).as(source).paused_at).toBe(told)
    expect((await put({ paused_at: null })).as(source).paused_at).toBeNull()
  })

  it.each([
    ['unknown', { lunch: 'x' }, 'lunch'],
    ['empty', { tables: '' }, 'tables'],
    ['for us to set', { external_id: 'x' }, 'external_id'],
  ])('InvalidProperties of a setting that is %s', async (_, properties, name) => {
    const refused = refusal(422, 'InvalidProperties', 'properties do not match schema', {
      bad_properties: [name],
      report_card: { type: shop.type },
    })
    expect(await put({ properties })).toMatchObject(refused)
    expect(await post({ ...shop, display_name: 'New', properties })).toMatchObject(refused)
  })

  it('InvalidProperties with a sentence for each setting at fault, its name, and the report card', async () => {
    await put({ properties: { region: 'eu' } })
    const { body } = await put({ properties: { lunch: 'x', tables: '', region: 'us', external_id: 'x' } })
    const { message, data } = body as { message: string; data: Record<string, unknown> }
    const fields = {
      lunch: 'This setting is not known.',
      tables: 'Enter the tables.',
      region: 'This cannot be changed once it is set.',
      external_id: 'This setting cannot be set.',
    }
    expect(message).toBe('properties do not match schema')
    expect(Object.entries(data)).toEqual([
      ['fields', fields],
      ['bad_properties', Object.keys(fields)],
      ['report_card', expect.objectContaining({ type: shop.type })],
      ['message', message],
    ])
  })

  it('InvalidProperties of a secret that was entered for other settings', async () => {
    const { id: other } = (
      await account.call('POST', '/v4/sources', { ...bound, display_name: 'Elsewhere' })
    ).as(source)
    const { body } = await account.call('PUT', `/v4/sources/${other}`, { properties: { port: '5433' } })
    const { data } = body as { data: Record<string, unknown> }
    expect(Object.entries(data).slice(0, 3)).toEqual([
      ['reason', 'secret_needed_again'],
      [
        'fields',
        {
          password: 'Enter the password again: Port has changed, and it goes only where it was entered for.',
        },
      ],
      ['bad_properties', ['password']],
    ])
  })

  it('InvalidProperties of a setting that is set once', async () => {
    const region = (value: string | null) => put({ properties: { region: value } })
    expect((await region('eu')).status).toBe(200)
    expect((await region('eu')).status).toBe(200)
    for (const value of ['us', null]) {
      expect(await region(value)).toMatchObject(
        refusal(422, 'InvalidProperties', 'properties do not match schema', { bad_properties: ['region'] }),
      )
    }
  })

  it('InvalidCronExpression', async () => {
    expect(await put({ properties: { cron_expression: '0 0 0 ? * 9' } })).toMatchObject(
      refusal(
        422,
        'InvalidCronExpression',
        'invalid cron_expression (0 0 0 ? * 9): day of week must be from 1 to 7, not 9',
      ),
    )
  })

  it('an id that is unknown', async () => {
    const refused = refusal(404, 'SourceNotFound', 'source not found (999)', { id: 999 })
    expect(await account.call('PUT', '/v4/sources/999', {})).toMatchObject(refused)
    expect(await account.call('DELETE', '/v4/sources/999')).toMatchObject(refused)
    expect(await account.call('GET', '/v4/sources/999')).toMatchObject(refused)
  })
})
