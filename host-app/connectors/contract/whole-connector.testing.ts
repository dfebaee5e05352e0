import { createOutbound } from '../../server/edges/outbound/outbound.ts'
import { contractOf } from '../connector-contract.testing.ts'
import { type Connector, type ConnectorContext, ConnectorError, type ConnectorGrant } from '../connector.ts'
import { grantOf } from '../grant.testing.ts'
import { inOrder, setting } from '../setting-kinds.ts'
import { type AskedRequest, type FakeAnswer, startFakeVendor } from '../rest/fake-vendor.testing.ts'

/*
 * A connector for what the contract has and none of ours does yet: where its API is, is looked up after each exchange, and it
 * has a hook at its vendor that is taken down before a grant is revoked. With a client of the person's own it needs no consent.
 */

const origin = 'https://vendor.test'
const client = { id: 'bobbin', secret: 'secret-of-bobbin' }
const own = { region: 'eu', client_id: 'anna', client_secret: 'secret-of-anna' }
const outbound = createOutbound({ allowPrivateNetworks: true })

const connector: Connector = {
  info: {
    ...{
      type: 'platform.test-whole',
      slug: 'test-whole',
      name: 'Test of all',
      category: 'Other',
      logo: null,
    },
    stage: 'alpha',
    auth_methods: [
      { key: 'oauth', title: 'OAuth', type: 'OAUTH2', properties: [] },
      {
        key: 'own',
        title: 'Own client',
        type: 'OAUTH2CC',
        properties: ['region', 'client_id', 'client_secret'],
      },
    ],
    description: 'Made up.',
    steps: ['form', 'oauth'],
    properties: inOrder([
      setting({ name: 'region', title: 'Region', binds: ['client_secret'], json_schema: { type: 'string' } }),
      setting({ name: 'client_id', title: 'Client', json_schema: { type: 'string' } }),
      setting({
        name: 'client_secret',
        title: 'Secret',
        is_credential: true,
        json_schema: { type: 'string' },
      }),
    ]),
    authorization: { provider_name: 'Test of all', scopes: [] },
    default_scheduling_interval: null,
    default_start_date: null,
  },
  oauth: {
    ...{ issuer: null, sendsIssuer: false, clientAuthentication: 'post', scopes: [] },
    authorizationEndpoint: `${origin}/authorize`,
    tokenEndpoint: `${origin}/token`,
    revocation: { endpoint: `${origin}/revoke` },
    keptFields: { hook: 'hook' },
    keptLookups: ['api'],
  },
  settingsGrants: {
    own: {
      ...{ type: 'client_credentials', tokenEndpoint: 'https://{region}.vendor.test/token' },
      clientAuthentication: 'post',
      client: { id: 'client_id', secret: 'client_secret' },
    },
  },
  hosts: ['*.vendor.test', 'vendor.test'],
  async afterExchange(context) {
    const { api } = await ask(context, 'GET', `${origin}/where`)
    return { api: String(api) }
  },
  async check(context) {
    await ask(context, 'GET', `${context.grant?.kept['api'] ?? origin}/me`)
  },
  async identify(context) {
    const { name } = await ask(context, 'GET', `${origin}/me`)
    return String(name)
  },
  async beforeDisconnect(context) {
    const hook = context.grant?.kept['hook']
    if (hook !== undefined) await ask(context, 'DELETE', `${origin}/hooks/${hook}`)
  },
}

async function ask(
  { grant, fetch, signal }: ConnectorContext,
  method: string,
  url: string,
): Promise<Record<string, unknown>> {
  signal.throwIfAborted()
  try {
    const headers = { authorization: `Bearer ${grant?.accessToken ?? ''}` }
    const response = await fetch(url, { method, headers, signal })
    if (response.status === 401) throw new ConnectorError('AuthorizationExpired')
    // What is gone need not be taken down.
    return response.status === 404 ? {} : ((await response.json()) as Record<string, unknown>)
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}

async function open() {
  let count = 0
  const codes = new Set<string>()
  /** By the number of a grant. */
  const grants = new Set<string>()
  const hooks = new Set<string>()
  const fake = await startFakeVendor(answer)

  /** A grant that is in force. */
  function grant(): ConnectorGrant & { hook: string } {
    const number = String((count += 1))
    grants.add(number)
    hooks.add(number)
    const token = grantOf(`token-${number}`, { kept: { hook: number, api: 'https://eu.vendor.test' } })
    return { ...token!, hook: number }
  }

  function answer(request: AskedRequest): FakeAnswer {
    const { method, url, form, host, headers } = request
    const secret = form.get('client_secret')
    if (form.get('grant_type') === 'client_credentials') {
      if (secret !== own.client_secret) return refusal('invalid_client')
      return { body: { access_token: `token-${grant().hook}` } }
    }
    if (method === 'POST' && secret !== client.secret) return refusal('invalid_client')
    if (url.pathname === '/token') {
      const code = form.get('code')
      const renewed = form.get('refresh_token')?.replace('refresh-', '') ?? ''
      if (code === null ? !grants.has(renewed) : !codes.delete(code)) return refusal('invalid_grant')
      const { hook } = grant()
      return { body: { access_token: `token-${hook}`, refresh_token: `refresh-${hook}`, hook } }
    }
    if (url.pathname === '/revoke') {
      grants.delete(form.get('token')?.replace('refresh-', '') ?? '')
      return { body: {} }
    }
    if (!grants.has(headers.authorization?.replace('Bearer token-', '') ?? '')) return refusal('expired')
    if (method === 'DELETE') {
      return { status: hooks.delete(url.pathname.replace('/hooks/', '')) ? 200 : 404, body: {} }
    }
    if (url.pathname === '/where') return { body: { api: 'https://eu.vendor.test' } }
    const isMe = url.pathname === '/me' && ['eu.vendor.test', 'vendor.test'].includes(host)
    return isMe ? { body: { name: 'Anna' } } : { status: 404, body: {} }
  }

  const situation = (given: ConnectorGrant | null) => ({
    ...{ settings: {}, grant: given },
    ...{ ...outbound, fetch: fake.inPlace(outbound.fetch) },
  })
  return { fake, codes, hooks, grant, situation, close: () => fake.close() }
}

const refusal = (error: string): FakeAnswer => ({ status: 401, body: { error } })

export const contract = contractOf(connector, open, (scene) => ({
  ...{ example: own, junk: {}, account: 'Anna', secrets: () => [client.secret, own.client_secret] },
  working() {
    scene().fake.mood = 'well'
    return scene().situation(scene().grant())
  },
  silent() {
    const situation = scene().situation(scene().grant())
    scene().fake.mood = 'silent'
    const before = scene().fake.asked.length
    return { situation, isAsked: () => scene().fake.asked.length > before }
  },
  exchanges: {
    own: async () => {
      scene().fake.mood = 'well'
      return {
        ...{ settings: { auth_method: 'own', ...own }, wrongSecret: 'of-nobody' },
        fetch: scene().fake.inPlace(outbound.fetch),
        situation: (grant) => scene().situation(grant),
      }
    },
  },
  putUp() {
    scene().fake.mood = 'well'
    const { hook, ...grant } = scene().grant()
    return { situation: scene().situation(grant), remains: () => scene().hooks.has(hook) }
  },
  trip: () => ({
    ...{ client, settings: {}, fetch: scene().fake.inPlace(outbound.fetch) },
    async consent() {
      scene().fake.mood = 'well'
      scene().codes.add('code-1')
      return { code: 'code-1', redirect_uri: 'https://bobbin.test/callback' }
    },
    situation: (grant) => scene().situation(grant),
  }),
  failures: {
    'no grant': {
      ...{ code: 'AuthorizationExpired', field: null },
      situation() {
        scene().fake.mood = 'well'
        return scene().situation(null)
      },
    },
  },
}))
