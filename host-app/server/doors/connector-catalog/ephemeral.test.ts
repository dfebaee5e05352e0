import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createTestFlow } from '../../testing/flow.testing.ts'
import { createShop } from '../../testing/shop.testing.ts'
import { createTestPage, customerToken, page, signUpWithPage } from './catalog.testing.ts'

const connectorIn = (name: string) =>
  fileURLToPath(new URL(`../../testing/${name}.testing.ts`, import.meta.url))

let test: TestApp
let account: TestAccount
let browser: ReturnType<typeof createTestPage>
beforeAll(async () => {
  test = await createTestApp({
    BOBBIN_CONNECTORS: ['shop-connector', 'crm-connector'].map(connectorIn).join(),
  })
  account = await signUpWithPage(test, 'anna@acme.test')
  browser = createTestPage(test)
  await browser.call('POST', '/sessions', { token: await customerToken(test, account) })
})
afterAll(() => test.close())

const mint = (body: object) => browser.call('POST', '/sessions/ephemeral', { body })

async function claim(body: object, options: object, origin = page) {
  const { ephemeral_token: token } = (await mint(body)).body
  const reply = await createTestFlow(test.app, test.services).claim(token, { ...options }, { origin })
  return [reply.statusCode, (reply.json() as { data?: { reason?: string } }).data?.reason]
}

const addShop = { function: 'addSource', type: 'platform.test-shop' }
const byType = { type: 'platform.test-shop' }

describe('a token for a type', () => {
  it('adds a source of it, from the page that asked', async () => {
    expect(await claim(byType, addShop)).toEqual([200, undefined])
  })

  it('is made by the slug of the connector as well, and claims by it', async () => {
    expect(await claim({ type: 'test-shop' }, addShop)).toEqual([200, undefined])
    expect(await claim({ type: 'test-shop' }, { ...addShop, type: 'test-shop' })).toEqual([200, undefined])
  })

  it('finds its form in the window by the slug, too', async () => {
    const window = createTestFlow(test.app, test.services)
    const { body } = await window.openPage('?function=addSource&type=test-shop')
    expect(body).toContain('Test shop')
    expect((await window.openPage('?function=editSource&type=test-shop')).body).not.toContain('Test shop')
  })

  it('is good for no other type, no source, and no other page', async () => {
    const { id } = await createShop(account)
    const refused = [403, 'out_of_scope']
    expect(await claim(byType, { ...addShop, type: 'platform.test-crm' })).toEqual(refused)
    expect(await claim(byType, { ...addShop, type: 'test-crm' })).toEqual(refused)
    expect(await claim(byType, { function: 'editSource', id })).toEqual(refused)
    expect(await claim(byType, addShop, 'https://evil.test')).toEqual([403, 'origin'])
    await account.call('PUT', '/v4/account', { allowed_origins: [page, 'https://second.test'] })
    expect(await claim(byType, addShop, 'https://second.test')).toEqual([403, 'origin'])
  })

  it('is not made for a type that is not there', async () => {
    expect(await mint({ type: 'platform.nope' })).toMatchObject({
      status: 404,
      body: { error: 'UnknownSourceType' },
    })
  })
})

describe('a token for a source', () => {
  it('works on it, and on nothing else', async () => {
    const [{ id }, { id: second }] = [await newShop('First'), await newShop('Second')]
    expect(await claim({ source_id: id }, { function: 'editSource', id })).toEqual([200, undefined])
    const refused = [403, 'out_of_scope']
    expect(await claim({ source_id: id }, { function: 'editSource', id: second })).toEqual(refused)
    expect(await claim({ source_id: id }, addShop)).toEqual(refused)
  })

  it("is not made for another account's, which is as one that is not there", async () => {
    const stranger = await signUpWithPage(test, 'otto@other.test')
    const { id } = await createShop(stranger)
    for (const source_id of [id, 999_999]) {
      expect(await mint({ source_id })).toMatchObject({ status: 404, body: { error: 'SourceNotFound' } })
    }
  })

  async function newShop(display_name: string) {
    const properties = { tables: '3', password: 'right' }
    const payload = { type: 'platform.test-shop', display_name, properties }
    return (await account.call('POST', '/v4/sources', payload)).body as { id: number }
  }
})

it('is for one thing', async () => {
  for (const body of [{}, { type: 'test-shop', source_id: 1 }, { types: ['test-shop'] }]) {
    expect(await mint(body)).toMatchObject({ status: 400, body: { error: 'InvalidBody' } })
  }
})

it('lives ten minutes, and never longer than what it was made by', async () => {
  const short = await customerToken(test, account, { validity_in_seconds: 60 })
  await mint(byType)
  await browser.call('POST', '/sessions/ephemeral', { body: byType, token: short })
  const rows = await test.services.database.read
    .selectFrom('ephemeral_token')
    .select(({ eb }) => eb('expires_at', '-', eb.ref('created_at')).as('lifetime'))
    .where('account_id', '=', account.id)
    .orderBy('created_at', 'desc')
    .limit(2)
    .execute()
  const lifetimes = rows.map(({ lifetime }) => Number(lifetime)).toSorted((a, b) => a - b)
  expect(lifetimes[0]).toBeLessThanOrEqual(60_000)
  expect(lifetimes[1]).toBe(600_000)
})

it('goes with the access token on which the session rests', async () => {
  const made = await account.call('POST', '/v4/access-tokens', { name: 'Pages' })
  const { id, access_token: key } = made.body as { id: string; access_token: string }
  const token = await customerToken(test, account, {}, key)
  const { body } = await browser.call('POST', '/sessions/ephemeral', { body: byType, token })
  await account.call('DELETE', `/v4/access-tokens/${id}`)
  const reply = await createTestFlow(test.app, test.services).claim(
    body.ephemeral_token,
    { ...addShop },
    { origin: page },
  )
  expect(reply.statusCode).toBe(401)
})
