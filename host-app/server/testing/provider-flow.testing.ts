import { fileURLToPath } from 'node:url'
import { createTestApp, type TestAccount, type TestApp } from './app.testing.ts'
import { startScriptedProvider, type ScriptedProvider } from './provider.testing.ts'
import { createTestFlow, page, type TestFlow } from './flow.testing.ts'

export const slug = 'test-trip'
export const type = 'platform.test-trip'

/** For tests: the real app, a provider that says what it is told to, and flows that go there and back. */
export async function openProviderWorld(env: Readonly<Record<string, string>> = {}) {
  const provider: ScriptedProvider = await startScriptedProvider()
  const test: TestApp = await createTestApp({
    BOBBIN_CONNECTORS: fileURLToPath(new URL('trip-connector.testing.ts', import.meta.url)),
    BOBBIN_OAUTH_TEST_TRIP_CLIENT_ID: 'client-1',
    BOBBIN_OAUTH_TEST_TRIP_CLIENT_SECRET: 'a client secret',
    BOBBIN_ALLOW_PRIVATE_NETWORKS: 'true',
    ...env,
  })
  // The endpoint is only known now.
  const connector = test.services.registry.find(type)
  if (!connector?.oauth) throw new Error('The connector of the test is not there.')
  Object.assign(connector, { oauth: { ...connector.oauth, tokenEndpoint: `${provider.origin}/token` } })
  const account: TestAccount = await test.signUp()
  await account.call('PUT', '/v4/account', { allowed_origins: [page] })

  let sources = 0

  async function token(scope: object = {}): Promise<string> {
    const { body } = await account.call('POST', '/v3/sessions/ephemeral', scope)
    return (body as { ephemeral_token: string }).ephemeral_token
  }

  return {
    test,
    provider,
    account,
    /** A flow at its authorize screen. */
    async begin(options?: Record<string, unknown>, scope: object = {}): Promise<TestFlow> {
      const flow = createTestFlow(test.app, test.services)
      if (options) await flow.begin(await token(scope), options)
      else {
        const source = { type, display_name: `CRM ${++sources}`, properties: {} }
        const { body } = await account.call('POST', '/v4/sources', source)
        await flow.begin(await token(), { function: 'authorizeSource', id: (body as { id: number }).id })
      }
      return flow
    },
    leave,
    /** A callback as the flow's browser loads it. */
    callback: (flow: TestFlow, query: Record<string, string>, path = `/oauth/callback/${slug}`) =>
      flow.get(`${path}?${new URLSearchParams(query)}`),
    /** An answer as the provider's page posts it: by the browser, without the cookie. */
    post: (
      body: string,
      path = `/oauth/callback/${slug}`,
      contentType = 'application/x-www-form-urlencoded',
    ) =>
      test.app.inject({
        method: 'POST',
        url: path,
        headers: {
          'content-type': contentType,
          origin: 'https://provider.test',
          'sec-fetch-site': 'cross-site',
        },
        payload: body,
      }),
    /** To the provider and back, with the account of this name; the connector cannot tell whose `nobody`'s is. */
    async authorizeAs(flow: TestFlow, name: string): Promise<void> {
      const token = name === 'nobody' ? 'unnamed' : `of ${name}`
      provider.answer = () => ({ body: { access_token: token, refresh_token: `refresh of ${name}` } })
      const reply = await this.callback(flow, { state: await leave(flow), code: 'c' })
      if (reply.headers.location !== `/connect/${flow.id}`) throw new Error('The flow was not come back to.')
    },
    /** What the source is authorized with, and for whom. */
    async connected(id: number) {
      const { credentials, sources } = test.services
      const row = await sources.get(account.id, id)
      const grant = await credentials.open(account.id, id, 'oauth')
      return {
        name: row.external_account,
        token: grant?.values['access_token'],
        version: row.settings_version,
        status: grant?.status,
      }
    },
    async close() {
      provider.close()
      await test.close()
    },
  }
}
export type ProviderWorld = Awaited<ReturnType<typeof openProviderWorld>>

/** The person follows the link to the provider. Returns the state that goes along. */
async function leave(flow: TestFlow): Promise<string> {
  const { authorize_ticket: ticket } = (await flow.call('getState')).json() as { authorize_ticket: string }
  const reply = await flow.get(`/connect/${flow.id}/authorize?ticket=${ticket}`)
  const state = new URL(String(reply.headers['location'])).searchParams.get('state')
  if (!state) throw new Error('The way to the provider has no state.')
  return state
}
