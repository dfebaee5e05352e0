import { createdImportToken, importToken } from '@bobbin/shared/import-token'
import { source } from '@bobbin/shared/source'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createEmptyShop } from '../../testing/shop.testing.ts'

let test: TestApp
let account: TestAccount
let other: TestAccount
beforeAll(async () => {
  test = await createTestApp()
  account = await test.signUp()
  other = await test.signUp('other@acme.test')
})
afterAll(() => test.close())

let id = 0
let url: string
beforeEach(async () => {
  const payload = { type: 'import_api', display_name: `Pushed after ${id}` }
  ;({ id } = (await account.call('POST', '/v4/sources', payload)).as(source))
  url = `/v4/sources/${id}/tokens`
})

const make = async () => (await account.call('POST', url)).as(createdImportToken)
const verify = (token: string) => test.services.importTokens.verify(token)

describe('an import token', () => {
  it('is shown once, stored as a hash, and names its source', async () => {
    const made = await make()
    expect(made.access_token).toMatch(/^bob_imp_[\w-]{43}$/)
    expect(await verify(made.access_token)).toEqual({ accountId: account.id, sourceId: id })
    const reply = await account.call('GET', url)
    expect(reply.as(z.array(importToken))).toEqual([{ id: made.id, created_at: expect.any(String) }])
    const rows = await test.services.database.read.selectFrom('import_token').selectAll().execute()
    expect(JSON.stringify([reply.body, rows])).not.toContain(made.access_token)
  })

  it('is one of two at most, also when four are asked for at once', async () => {
    const replies = await Promise.all(Array.from({ length: 4 }, () => account.call('POST', url)))
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 200, 409, 409])
    expect(replies.at(-1)?.body).toMatchObject({ error: 'Conflict', data: { reason: 'too_many_tokens' } })
    const [first] = (await account.call('GET', url)).as(z.array(importToken))
    await account.call('DELETE', `${url}/${first!.id}`)
    expect((await account.call('POST', url)).status).toBe(200)
  })

  it('is revoked at once, and the reply is its source', async () => {
    const [gone, kept] = [await make(), await make()]
    const reply = await account.call('DELETE', `${url}/${gone.id}`)
    expect([reply.status, reply.as(source).id]).toEqual([200, id])
    expect(await verify(gone.access_token)).toBeNull()
    expect(await verify(kept.access_token)).not.toBeNull()
    expect((await account.call('GET', url)).body).toMatchObject([{ id: kept.id }])
    expect((await account.call('DELETE', `${url}/${gone.id}`)).body).toMatchObject({ error: 'NotFound' })
  })

  it('is not good while its source is paused, and never again once that is deleted', async () => {
    const { access_token } = await make()
    const pause = (paused_at: string | null) => account.call('PUT', `/v4/sources/${id}`, { paused_at })
    await pause(new Date().toISOString())
    expect(await verify(access_token)).toBeNull()
    await pause(null)
    expect(await verify(access_token)).not.toBeNull()
    await account.call('DELETE', `/v4/sources/${id}`)
    expect(await verify(access_token)).toBeNull()
    await test.services.database.write((tx) =>
      tx.db.updateTable('source').set({ deleted_at: null }).where('id', '=', id).execute(),
    )
    expect(await verify(access_token)).toBeNull()
  })

  it('opens nothing of the Connect API, and no access token pushes data', async () => {
    const headers = { authorization: `Bearer ${(await make()).access_token}` }
    expect((await test.app.inject({ url: '/v4/account', headers })).statusCode).toBe(401)
    expect(await verify(account.token)).toBeNull()
    expect(await verify('')).toBeNull()
  })
})

it('is refused to a source that reads its data itself', async () => {
  const shop = await createEmptyShop(account)
  expect(await account.call('POST', `/v4/sources/${shop.id}/tokens`)).toMatchObject({
    status: 409,
    body: { error: 'Conflict', data: { reason: 'not_push', type: 'platform.test-shop' } },
  })
})

it('of another account’s source is not there, nor another source’s token', async () => {
  const { id: tokenId, access_token } = await make()
  for (const [method, path] of [
    ['GET', url],
    ['POST', url],
    ['DELETE', `${url}/${tokenId}`],
  ] as const) {
    expect(await other.call(method, path)).toMatchObject({ status: 404, body: { error: 'SourceNotFound' } })
  }
  const second = await createEmptyShop(account, 'Second')
  for (const path of [`/v4/sources/${second.id}/tokens/${tokenId}`, `${url}/0`, `${url}/x`]) {
    expect(await account.call('DELETE', path)).toMatchObject({ status: 404, body: { error: 'NotFound' } })
  }
  expect(await verify(access_token)).not.toBeNull()
})
