import { directoryConnector } from '@bobbin/shared/directory'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createTestApp,
  partner,
  type TestAccount,
  type TestApp,
} from '../../host-app/server/testing/app.testing.ts'
// The built file, by the name that it has in the package.
import * as built from 'bobbin/directory'
import { Openint } from './directory.ts'

const organisation = `${partner.partner_id}:${partner.partner_secret}`

let test: TestApp
let account: TestAccount
let baseURL: string
beforeAll(async () => {
  test = await createTestApp()
  account = await test.signUp()
  baseURL = await test.app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(() => test.close())

describe.each([
  ['as it is written', Openint],
  ['as it is built', built.default],
])('at a real host, %s', (_, Client) => {
  it('every connector comes once, page by page', async () => {
    const client = new Client({ apiKey: organisation, baseURL })
    const { total, items } = await client.listConnectors({ limit: 3_000 })
    const found: string[] = []
    for await (const connector of client.listConnectors({ limit: 1 })) {
      expect(directoryConnector.strict().parse(connector)).toEqual(connector)
      found.push(connector.name)
    }
    expect(found).toEqual(items.map(({ name }) => name))
    expect([found.length, total > 1]).toEqual([total, true])
  })

  it('what is asked for is understood', async () => {
    const client = new Client({ apiKey: account.token, baseURL })
    const { items } = await client.listConnectors({
      expand: ['schemas', 'integrations'],
      category: ['Database', 'CRM'],
      auth_type: 'BASIC',
      stage: ['alpha', 'beta', 'ga'],
      q: 'post',
    })
    expect(items).toMatchObject([{ category: 'Database', auth_type: 'BASIC', integrations: [] }])
    expect(await client.getConnector(items[0]?.name ?? '', { expand: ['schemas', 'integrations'] })).toEqual(
      items[0],
    )
  })

  it('its refusals are errors', async () => {
    const client = new Client({ apiKey: account.token, baseURL })
    const notFound = { code: 'NotFound', status: 404, requestId: expect.stringMatching(/./) }
    await expect(client.getConnector('nothing')).rejects.toMatchObject(notFound)
    const badRequest = { code: 'BadRequest', status: 400, data: { paths: { limit: expect.any(String) } } }
    await expect(client.listConnectors({ limit: 3_001 })).rejects.toMatchObject(badRequest)
    const stranger = new Client({ token: 'nobody', baseURL })
    await expect(stranger.listConnectors()).rejects.toMatchObject({ code: 'Unauthorized', status: 401 })
  })

  it('a token that has been refused is replaced', async () => {
    const tokens = ['bob_acc_gone', account.token]
    const client = new Client({ token: async () => tokens.shift() ?? '', baseURL })
    expect((await client.listConnectors()).total).toBeGreaterThan(0)
  })
})

it('the built file has these names, and the class is the default', () => {
  expect(Object.keys(built).toSorted()).toEqual(['DirectoryError', 'Openint', 'default'])
  expect(built.default).toBe(built.Openint)
})

it('and is served where pages look for it', async () => {
  const served = await fetch(`${baseURL}/client/directory.js`)
  expect([served.status, served.headers.get('access-control-allow-origin')]).toEqual([200, '*'])
  expect(await served.text()).toContain('/connector')
})
