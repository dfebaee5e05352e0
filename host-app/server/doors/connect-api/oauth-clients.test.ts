import { randomId } from '@bobbin/shared/random-id'
import { fileURLToPath } from 'node:url'
import { source } from '@bobbin/shared/source'
import { oauthClient } from '@bobbin/shared/oauth-client'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'

const secret = 'a-secret-that-nobody-reads'
const given = { type: 'platform.test-crm', client_id: 'acme', client_secret: secret }

let test: TestApp
let account: TestAccount
let stranger: TestAccount
beforeAll(async () => {
  const connector = new URL('../../testing/crm-connector.testing.ts', import.meta.url)
  test = await createTestApp({ BOBBIN_CONNECTORS: fileURLToPath(connector) })
})
afterAll(() => test.close())
beforeEach(async () => {
  account = await test.signUp(`${randomId()}@acme.test`)
  stranger = await test.signUp(`${randomId()}@other.test`)
})

const create = async (more: object = {}, who = account) =>
  (await who.call('POST', '/v4/oauth-clients', { ...given, ...more })).as(oauthClient)
const connect = async (more: object = {}) =>
  account.call('POST', '/v4/sources', { type: given.type, display_name: `CRM ${Math.random()}`, ...more })

it('is made, shown, changed and deleted, and its secret is in no answer', async () => {
  const made = await account.call('POST', '/v4/oauth-clients', { ...given, name: 'Ours' })
  const { id } = made.as(oauthClient)
  const path = `/v4/oauth-clients/${id}`
  const answers = [
    made,
    await account.call('GET', path),
    await account.call('GET', '/v4/oauth-clients'),
    await account.call('PUT', path, { client_secret: `${secret}-2`, name: null }),
    await account.call('POST', '/v4/oauth-clients', {
      ...given,
      client_secret: `${secret}\n${secret}`,
      type: 'x',
    }),
    await account.call('DELETE', path),
    await account.call('GET', path),
  ]
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 422, 200, 404])
  expect(JSON.stringify(answers)).not.toContain(secret)
  expect(answers[3]?.body).toMatchObject({ id, client_id: 'acme', name: null, is_default: true })
})

it('does not exist for another account', async () => {
  const { id } = await create()
  const path = `/v4/oauth-clients/${id}`
  expect((await stranger.call('GET', '/v4/oauth-clients')).body).toEqual([])
  for (const call of [
    stranger.call('GET', path),
    stranger.call('PUT', path, { client_secret: 'mine' }),
    stranger.call('DELETE', `${path}?force=true`),
    stranger.call('POST', '/v4/sources', { type: given.type, display_name: 'CRM', oauth_client_id: id }),
  ]) {
    expect(await call).toMatchObject({ status: 404, body: { error: 'NotFound' } })
  }
  expect((await account.call('GET', path)).as(oauthClient).id).toBe(id)
})

it('is the default, and the former one is none any more; of another account’s nothing changes', async () => {
  const theirs = await create({}, stranger)
  const one = await create()
  const two = await create({ is_default: false })
  await account.call('PUT', `/v4/oauth-clients/${two.id}`, { is_default: true })
  const defaults = async (who: TestAccount) =>
    (await who.call('GET', '/v4/oauth-clients'))
      .as(oauthClient.array())
      .map((row) => [row.id, row.is_default])
  expect(await defaults(account)).toEqual([
    [one.id, false],
    [two.id, true],
  ])
  expect(await defaults(stranger)).toEqual([[theirs.id, true]])
})

it('is changed only as it was read', async () => {
  const { id } = await create()
  const url = `/v4/oauth-clients/${id}`
  const authorization = `Bearer ${account.token}`
  const read = await test.app.inject({ url, headers: { authorization } })
  const put = async (payload: object) => {
    const headers = { authorization, 'if-match': String(read.headers.etag) }
    return (await test.app.inject({ method: 'PUT', url, headers, payload })).statusCode
  }
  expect([await put({ name: 'One' }), await put({ client_secret: 'two' })]).toEqual([200, 412])
})

it('is chosen for one source, and goes with a forced deletion alone', async () => {
  const { id } = await create({ is_default: false })
  const made = (await connect({ oauth_client_id: id })).as(source)
  const other = (await connect()).as(source)
  expect([made.oauth_client_id, other.oauth_client_id]).toEqual([id, null])
  const path = `/v4/oauth-clients/${id}`
  expect(await account.call('DELETE', path)).toMatchObject({
    status: 409,
    body: { error: 'Conflict', data: { reason: 'client_in_use', source_ids: [made.id] } },
  })
  await account.call('PUT', `/v4/sources/${other.id}`, { oauth_client_id: id })
  await account.call('PUT', `/v4/sources/${made.id}`, { oauth_client_id: null })
  expect((await account.call('DELETE', path)).body).toMatchObject({ data: { source_ids: [other.id] } })
  expect((await account.call('DELETE', `${path}?force=true`)).status).toBe(200)
  const now = (await account.call('GET', `/v4/sources/${other.id}`)).as(source)
  expect(now.oauth_client_id).toBeNull()
})

it('of another type is none for a source', async () => {
  const { id } = await create()
  const body = { type: 'platform.test-shop', display_name: 'Shop', oauth_client_id: id }
  expect((await account.call('POST', '/v4/sources', body)).status).toBe(404)
})
