import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createdEphemeralToken } from '@bobbin/shared/session'
import { createTestApp, partner, person, type TestApp } from '../../testing/app.testing.ts'
import { createEmptyShop } from '../../testing/shop.testing.ts'

let test: TestApp
beforeEach(async () => {
  test = await createTestApp()
})
afterEach(() => test.close())

const post = (payload: object) => test.app.inject({ method: 'POST', url: '/v3/accounts', payload })

describe('POST /v3/accounts', () => {
  it('answers 200 with a token that opens the account', async () => {
    const reply = await post({ ...person, ...partner, region: 'us-east-1' })
    expect(reply.statusCode).toBe(200)
    const { access_token, stitch_account_id } = reply.json<Record<string, unknown>>()
    expect(access_token).toMatch(/^bob_acc_[A-Za-z0-9_-]{43}$/)
    const account = await test.app.inject({
      url: '/v4/account',
      headers: { authorization: `Bearer ${access_token}` },
    })
    expect(account.json()).toEqual({
      stitch_account_id,
      company: 'Acme',
      app_name: null,
      app_logo: null,
      app_support: null,
      allowed_origins: [],
    })
  })

  it.each(['company', 'first_name', 'last_name'] as const)(
    'refuses a %s that turns the text around it',
    async (field) => {
      const reply = await post({ ...person, ...partner, [field]: 'Acme\u202edtL' })
      expect([reply.statusCode, reply.json()]).toMatchObject([
        400,
        { error: 'InvalidBody', data: { paths: { [field]: expect.stringContaining('control characters') } } },
      ])
      expect((await post({ ...person, ...partner, [field]: 'شركة\u200f Acme' })).statusCode).toBe(200)
    },
  )

  it('stores no token', async () => {
    const { access_token } = (await post({ ...person, ...partner })).json<{ access_token: string }>()
    const rows = await test.services.database.read.selectFrom('access_token').selectAll().execute()
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain(access_token.slice(16))
  })

  it('refuses an email that is taken, in any case', async () => {
    await post({ ...person, ...partner })
    const reply = await post({ ...person, ...partner, email: 'ANNA@acme.test' })
    expect(reply.statusCode).toBe(409)
    expect(reply.json()).toMatchObject({ error: 'ExistingUser' })
  })

  it('makes one account of two requests at once', async () => {
    const replies = await Promise.all([post({ ...person, ...partner }), post({ ...person, ...partner })])
    expect(replies.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 409])
  })

  it.each([
    ['id', { ...partner, partner_id: 'other' }],
    ['secret', { ...partner, partner_secret: 'wrong' }],
  ])('refuses a wrong partner %s', async (_, wrong) => {
    const reply = await post({ ...person, ...wrong })
    expect(reply.statusCode).toBe(403)
    expect(reply.json()).toMatchObject({ error: 'AccessDenied' })
  })

  it.each([
    ['a missing field', { ...partner }, 'company'],
    ['a wrong type', { ...person, ...partner, company: 5 }, 'company'],
    ['no address', { ...person, ...partner, email: 'anna' }, 'email'],
  ])('refuses %s and names it', async (_, payload, path) => {
    const reply = await post(payload)
    expect(reply.statusCode).toBe(400)
    expect(reply.json()).toMatchObject({
      error: 'InvalidBody',
      data: { paths: { [path]: expect.any(String) } },
    })
    expect(reply.body).not.toContain(partner.partner_secret)
  })

  it('refuses an unknown key', async () => {
    expect((await post({ ...person, ...partner, is_admin: true })).json()).toMatchObject({
      error: 'InvalidBody',
    })
  })
})

describe('/v4/account', () => {
  it('sets the origins', async () => {
    const account = await test.signUp()
    const origins = ['https://app.example.com', 'http://localhost:3000']
    const set = await account.call('PUT', '/v4/account', { allowed_origins: origins })
    expect(set).toMatchObject({ status: 200, body: { allowed_origins: origins } })
    expect((await account.call('GET', '/v4/account')).body).toEqual(set.body)
  })

  it.each(['https://app.example.com/', '*', 'null', 'https://*.example.com'])(
    'refuses %s',
    async (origin) => {
      const account = await test.signUp()
      expect((await account.call('PUT', '/v4/account', { allowed_origins: [origin] })).status).toBe(400)
    },
  )

  it.each([undefined, 'Bearer', 'Bearer bob_acc_nope', 'Basic YTpi', 'Bearer bob_eph_x'])(
    'is closed to %s',
    async (authorization) => {
      const headers = authorization === undefined ? {} : { authorization }
      const reply = await test.app.inject({ url: '/v4/account', headers })
      expect(reply.statusCode).toBe(401)
      expect(reply.json()).toMatchObject({ error: 'Unauthorized' })
    },
  )

  it('is closed to a token that was revoked', async () => {
    const account = await test.signUp()
    await test.services.database.write((tx) =>
      tx.db.updateTable('access_token').set({ revoked_at: 1 }).where('account_id', '=', account.id).execute(),
    )
    expect((await account.call('GET', '/v4/account')).status).toBe(401)
  })
})

describe('POST /v3/sessions/ephemeral', () => {
  const url = '/v3/sessions/ephemeral'

  it('needs no body', async () => {
    const account = await test.signUp()
    const { status, body } = await account.call('POST', url)
    expect(status).toBe(200)
    expect(body).toEqual({ ephemeral_token: expect.stringMatching(/^bob_eph_[A-Za-z0-9_-]{43}$/) })
  })

  it('keeps the scope with the token, and the token as a hash', async () => {
    const account = await test.signUp()
    const scope = {
      types: ['platform.test-shop'],
      functions: ['addSource'],
      allowed_origins: ['https://a.test'],
      expires_in: 60,
    }
    const { ephemeral_token } = (await account.call('POST', url, scope)).as(createdEphemeralToken)
    const row = await test.services.database.read
      .selectFrom('ephemeral_token')
      .selectAll()
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({
      account_id: account.id,
      types: '["platform.test-shop"]',
      functions: '["addSource"]',
      allowed_origins: '["https://a.test"]',
      used_at: null,
    })
    expect(row.expires_at - row.created_at).toBe(60_000)
    expect(JSON.stringify(row)).not.toContain(ephemeral_token)
  })

  it.each([
    ['a type that is not there', { types: ['platform.nope'] }, 404, 'UnknownSourceType'],
    ['a source that is not there', { source_id: 99 }, 404, 'SourceNotFound'],
    ['more than an hour', { expires_in: 3601 }, 400, 'InvalidBody'],
    ['an unknown function', { functions: ['rule'] }, 400, 'InvalidBody'],
  ])('refuses %s', async (_, scope, status, error) => {
    const account = await test.signUp()
    expect(await account.call('POST', url, scope)).toMatchObject({ status, body: { error } })
  })

  it("refuses another account's source", async () => {
    const [anna, ben] = [await test.signUp('anna@a.test'), await test.signUp('ben@b.test')]
    const { id } = await createEmptyShop(ben)
    const reply = await anna.call('POST', url, { source_id: id })
    expect(reply).toMatchObject({ status: 404, body: { error: 'SourceNotFound' } })
    expect((await ben.call('POST', url, { source_id: id })).status).toBe(200)
  })

  it('forgets tokens a day after their end', async () => {
    const account = await test.signUp()
    await account.call('POST', url)
    await test.services.ephemeralTokens.deleteOld()
    const tokens = () => test.services.database.read.selectFrom('ephemeral_token').selectAll().execute()
    expect(await tokens()).toHaveLength(1)
    await test.services.database.write((tx) =>
      tx.db.updateTable('ephemeral_token').set({ expires_at: 1 }).execute(),
    )
    await test.services.ephemeralTokens.deleteOld()
    expect(await tokens()).toHaveLength(0)
  })
})
