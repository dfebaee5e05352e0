import { catalogEndpoints } from '@bobbin/shared/api/connector-catalog'
import { errorsOf } from '@bobbin/shared/api/endpoint'
import { catalogConnection, catalogConnector, catalogPlatform } from '@bobbin/shared/connector-catalog'
import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  createTestApp,
  type TestAccount,
  type TestApp,
} from '../../../host-app/server/testing/app.testing.ts'
import type { Connect } from '../connect.ts'
import { createCatalog } from './catalog.ts'

const origin = 'https://app.acme.test'
const type = 'platform.hp-postgres'

let test: TestApp
let account: TestAccount
let host: string
beforeAll(async () => {
  test = await createTestApp({ BOBBIN_ANONYMOUS_CATALOG: 'true' })
  account = await test.signUp()
  await account.call('PUT', '/v4/account', { allowed_origins: [origin] })
  host = await test.app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(() => test.close())

/** As a browser asks for a page: with its origin, and no answer for a page that may not read it. */
beforeEach(() => {
  const { fetch } = globalThis
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    const headers = new Headers(init.headers)
    headers.set('Origin', origin)
    const reply = await fetch(url, { ...init, headers })
    if (reply.headers.get('access-control-allow-origin') === origin) return reply
    if (reply.headers.get('access-control-allow-origin') === '*') return reply
    throw new TypeError('Failed to fetch')
  })
})
afterEach(() => void vi.unstubAllGlobals())

async function tokenFor({ id, call }: TestAccount): Promise<string> {
  const { body } = await call('POST', `/customer/${id}/token`, {})
  return (body as { token: string }).token
}

async function addSource(name: string): Promise<string> {
  const { body } = await account.call('POST', '/v4/sources', { type, display_name: name, properties: {} })
  return String((body as { id: number }).id)
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: unknown) => error,
  )

describe('at a real host', () => {
  it('visitors see what can be connected', async () => {
    const catalog = createCatalog({ host })
    expect(catalogPlatform.parse(await catalog.getPlatform())).toMatchObject({ name: expect.any(String) })
    const connectors = await catalog.listConnectors()
    expect(connectors.map(({ slug }) => slug)).toContain('postgres')
    expect(await catalog.getConnectionOrConnector('postgres')).toEqual({
      connector: connectors.find(({ slug }) => slug === 'postgres'),
    })
    expect(await failure(catalog.listConnections())).toMatchObject({ code: 'NotLoggedIn' })
  })

  it('who is logged in sees what is connected, as the schemas say', async () => {
    const id = await addSource('Shop')
    const catalog = createCatalog({ host })
    await catalog.login(() => tokenFor(account))
    const connectors = await catalog.listConnectors()
    for (const connector of connectors) expect(catalogConnector.strict().parse(connector)).toEqual(connector)
    const postgres = connectors.find(({ slug }) => slug === 'postgres')
    expect(postgres?.connection).toMatchObject({ id, display_name: 'Shop', enabled: true })
    for (const connection of await catalog.listConnections('postgres'))
      expect(catalogConnection.parse(connection)).toEqual(connection)
    expect((await catalog.getConnection('postgres')).id).toBe(id)
    expect((await catalog.getConnection({ id })).connector.slug).toBe('postgres')
    expect(await catalog.getConnectionToken({ id })).toBeNull()
    expect(await failure(catalog.getConnection({ id: '999999' }))).toMatchObject({ code: 'NotFound' })
    await catalog.removeConnection({ id })
  })

  it('what is removed is gone, and told', async () => {
    const id = await addSource('Old')
    const catalog = createCatalog({ host })
    await catalog.login(await tokenFor(account))
    const told: unknown[] = []
    catalog.on('connection:remove', ({ id, enabled }) => told.push([id, enabled]))
    await catalog.removeConnection('postgres')
    expect(told).toEqual([[id, false]])
    const { body } = await account.call('GET', `/v4/sources/${id}`)
    expect(body).toMatchObject({ deleted_at: expect.any(String) })
    expect((await catalog.getConnectionOrConnector('postgres')).enabled).toBeUndefined()
    expect(await failure(catalog.removeConnection({ id }))).toMatchObject({ code: 'NotFound', status: 404 })
  })

  it('a token that is refused is replaced; with no better one the session has ended', async () => {
    const good = await tokenFor(account)
    const tokens = ['bob_cus_gone', good]
    const catalog = createCatalog({ host })
    await catalog.login(async () => tokens.shift() ?? 'bob_cus_gone')
    expect(await catalog.listConnections()).toEqual([])
    const dead = createCatalog({ host })
    expect(await failure(dead.login('bob_cus_gone'))).toMatchObject({ code: 'SessionEnded', status: 401 })
    expect(dead.isLoggedIn()).toBe(false)
  })

  it('a page of another origin is told so', async () => {
    const { body } = await account.call('POST', `/customer/${account.id}/token`, {
      allowed_origins: ['https://app.acme.test:8443'],
    })
    const catalog = createCatalog({ host })
    expect(await failure(catalog.login((body as { token: string }).token))).toMatchObject({
      code: 'OriginNotAllowed',
      status: 403,
    })
  })

  it.each([
    ['its type', type, 200],
    ['its slug', 'postgres', 200],
    ['another slug', 'import-api', 403],
  ])('the token of a window to add a source is for that alone: %s', async (_, asked, status) => {
    const catalog = createCatalog({ host, connect: claiming(asked) })
    await catalog.login(await tokenFor(account))
    expect(await failure(catalog.connect('postgres'))).toEqual({ status })
  })

  it('a connector that there is not has no window’s token', async () => {
    const catalog = createCatalog({ host, connect: claiming('nothing') })
    await catalog.login(await tokenFor(account))
    expect(await failure(catalog.connect('nothing'))).toMatchObject({ code: 'UnknownSourceType' })
  })
})

/** Functions that claim a flow for this type, with the token that they are given, and end with what the host says. */
function claiming(asked: string): Connect {
  const addSource: Connect['addSource'] = async ({ ephemeral_token: get }) => {
    const token = typeof get === 'function' ? await get() : ''
    const flowId = crypto.randomUUID().replaceAll('-', '').slice(0, 22)
    const reply = await fetch(`${host}/flows/${flowId}/claim`, {
      method: 'POST',
      body: JSON.stringify({
        ephemeral_token: token,
        app_key: crypto.randomUUID().replaceAll('-', '').slice(0, 22),
        function: 'addSource',
        type: asked,
        display: 'popup',
      }),
    })
    // oxlint-disable-next-line no-throw-literal, typescript/only-throw-error -- the test reads no more of it
    throw { status: reply.status }
  }
  return { addSource } as Connect
}

it('every code of the calls is named in the README', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const codes = new Set(Object.values(catalogEndpoints).flatMap(errorsOf))
  // Said as `SessionEnded` or `NotLoggedIn`.
  codes.delete('Unauthorized')
  expect([...codes].filter((code) => !readme.includes(`\`${code}\``))).toEqual([])
})
