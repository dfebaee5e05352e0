import { catalogConnection, catalogConnector } from '@bobbin/shared/connector-catalog'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import {
  createConfiguredShop,
  createEmptyShop,
  createShop,
  finishedCheck,
} from '../../testing/shop.testing.ts'
import { createTestPage, customerToken, signUpWithPage } from './catalog.testing.ts'

const connectorIn = (name: string) =>
  fileURLToPath(new URL(`../../testing/${name}.testing.ts`, import.meta.url))

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({
    BOBBIN_CONNECTORS: ['shop-connector', 'old-connector', 'crm-connector'].map(connectorIn).join(),
    BOBBIN_OAUTH_TEST_CRM_CLIENT_ID: 'client-7',
    BOBBIN_OAUTH_TEST_CRM_CLIENT_SECRET: 'a client secret',
    BOBBIN_BROWSER_TOKENS: 'true',
    BOBBIN_DEMO_CRM_URL: 'http://127.0.0.1:9',
  })
})
afterAll(() => test.close())

let account: TestAccount
let browser: Awaited<ReturnType<typeof pageOf>>
let accounts = 0
beforeEach(async () => {
  accounts += 1
  account = await signUpWithPage(test, `anna-${accounts}@acme.test`)
  browser = await pageOf(test, account)
})

async function pageOf(on: TestApp, of: TestAccount) {
  const made = createTestPage(on)
  await made.call('POST', '/sessions', { token: await customerToken(on, of) })
  return made
}

const get = async (path: string) => (await browser.call('GET', path)).body
const statusOf = async (path: string) => (await browser.call('GET', path)).status

/** A source of the test's CRM that has what its provider granted. */
const createCrm = (on = test, of = account) =>
  createGranted(on, of, { type: 'platform.test-crm', display_name: 'CRM' })

async function createGranted(on: TestApp, of: TestAccount, payload: object) {
  const { id } = (await of.call('POST', '/v4/sources', payload)).body as { id: number }
  const { database, credentials } = on.services
  const values = { access_token: 'an access token', refresh_token: 'a refresh token' }
  await database.write((tx) =>
    credentials.save(tx, { kind: 'oauth', values, accountId: of.id, sourceId: id }),
  )
  return id
}

it('tells when what was granted ends, and by when to connect again once that is near', async () => {
  const id = await createCrm()
  const shown = async () => {
    const { connection } = (await get(`/connection/${id}`)) as { connection: unknown }
    const { authorization } = catalogConnection.parse(connection)
    const { body } = await account.call('GET', `/v4/sources/${id}`)
    const { expires_at, reconnect_by } = authorization ?? {}
    return [expires_at, reconnect_by, (body as { authorization_expires_at: string }).authorization_expires_at]
  }
  const endIn = async (days: number) => {
    const { database, credentials } = test.services
    const [consentedAt, absoluteDeath] = [Date.now(), Date.now() + days * 86_400_000]
    const values = { access_token: 'an access token', refresh_token: 'a refresh token' }
    await database.write((tx) =>
      credentials.save(tx, {
        ...{ kind: 'oauth', values, accountId: account.id, sourceId: id },
        life: { consentedAt: consentedAt - 100 * 86_400_000, idleDeath: null, absoluteDeath },
      }),
    )
    return new Date(absoluteDeath).toISOString()
  }
  expect(await shown()).toEqual([undefined, undefined, null])
  const seconds = (time: string) => time.replace(/\.\d+Z$/, 'Z')
  const far = await endIn(100)
  expect(await shown()).toEqual([far, undefined, seconds(far)])
  const near = await endIn(13)
  expect(await shown()).toEqual([near, near, seconds(near)])
})

describe('the connectors', () => {
  it('come by name, with what the account has of each; a deprecated one where it has it', async () => {
    const { connectors } = await get('/connectors')
    for (const one of connectors) expect(catalogConnector.strict().parse(one)).toEqual(one)
    const names = connectors.map(({ name }: { name: string }) => name)
    expect(names).toEqual(expect.arrayContaining(['Demo CRM', 'Import API', 'SFTP', 'Test CRM', 'Test shop']))
    expect(names).toEqual(names.toSorted((one: string, other: string) => one.localeCompare(other, 'en')))
    const named = (name: string) => connectors[names.indexOf(name)]
    expect(named('Test shop')).toMatchObject({
      type: 'platform.test-shop',
      slug: 'test-shop',
      mark_url: `${test.services.config.url}/connectors/test-shop/logo.svg`,
      supports_multiple_connections: true,
      connections: [],
    })
    expect(named('SFTP')).not.toHaveProperty('connection')
    expect(await statusOf('/connectors/test-old')).toBe(404)

    const id = await createConfiguredShop(account)
    const { changeSource } = await import('../../nouns/sources/source-row.ts')
    await test.services.database.write((tx) =>
      changeSource(tx, account.id, id).set({ type: 'platform.test-old' }).execute(),
    )
    const old = (await get('/connectors/test-old')).connector
    expect(old).toMatchObject({ stage: 'deprecated', connection: { id: String(id), enabled: true } })
    expect((await get('/connectors')).connectors).toHaveLength(connectors.length + 1)
  })

  it('are found by their slug alone', async () => {
    expect((await get('/connectors/test-shop')).connector.name).toBe('Test shop')
    for (const slug of ['platform.test-shop', 'nope', '__proto__', '%00']) {
      expect([slug, await statusOf(`/connectors/${slug}`)]).toEqual([slug, 404])
    }
  })
})

describe('a connection', () => {
  it('is a source, as it stands', async () => {
    const id = await createConfiguredShop(account)
    const { connection } = await get(`/connection/${id}`)
    expect(catalogConnection.strict().parse(connection)).toEqual(connection)
    expect(connection).toMatchObject({
      id: String(id),
      enabled: true,
      display_name: 'Shop',
      step: 'fully_configured',
      authorization: {
        id: String(id),
        display_label: 'Shop',
        status: 'active',
        authorizer: { client_id: '', prototype: { name: 'Test shop', slug: 'test-shop' } },
      },
      connector: { slug: 'test-shop' },
    })
    expect((await get('/connectors/test-shop')).connector.connections).toHaveLength(1)
  })

  it('says what is wrong with it', async () => {
    const { id } = await createShop(account, { password: 'wrong' })
    await finishedCheck(account, id)
    expect((await get(`/connection/${id}`)).connection).toMatchObject({
      enabled: true,
      authorization: { status: 'error', error_code: 'CredentialsRejected' },
      problem: { code: 'CredentialsRejected', action: 'edit' },
    })
  })

  it('of several speaks for them that works, or else the newest', async () => {
    const works = await createConfiguredShop(account, 'First')
    const { id: newest } = await createEmptyShop(account, 'Second')
    expect((await get('/connections/test-shop')).connection.id).toBe(String(works))
    expect((await get('/connectors/test-shop')).connector.connection.id).toBe(String(works))
    await browser.call('DELETE', `/connection/${works}`)
    expect((await get('/connections/test-shop')).connection.id).toBe(String(newest))
  })

  it('is listed with the others, oldest first, or with those of its connector', async () => {
    const [first, second] = [
      await createEmptyShop(account, 'First'),
      await createEmptyShop(account, 'Second'),
    ]
    const crm = await createCrm()
    const ids = async (query: string) =>
      (await get(`/connections${query}`)).connections.map(({ id }: { id: string }) => Number(id))
    expect(await ids('')).toEqual([first.id, second.id, crm])
    expect(await ids('?slug=test-shop')).toEqual([first.id, second.id])
    expect(await ids('?slug=nope')).toEqual([])
  })

  it("of another account's is as one that is not there", async () => {
    const other = await signUpWithPage(test, `otto-${accounts}@other.test`)
    const id = await createConfiguredShop(other)
    for (const path of [`/connection/${id}`, '/connections/test-shop', '/connection/999999']) {
      for (const method of ['GET', 'DELETE'] as const) {
        expect(await browser.call(method, path)).toMatchObject({
          status: 404,
          body: { error: 'NotFound' },
        })
      }
    }
    expect((await get('/connections')).connections).toEqual([])
    expect((await other.call('GET', `/v4/sources/${id}`)).body).toMatchObject({ deleted_at: null })
  })

  it('whose connector the operator took away is none', async () => {
    const id = await createConfiguredShop(account)
    const { changeSource } = await import('../../nouns/sources/source-row.ts')
    await test.services.database.write((tx) =>
      changeSource(tx, account.id, id).set({ type: 'platform.gone' }).execute(),
    )
    expect([await statusOf(`/connection/${id}`), (await get('/connections')).connections]).toEqual([404, []])
  })
})

it('a connection that is removed while it is checked is not there again when the check ends', async () => {
  const { id } = await createShop(account, { tables: '3000' })
  const { checks, events } = test.services
  await expect.poll(async () => (await checks.latest(account.id, id))?.phase).toBe('reading_schema')
  expect((await get(`/connection/${id}`)).connection.authorization.status).toBe('retrieving_tokens')
  const { status, body } = await browser.call('DELETE', '/connections/test-shop')
  expect([status, body.connection.id, body.connection.enabled]).toEqual([200, String(id), false])
  await expect.poll(async () => (await checks.latest(account.id, id))?.status).not.toBe('running')
  expect([await statusOf(`/connection/${id}`), await statusOf('/connections/test-shop')]).toEqual([404, 404])
  const told = (await events.read(`account:${account.id}`, 0)).map((event) => event.type)
  expect(told.slice(told.indexOf('source.deleted') + 1)).toEqual([])
})

describe('the access token of a provider', () => {
  it('is in the answer about one connection that works, and in no list; what renews it is nowhere', async () => {
    const id = await createCrm()
    const one = (await get(`/connection/${id}`)).connection
    expect(one.authorization).toMatchObject({
      status: 'active',
      access_token: 'an access token',
      authorizer: { client_id: 'client-7', prototype: { name: 'Test CRM', slug: 'test-crm' } },
    })
    expect((await get('/connections/test-crm')).connection.authorization.access_token).toBe('an access token')
    const lists = [await get('/connectors'), await get('/connectors/test-crm'), await get('/connections')]
    expect(JSON.stringify(lists)).not.toContain('an access token')
    expect(JSON.stringify([one, ...lists])).not.toContain('a refresh token')
    expect(JSON.stringify((await browser.call('DELETE', `/connection/${id}`)).body)).not.toContain('token"')
  })

  it('is not there where the grant is dead', async () => {
    const id = await createCrm()
    const { database, credentials } = test.services
    await database.write((tx) => credentials.reject(tx, account.id, id, 'oauth'))
    const { authorization, problem } = (await get(`/connection/${id}`)).connection
    expect([authorization.status, problem.action]).toEqual(['error', 'reconnect'])
    expect(authorization).not.toHaveProperty('access_token')
  })

  it('is not there before all is done', async () => {
    const properties = { start_date: '2026-01-01' }
    const payload = { type: 'platform.demo-crm', display_name: 'CRM', properties }
    const id = await createGranted(test, account, payload)
    const { authorization, step } = (await get(`/connection/${id}`)).connection
    expect([authorization.status, step]).toEqual(['awaiting_callback', 'discover_schema'])
    expect(authorization).not.toHaveProperty('access_token')
  })

  it('is not there where the settings of a source are all that it has', async () => {
    const id = await createConfiguredShop(account)
    const { connection } = await get(`/connection/${id}`)
    expect(JSON.stringify(connection)).not.toMatch(/access_token|right/)
  })

  it('is nowhere unless the operator says so', async () => {
    const closed = await createTestApp({ BOBBIN_CONNECTORS: connectorIn('crm-connector') })
    const owner = await signUpWithPage(closed, 'anna@acme.test')
    const id = await createCrm(closed, owner)
    const own = await pageOf(closed, owner)
    for (const path of [`/connection/${id}`, '/connections/test-crm']) {
      const { status, body } = await own.call('GET', path)
      expect([status, body.connection.authorization.status]).toEqual([200, 'active'])
      expect(JSON.stringify(body)).not.toContain('an access token')
    }
    await closed.close()
  })
})
