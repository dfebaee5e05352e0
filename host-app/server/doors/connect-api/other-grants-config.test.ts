import { fileURLToPath } from 'node:url'
import { source } from '@bobbin/shared/source'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startScriptedProvider, type ScriptedProvider } from '../../testing/provider.testing.ts'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'

/* The config of a source with an app's grant and a person's. */

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
    otherGrants: [{ role: 'user', path: ['user'], fatal: false }],
  })
  account = await test.signUp()
  const properties = { subdomain: 'acme', page_size: '100', quota: '10' }
  const payload = { type: 'platform.test-crm', display_name: 'CRM', properties }
  id = (await account.call('POST', '/v4/sources', payload)).as(source).id
  await haveGrant('oauth', 'at', 3_600_000)
  await haveGrant('oauth:user', 'user', 1_000)
})
afterEach(async () => {
  provider.close()
  await test.close()
})

const haveGrant = (kind: 'oauth' | 'oauth:user', name: string, lifetime: number) =>
  test.services.database.write((tx) =>
    test.services.credentials.save(tx, {
      ...{ accountId: account.id, sourceId: id, kind },
      values: { access_token: `${name}-1`, refresh_token: `r-${name}-1` },
      expiresAt: Date.now() + lifetime,
    }),
  )

async function read(query = '') {
  const headers = { authorization: `Bearer ${account.token}` }
  const reply = await test.app.inject({ method: 'GET', url: `/v4/sources/${id}/config${query}`, headers })
  return { status: reply.statusCode, config: reply.json<Record<string, unknown>>(), etag: reply.headers.etag }
}

it('holds the tokens of both, fresh each for itself, and another ETag with each', async () => {
  provider.answer = () => ({
    body: { access_token: `user-${provider.asked.length + 1}`, expires_in: 3600 },
  })
  const before = await read()
  expect(before.config).toMatchObject({ access_token: 'at-1', user_access_token: 'user-2' })
  const renewed = await read('?refresh=user')
  expect(renewed.config).toMatchObject({ access_token: 'at-1', user_access_token: 'user-3' })
  expect(renewed.etag).not.toBe(before.etag)
  expect((await read('?refresh=admin')).status).toBe(400)
})

it('goes on without one that has ended', async () => {
  const { credentials, database } = test.services
  await database.write((tx) => credentials.reject(tx, account.id, id, 'oauth:user'))
  const { config } = await read()
  expect(config).toMatchObject({ access_token: 'at-1' })
  expect(config).not.toHaveProperty('user_access_token')
})
