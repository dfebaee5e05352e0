import { createdEphemeralToken, type CreateEphemeralToken } from '@bobbin/shared/session'
import { source } from '@bobbin/shared/source'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createTestFlow, page } from '../../testing/flow.testing.ts'

const second = 'https://second.customer.test'
const type = 'platform.test-shop'
const add = { function: 'addSource', type }

let test: TestApp
let account: TestAccount
/** Sources: two of one type, and one that is pushed. */
let [mine, other, pushed] = [0, 0, 0]
beforeAll(async () => {
  test = await createTestApp()
  account = await test.signUp()
  await account.call('PUT', '/v4/account', { allowed_origins: [page] })
  const make = async (display_name: string, of = type) =>
    (await account.call('POST', '/v4/sources', { type: of, display_name })).as(source).id
  ;[mine, other, pushed] = [await make('Mine'), await make('Other'), await make('Pushed', 'import_api')]
})
afterAll(() => test.close())

async function tokenOf(one: TestAccount, scope: CreateEphemeralToken = {}): Promise<string> {
  return (await one.call('POST', '/v3/sessions/ephemeral', scope)).as(createdEphemeralToken).ephemeral_token
}

async function claim(app: TestApp, token: string, options: Record<string, unknown>, origin = page) {
  const reply = await createTestFlow(app.app, app.services).claim(token, options, { origin })
  return { status: reply.statusCode, body: reply.json<Record<string, unknown>>() }
}

const edit = (id: number) => ({ function: 'editSource', id })

it.each<[string, () => CreateEphemeralToken, () => object, () => object]>([
  ['a type adds no other', () => ({ types: [type] }), () => ({ ...add, type: 'import_api' }), () => add],
  ['a type edits no source of another', () => ({ types: [type] }), () => edit(pushed), () => edit(mine)],
  ['a source opens no other', () => ({ source_id: mine }), () => edit(other), () => edit(mine)],
  ['a source adds none', () => ({ source_id: mine }), () => add, () => edit(mine)],
  [
    'a source adds none that is named beside it',
    () => ({ source_id: mine }),
    () => ({ ...add, id: mine }),
    () => edit(mine),
  ],
  ['functions does no other', () => ({ functions: ['editSource'] }), () => add, () => edit(mine)],
  [
    'several scopes wants all of them',
    () => ({ functions: ['editSource', 'addSource'], types: [type], source_id: mine }),
    () => edit(other),
    () => edit(mine),
  ],
])('a token scoped to %s, and the refusal does not burn it', async (_, scope, refused, allowed) => {
  const token = await tokenOf(account, scope())
  expect(await claim(test, token, refused() as never)).toMatchObject({
    status: 403,
    body: { error: 'UpgradeEphemeralToken', data: { reason: 'out_of_scope' } },
  })
  expect((await claim(test, token, allowed() as never)).status).toBe(200)
})

it('what is out of scope is refused alike, whether it is there or not', async () => {
  const token = await tokenOf(account, { source_id: mine })
  const [there, nowhere] = [await claim(test, token, edit(other)), await claim(test, token, edit(999_999))]
  expect(nowhere).toEqual({ ...there, body: { ...there.body, request_id: nowhere.body['request_id'] } })
})

describe('origins', () => {
  const refused = { status: 403, body: { data: { reason: 'origin' } } }

  it("of a token stand in place of the account's", async () => {
    const token = await tokenOf(account, { allowed_origins: [second] })
    expect(await claim(test, token, add, page)).toMatchObject(refused)
    expect((await claim(test, token, add, second)).status).toBe(200)
  })

  it("never go beyond the operator's", async () => {
    const bounded = await createTestApp({ BOBBIN_ALLOWED_ORIGINS: page })
    const one = await bounded.signUp()
    const token = await tokenOf(one, { allowed_origins: [second, page] })
    expect(await claim(bounded, token, add, second)).toMatchObject(refused)
    expect((await claim(bounded, token, add, page)).status).toBe(200)
    await bounded.close()
  })

  it('must be listed in production', async () => {
    const production = await createTestApp({
      NODE_ENV: 'production',
      BOBBIN_URL: 'https://connect.test',
      BOBBIN_TIMINGS: '',
    })
    const one = await production.signUp()
    const token = await tokenOf(one)
    expect(await claim(production, token, add)).toMatchObject(refused)
    await one.call('PUT', '/v4/account', { allowed_origins: [page] })
    expect((await claim(production, token, add)).status).toBe(200)
    await production.close()
  })
})

it('a token lives no longer than it was asked to', async () => {
  const token = await tokenOf(account, { expires_in: 1 })
  await test.services.database.write((tx) =>
    tx.db
      .updateTable('ephemeral_token')
      .set((eb) => ({ expires_at: eb('expires_at', '-', 1_000) }))
      .where('used_at', 'is', null)
      .execute(),
  )
  expect(await claim(test, token, add)).toMatchObject({
    status: 401,
    body: { error: 'UpgradeEphemeralToken', data: { reason: 'expired' } },
  })
})
