import { fileURLToPath } from 'node:url'
import { errorTable } from '@bobbin/shared/errors'
import { source } from '@bobbin/shared/source'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { startScriptedProvider, type ScriptedProvider } from '../../testing/provider.testing.ts'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'

let test: TestApp
let account: TestAccount
let provider: ScriptedProvider
let id: number

beforeEach(async () => {
  test = await createTestApp({
    BOBBIN_CONNECTORS: fileURLToPath(new URL('../../testing/crm-connector.testing.ts', import.meta.url)),
    BOBBIN_ALLOW_PRIVATE_NETWORKS: 'true',
    BOBBIN_OAUTH_TEST_CRM_CLIENT_ID: 'client',
    BOBBIN_OAUTH_TEST_CRM_CLIENT_SECRET: 'secret',
  })
  provider = await startScriptedProvider()
  Object.assign(test.services.registry.find('platform.test-crm')?.oauth ?? {}, {
    tokenEndpoint: `${provider.origin}/token`,
  })
  account = await test.signUp()
  const properties = { subdomain: 'acme', page_size: '100', quota: '10' }
  const payload = { type: 'platform.test-crm', display_name: 'CRM', properties }
  id = (await account.call('POST', '/v4/sources', payload)).as(source).id
  await haveGrant()
})
afterEach(async () => {
  provider.close()
  await test.close()
})

const first = { access_token: 'at-1', refresh_token: 'rt-1', token_type: 'Bearer' }

/** The grant as an authorization leaves it; ends in an hour. */
const haveGrant = (lifetime = 3_600_000) =>
  test.services.database.write((tx) =>
    test.services.credentials.save(tx, {
      accountId: account.id,
      sourceId: id,
      kind: 'oauth',
      values: first,
      expiresAt: Date.now() + lifetime,
    }),
  )
const grant = () => test.services.credentials.open(account.id, id, 'oauth')
const row = () => test.services.sources.get(account.id, id)

type Config = Record<string, unknown>

async function read(): Promise<{ config: Config; etag: string }> {
  const reply = await send('GET', {})
  expect(reply.statusCode).toBe(200)
  return { config: z.record(z.string(), z.unknown()).parse(reply.json()), etag: String(reply.headers.etag) }
}

const send = (
  method: 'GET' | 'PUT',
  headers: Record<string, string>,
  payload?: object,
  who = account,
  query = '',
) =>
  test.app.inject({
    method,
    url: `/v4/sources/${id}/config${query}`,
    headers: { authorization: `Bearer ${who.token}`, ...headers },
    ...(payload && { payload }),
  })
const put = (config: Config, etag?: string) =>
  send('PUT', etag === undefined ? {} : { 'if-match': etag }, config)

describe('the config that a tap is given', () => {
  it('holds texts, live tokens, and a start that stays where it is', async () => {
    const { config } = await read()
    const day = new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10)
    expect(config).toMatchObject({
      subdomain: 'acme',
      page_size: '100',
      access_token: 'at-1',
      refresh_token: 'rt-1',
      start_date: `${day}T00:00:00Z`,
    })
    await test.services.database.write((tx) =>
      tx.db
        .updateTable('source')
        .set({ created_at: Date.UTC(2026, 0, 31, 12) })
        .execute(),
    )
    expect((await read()).config['start_date']).toBe('2026-01-01T00:00:00Z')
  })

  it('is fresh, and so is its ETag', async () => {
    await haveGrant(1_000)
    provider.answer = () => ({ body: { access_token: 'at-2', refresh_token: 'rt-2', expires_in: 3600 } })
    const { config, etag } = await read()
    expect(config).toMatchObject({ access_token: 'at-2', refresh_token: 'rt-2' })
    expect((await put({ ...config, access_token: 'at-3' }, etag)).statusCode).toBe(200)
  })

  it('is renewed before its time where the back end says so, once for all who were refused', async () => {
    provider.answer = () => {
      const count = provider.asked.length + 1
      return { body: { access_token: `at-${count}`, refresh_token: `rt-${count}` } }
    }
    const refused = (await read()).etag
    const renew = (headers = {}) => send('GET', headers, undefined, account, '?refresh=true')
    const replies = await Promise.all([renew(), renew(), renew({ 'if-none-match': refused })])
    // A worker that had the old one, too, and comes after the others.
    replies.push(await renew({ 'if-none-match': refused }))
    for (const reply of replies) {
      expect(reply.json()).toMatchObject({ access_token: 'at-2', refresh_token: 'rt-2' })
    }
    expect((await renew()).json()).toMatchObject({ access_token: 'at-3' })
    expect((await grant())?.lifetime).toBeGreaterThan(3_500_000)
    expect((await send('GET', {}, undefined, account, '?refresh=1')).statusCode).toBe(400)
    expect((await send('GET', {}, undefined, account, '?refresh=false')).json()).toMatchObject({
      access_token: 'at-3',
    })
  })
})

describe('the config that a tap leaves', () => {
  it('keeps renewed tokens, sealed, and voids nothing', async () => {
    const { config, etag } = await read()
    const before = await row()
    const reply = await put(
      { ...config, access_token: 'at-9', refresh_token: 'rt-9', expires_in: '7200' },
      etag,
    )
    expect(reply.statusCode).toBe(200)
    expect(reply.json()).toEqual({ status: 200, stored: ['access_token', 'refresh_token'], ignored: [] })
    expect(reply.body).not.toMatch(/at-9|rt-9/)
    const kept = await grant()
    expect(kept).toMatchObject({
      values: { ...first, access_token: 'at-9', refresh_token: 'rt-9' },
      version: 2,
    })
    expect((kept?.expiresAt ?? 0) - Date.now()).toBeGreaterThan(7_100_000)
    expect((await row()).settings_version).toBe(before.settings_version)
    const { config: next, etag: nextEtag } = await read()
    expect(next).toMatchObject({ access_token: 'at-9', refresh_token: 'rt-9' })
    expect(nextEtag).toBe(reply.headers.etag)
    const { sealed } = await test.services.database.read
      .selectFrom('credential')
      .select('sealed')
      .where('kind', '=', 'oauth')
      .executeTakeFirstOrThrow()
    expect(sealed).not.toContain('rt-9')
  })

  it.each([
    ['expires_at', '2030-01-01T00:00:00Z'],
    ['expires_at', 1_893_456_000],
    ['expires_at', '1893456000000'],
  ])('tells when the token ends: %s %j', async (name, value) => {
    const { config, etag } = await read()
    await put({ ...config, access_token: 'at-9', [name]: value }, etag)
    expect((await grant())?.expiresAt).toBe(Date.UTC(2030, 0, 1))
  })

  it('without a word about its end has a token that is renewed when the old one was due', async () => {
    const { config, etag } = await read()
    const before = await grant()
    await put({ ...config, access_token: 'at-9' }, etag)
    expect((await grant())?.expiresAt).toBe(before?.expiresAt)
  })

  it("keeps settings that are declared as the tap's, secret or not", async () => {
    const { config, etag } = await read()
    const reply = await put({ ...config, session: 'top secret', quota: 7 }, etag)
    expect(reply.json()).toEqual({ status: 200, stored: ['quota', 'session'], ignored: [] })
    expect(reply.body).not.toContain('top secret')
    expect((await read()).config).toMatchObject({ session: 'top secret', quota: '7', subdomain: 'acme' })
    expect((await row()).properties).not.toContain('top secret')
    const { report_card: card } = (await account.call('GET', `/v4/sources/${id}`)).as(source)
    expect(card.steps[0]?.properties.find(({ name }) => name === 'quota')?.tap_mutable).toBe(true)
  })

  it.each<[string, (config: Config) => Config]>([
    ['as it was', (config) => config],
    ['with numbers for texts', (config) => ({ ...config, page_size: 100, quota: 10 })],
    ['without some of its keys', ({ subdomain }) => ({ subdomain })],
    ['with null for what it never had', (config) => ({ ...config, session: null })],
    ['with a start of its own', (config) => ({ ...config, start_date: '2001-01-01T00:00:00Z' })],
  ])('%s changes nothing, whatever the ETag', async (_title, change) => {
    const { config } = await read()
    const before = await grant()
    for (const etag of [undefined, '"old"']) {
      const reply = await put(change(config), etag)
      expect([reply.statusCode, reply.json()]).toEqual([200, { status: 200, stored: [], ignored: [] }])
    }
    expect(await grant()).toEqual(before)
  })

  it.each<[string, Config, Record<string, string>]>([
    ['a setting of the person', { subdomain: 'evil' }, { subdomain: 'A tap cannot change this setting.' }],
    ['one of another kind', { page_size: { $gt: 0 } }, { page_size: 'A tap cannot change this setting.' }],
    ['a list where a text belongs', { quota: [1] }, { quota: 'Settings are texts.' }],
    ['a value that breaks its own schema', { quota: 'many' }, { quota: 'Does not have the expected form.' }],
    [
      'a token that is none',
      { access_token: { a: 1 }, refresh_token: '' },
      { refresh_token: 'A token is a text.', access_token: 'A token is a text.' },
    ],
    [
      'an end that is no time',
      { access_token: 'at-9', expires_at: 'soon' },
      { expires_at: 'This is not a time.' },
    ],
  ])('with %s is refused whole, by name', async (_title, changes, fields) => {
    const { config, etag } = await read()
    const before = [await grant(), await row()]
    const reply = await put({ ...config, session: 'top secret', ...changes }, etag)
    expect(reply.statusCode).toBe(422)
    const { error, message, data } = reply.json<Record<string, unknown>>()
    expect([error, message]).toEqual(['InvalidProperties', errorTable.InvalidProperties.sentence])
    expect(data).toEqual({ message, fields, bad_properties: Object.keys(fields) })
    expect(reply.body).not.toMatch(/top secret|evil|at-9/)
    expect([await grant(), await row()]).toEqual(before)
  })

  it('with keys of the tap itself is taken, and they are named', async () => {
    const { config, etag } = await read()
    const reply = await put({ ...config, access_token: 'at-9', cache: { a: 1 } }, etag)
    expect(reply.json()).toEqual({ status: 200, stored: ['access_token'], ignored: ['cache'] })
    expect((await read()).config).not.toHaveProperty('cache')
  })

  it.each([[[]], ['x'], [null], [7]])('is an object, not %j', async (payload) => {
    const reply = await test.app.inject({
      method: 'PUT',
      url: `/v4/sources/${id}/config`,
      headers: { authorization: `Bearer ${account.token}`, 'content-type': 'application/json' },
      payload: JSON.stringify(payload),
    })
    expect([reply.statusCode, reply.json()]).toMatchObject([400, { error: 'InvalidBody' }])
  })
})

describe('a run that comes too late', () => {
  it('never overwrites what is newer', async () => {
    const { config, etag } = await read()
    expect((await put({ ...config, refresh_token: 'rt-2' }, etag)).statusCode).toBe(200)
    const late = await put({ ...config, refresh_token: 'rt-stale' }, etag)
    expect([late.statusCode, late.json()]).toMatchObject([412, { error: 'PreconditionFailed' }])
    // It was given rt-1 and left it so: to the newer one that would be a step back.
    expect((await put(config, etag)).statusCode).toBe(412)
    expect((await grant())?.values['refresh_token']).toBe('rt-2')
    // What is equal to the present is no change, however late.
    expect((await put({ ...config, refresh_token: 'rt-2' }, etag)).statusCode).toBe(200)
  })

  it('must say what it was started with', async () => {
    const { config } = await read()
    const reply = await put({ ...config, refresh_token: 'rt-2' })
    expect([reply.statusCode, reply.json()]).toMatchObject([
      412,
      { error: 'PreconditionFailed', data: { reason: 'if_match_missing' } },
    ])
    expect((await grant())?.values['refresh_token']).toBe('rt-1')
    expect((await put({ ...config, refresh_token: 'rt-2' }, '*')).statusCode).toBe(200)
  })

  it('of two at once loses, and exactly one wins', async () => {
    const { config, etag } = await read()
    const replies = await Promise.all(
      [1, 2, 3, 4].map((number) => put({ ...config, refresh_token: `rt-x${number}` }, etag)),
    )
    expect(replies.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, 412, 412, 412])
    const winner = replies.findIndex(({ statusCode }) => statusCode === 200) + 1
    expect((await grant())?.values['refresh_token']).toBe(`rt-x${winner}`)
  })
})

describe('a rotation by the tap and one of ours', () => {
  it('at the same time: ours gives way, and the grant is not declared dead', async () => {
    const { config, etag } = await read()
    await expire()
    let asked = () => {}
    const isAsked = new Promise<void>((resolve) => (asked = resolve))
    let answer = () => {}
    const mayAnswer = new Promise<void>((resolve) => (answer = resolve))
    // The tap has used rt-1 already, so the provider refuses ours.
    provider.answer = async () => {
      asked()
      await mayAnswer
      return { status: 400, body: { error: 'invalid_grant' } }
    }
    const reading = read()
    await isAsked
    const kept = await put({ ...config, access_token: 'at-9', refresh_token: 'rt-9', expires_in: 3600 }, etag)
    expect(kept.statusCode).toBe(200)
    answer()
    expect((await reading).config).toMatchObject({ access_token: 'at-9', refresh_token: 'rt-9' })
    expect(await grant()).toMatchObject({ status: 'ok' })
  })

  it('before ours was refused: the grant that was declared dead lives again', async () => {
    const { config, etag } = await read()
    await expire()
    provider.answer = () => ({ status: 400, body: { error: 'invalid_grant' } })
    expect((await send('GET', {})).statusCode).toBe(409)
    expect(await grant()).toMatchObject({ status: 'rejected' })
    const kept = await put({ ...config, access_token: 'at-9', refresh_token: 'rt-9', expires_in: 3600 }, etag)
    expect(kept.statusCode).toBe(200)
    expect((await read()).config).toMatchObject({ access_token: 'at-9' })
    // So the source is configured again, and its account is told.
    const feed = (await account.call('GET', '/v4/events?limit=100')).body as { data: { type: string }[] }
    const told = feed.data.map(({ type }) => type)
    expect(told.slice(told.indexOf('credentials.revoked'))).toEqual([
      'credentials.revoked',
      'source.configured',
    ])
    const { configured_at: configuredAt } = await test.services.database.read
      .selectFrom('source')
      .select('configured_at')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    expect(configuredAt).not.toBeNull()
  })

  /** The access token has ended, by the clock; the grant's version stays. */
  const expire = () =>
    test.services.database.write((tx) =>
      tx.db.updateTable('credential').set({ expires_at: 1 }).where('kind', '=', 'oauth').execute(),
    )
})

it("is another account's neither to read nor to write", async () => {
  const other = await test.signUp('otto@other.test')
  for (const method of ['GET', 'PUT'] as const) {
    const reply = await send(method, {}, method === 'PUT' ? { refresh_token: 'mine' } : undefined, other)
    expect([reply.statusCode, reply.json()]).toMatchObject([404, { error: 'SourceNotFound' }])
  }
  expect((await grant())?.values).toEqual(first)
})
