import { source } from '@bobbin/shared/source'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createShop, finishedCheck } from '../../testing/shop.testing.ts'

let test: TestApp
let account: TestAccount
let path: string
beforeAll(async () => {
  test = await createTestApp()
  account = await test.signUp()
  const { id } = await createShop(account, { tables: '3' })
  await finishedCheck(account, id)
  path = `/v4/sources/${id}`
})
afterAll(() => test.close())

/** Names that every object has, or that an assignment to an object loses. */
describe.each(['__proto__', 'constructor', 'toString', 'nobody'])('a body that names %s', (name) => {
  const named = (value: unknown) => Object.fromEntries([[name, value]])
  /** The keys of what is told by name, in the text of the reply: a copy might lose them. */
  const toldBy = async (method: 'PUT' | 'POST', at: string, body: object) => {
    const reply = await account.call(method, at, body)
    const { data } = reply.body as { data: { fields: object } }
    return { status: reply.status, names: Object.keys(data.fields) }
  }

  it.each<[string, unknown]>([
    ['a text', 'x'],
    ['a number', 1],
    ['nothing', null],
  ])('as a setting with %s is told that there is none', async (_, value) => {
    const properties = named(value)
    if (value !== null) {
      const create = {
        type: 'platform.test-shop',
        display_name: 'Other',
        properties: { tables: '3', ...properties },
      }
      Object.defineProperty(create.properties, name, { value, enumerable: true })
      expect(await toldBy('POST', '/v4/sources', create)).toEqual({ status: 422, names: [name] })
    }
    expect(await toldBy('PUT', path, { properties })).toEqual({ status: 422, names: [name] })
  })

  it('as a setting that is no value, or under too long a name, is told the path', async () => {
    const reply = await account.call('PUT', path, { properties: named({ a: 1 }) })
    expect([reply.status, Object.keys((reply.body as { data: { paths: object } }).data.paths)]).toEqual([
      400,
      [`properties.${name}`],
    ])
  })

  it('as a stream is told that there is none', async () => {
    const streams = [{ tap_stream_id: name, metadata: [{ breadcrumb: [], metadata: { selected: true } }] }]
    expect(await toldBy('PUT', `${path}/streams/metadata`, { streams })).toEqual({
      status: 422,
      names: [name],
    })
  })

  it('as what a tap has left in its config is told as ignored', async () => {
    const reply = await account.call('PUT', `${path}/config`, named('x'))
    expect(reply.body).toEqual({ status: 200, stored: [], ignored: [name] })
  })

  it('leaves all as it was', async () => {
    const { properties } = (await account.call('GET', path)).as(source)
    expect(Object.keys(properties).toSorted()).toEqual(['frequency_in_minutes', 'tables'])
  })
})
