import { generateKeyPairSync, verify } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import {
  type AskedToken,
  startScriptedProvider,
  type ScriptedProvider,
} from '../../testing/provider.testing.ts'
import { connectorInfo, property } from '../../testing/made-up-connector.testing.ts'
import { accountId, openWorld, plainProvider, slug, type World } from './oauth-world.testing.ts'

/*
 * Each field of a provider's record, at a provider that fails when the field is left out. A field without a case here does
 * not compile. Those of `quirks` and of `revocation` have theirs in `token-reply`, `trip-dialects`, `refusals` and
 * `revoke-token`; other grants, and steps of the provider's own, in files that have their names.
 */

let world: World
let vendor: ScriptedProvider
beforeEach(async () => {
  world = await openWorld()
  vendor = await startScriptedProvider()
})
afterEach(async () => {
  vendor.close()
  await world.close()
})

interface Case {
  /** What the record says; `origin` is the provider's, `port` is its port. */
  readonly fields: (at: { origin: string; port: string }) => Partial<OAuthProvider>
  /** The record that lacks them, if that is more than leaving them out. */
  readonly without?: (at: { origin: string; port: string }) => Partial<OAuthProvider>
  /** Whether the provider takes the request for authorization. */
  readonly authorizes?: (url: URL) => boolean
  /** What its callback says; a code by default. */
  readonly callback?: (url: URL) => Record<string, string>
  /** Whether it takes a request to its token endpoint. */
  readonly exchanges?: (asked: AskedToken) => boolean
  /** What it grants. */
  readonly grants?: object
  /** Renews the grant too, and fails when that fails. */
  readonly renews?: boolean
  /** Whether all is well in the end. */
  readonly then?: (world: World) => Promise<boolean>
  readonly hosts?: (port: string) => string[]
}

const good = { access_token: 'at-1', refresh_token: 'rt-1', expires_in: 3600 }
const kept = async (name: string) => (await world.grant())?.values[name]
const isRefresh = ({ parameters }: AskedToken) => parameters['grant_type'] === 'refresh_token'

const key = generateKeyPairSync('ec', { namedCurve: 'P-256' })

type Elsewhere = 'quirks' | 'revocation' | 'otherGrants' | 'tokenSteps' | 'renewal' | 'lifetimeProbe'
type Field = Exclude<keyof OAuthProvider, Elsewhere>

const cases: Record<Field | 'clientAuthentication.headers', Case> = {
  issuer: {
    fields: () => ({ issuer: 'https://issuer.test' }),
    // A callback of another server is not taken for it.
    callback: () => ({ code: 'c', iss: 'https://other.test' }),
    then: () => Promise.resolve(world.logged.join().includes('refused for its issuer')),
  },
  sendsIssuer: {
    fields: () => ({ issuer: 'https://issuer.test', sendsIssuer: true }),
    without: () => ({ issuer: 'https://issuer.test' }),
    then: () => Promise.resolve(world.logged.join().includes('refused for its issuer')),
  },
  authorizationEndpoint: {
    fields: ({ port }) => ({
      authorizationEndpoint: `http://{subdomain}.localhost:${port}/authorize`,
      endpointSettings: ['subdomain'],
    }),
    without: () => ({}),
    authorizes: ({ hostname }) => hostname === 'acme.localhost',
    hosts: (port) => [`*.localhost:${port}`, `127.0.0.1:${port}`],
  },
  tokenEndpoint: {
    fields: ({ port }) => ({
      tokenEndpoint: ({ subdomain = '' }) => `http://${subdomain}.localhost:${port}/token`,
      endpointSettings: ['subdomain'],
    }),
    without: () => ({}),
    exchanges: ({ host }) => host.startsWith('acme.localhost:'),
    renews: true,
    hosts: (port) => [`*.localhost:${port}`, `127.0.0.1:${port}`],
  },
  endpointSettings: {
    fields: ({ port }) => ({
      tokenEndpoint: `http://{subdomain}.localhost:${port}/token`,
      endpointSettings: ['subdomain'],
    }),
    without: ({ port }) => ({ tokenEndpoint: `http://localhost:${port}/token` }),
    exchanges: ({ host }) => host.startsWith('acme.localhost:'),
    then: async () => (await kept('subdomain')) === 'acme',
    hosts: (port) => [`*.localhost:${port}`, `localhost:${port}`, `127.0.0.1:${port}`],
  },
  refreshEndpoint: {
    fields: ({ origin }) => ({ refreshEndpoint: `${origin}/refresh` }),
    exchanges: (asked) => (asked.path === '/refresh') === isRefresh(asked),
    renews: true,
  },
  clientAuthentication: {
    fields: () => ({ clientAuthentication: 'private_key_jwt' }),
    exchanges: ({ parameters }) => isSigned(parameters['client_assertion']),
  },
  'clientAuthentication.headers': {
    fields: () => ({ clientAuthentication: { headers: { 'x-app': '{client_id}:{client_secret}' } } }),
    exchanges: ({ headers, authorization, parameters }) =>
      headers['x-app'] === 'client-1:s3cret &+' &&
      authorization === null &&
      parameters['client_id'] === 'client-1',
    renews: true,
  },
  basicEncoding: {
    fields: () => ({ basicEncoding: 'raw' }),
    exchanges: ({ authorization }) =>
      Buffer.from(authorization?.slice(6) ?? '', 'base64').toString() === 'client-1:s3cret &+',
  },
  tokenRequestFormat: {
    fields: () => ({ tokenRequestFormat: 'json' }),
    exchanges: ({ body }) => body.startsWith('{') && (JSON.parse(body) as { code?: string }).code === 'c',
  },
  sendsNonce: {
    fields: () => ({ sendsNonce: true }),
    authorizes: ({ searchParams }) => searchParams.has('nonce'),
  },
  scopes: {
    fields: () => ({ scopes: ['a'] }),
    without: () => ({ scopes: [] }),
    authorizes: ({ searchParams }) => searchParams.get('scope') === 'a',
  },
  scopesApart: {
    fields: () => ({
      scopes: ['bot', 'search'],
      scopesApart: { parameter: 'user_scope', scopes: ['search'] },
    }),
    without: () => ({ scopes: ['bot', 'search'] }),
    authorizes: ({ searchParams }) =>
      searchParams.get('scope') === 'bot' && searchParams.get('user_scope') === 'search',
  },
  impliedBy: {
    fields: () => ({ scopes: ['needed'], impliedBy: { needed: ['all'] } }),
    without: () => ({ scopes: ['needed'] }),
    grants: { ...good, scope: 'all' },
  },
  scopeSeparator: {
    fields: () => ({ scopes: ['a', 'b'], scopeSeparator: ',' }),
    without: () => ({ scopes: ['a', 'b'] }),
    authorizes: ({ searchParams }) => searchParams.get('scope') === 'a,b',
  },
  scopeEncoding: {
    fields: () => ({ scopes: ['a:read', 'https://x.test/b'], scopeEncoding: 'raw' }),
    without: () => ({ scopes: ['a:read', 'https://x.test/b'] }),
    authorizes: ({ search }) => search.includes('scope=a:read%20https://x.test/b&'),
  },
  authorizationParameters: {
    fields: () => ({ authorizationParameters: { access_type: 'offline' } }),
    authorizes: ({ searchParams }) => searchParams.get('access_type') === 'offline',
  },
  tokenParameters: {
    fields: () => ({ tokenParameters: { expiring: 1, code: 'of theirs' } }),
    exchanges: ({ parameters }) => parameters['expiring'] === '1' && parameters['code'] === 'c',
  },
  refreshParameters: {
    fields: () => ({ refreshParameters: { request: 'refreshToken', refresh_token: 'of theirs' } }),
    exchanges: (asked) =>
      isRefresh(asked)
        ? asked.parameters['request'] === 'refreshToken' && asked.parameters['refresh_token'] === 'rt-1'
        : asked.parameters['request'] === undefined,
    renews: true,
  },
  parameterNames: {
    fields: () => ({
      clientAuthentication: 'post',
      parameterNames: {
        client_id: 'app_id',
        client_secret: 'secret',
        code: 'auth_code',
        response_type: null,
      },
    }),
    without: () => ({ clientAuthentication: 'post' }),
    authorizes: ({ searchParams: asked }) =>
      asked.get('app_id') === 'client-1' && !asked.has('client_id') && !asked.has('response_type'),
    exchanges: ({ parameters: { app_id: id, secret, auth_code: code, client_id: other } }) =>
      id === 'client-1' && secret === 's3cret &+' && code === 'c' && other === undefined,
  },
  codeParameter: {
    fields: () => ({ codeParameter: 'spapi_oauth_code' }),
    callback: () => ({ spapi_oauth_code: 'c' }),
    exchanges: ({ parameters }) => parameters['code'] === 'c',
  },
  callbackSignature: {
    fields: () => ({ callbackSignature: { parameter: 'hmac', algorithm: 'sha256-hex' } }),
    // Whoever wrote this did not know the secret.
    callback: () => ({ code: 'c', hmac: '0'.repeat(64) }),
    then: () => Promise.resolve(world.logged.join().includes('refused for its signature')),
  },
  callbackEchoes: {
    fields: () => ({ callbackEchoes: { shop: '{subdomain}.shops.test' }, endpointSettings: ['subdomain'] }),
    without: () => ({ endpointSettings: ['subdomain'] }),
    callback: () => ({ code: 'c', shop: 'other.shops.test' }),
    then: () => Promise.resolve(world.logged.join().includes('refused for its `shop`')),
  },
  keptCallbackFields: {
    fields: () => ({ keptCallbackFields: ['realmId'] }),
    callback: () => ({ code: 'c', realmId: '4620816365' }),
    then: async () => (await kept('realmId')) === '4620816365',
  },
  keptFields: {
    fields: () => ({ keptFields: { team_id: 'team.id' } }),
    grants: { ...good, team: { id: 'T1' } },
    then: async () => (await kept('team_id')) === 'T1',
  },
  keptLookups: {
    fields: () => ({ keptLookups: ['dc'] }),
    grants: good,
    then: async () => (await kept('dc')) === 'us1',
  },
  lifetimeUnit: {
    fields: () => ({ lifetimeUnit: 'milliseconds' }),
    grants: { ...good, expires_in: 3_600_000 },
    then: async () => (await world.grant())?.lifetime === 3_600_000,
  },
  assumedLifetime: {
    fields: () => ({ assumedLifetime: 7_200_000 }),
    grants: { access_token: 'at-1', refresh_token: 'rt-1' },
    then: async () => (await world.grant())?.lifetime === 7_200_000,
  },
  refreshMargin: {
    // Refuses to renew what has more than 30 s to live.
    fields: () => ({ refreshMargin: 30_000 }),
    grants: { ...good, expires_in: 45 },
    exchanges: (asked) => !isRefresh(asked),
    then: () => world.oauth.accessToken(accountId, world.sourceId).then(Boolean, () => false),
  },
  // Each of its own fields has a case in `refresh-traits`.
  refreshTraits: {
    fields: () => ({ refreshTraits: { idleDeath: 86_400_000 } }),
    grants: good,
    then: () => isRenewedUnasked(86_400_000),
  },
}

/** Whether it does not die of being idle for so long. */
async function isRenewedUnasked(idleDeath: number): Promise<boolean> {
  world.clock.offset += idleDeath - 1
  const { version } = (await world.grant()) ?? {}
  await world.renewAllDue()
  return (await world.grant())?.version !== version
}

function isSigned(assertion = ''): boolean {
  const [head = '', body = '', signature = ''] = assertion.split('.')
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString() || '{}') as Record<string, unknown>
  const isOurs = claims['iss'] === 'client-1' && claims['sub'] === 'client-1' && claims['aud'] !== undefined
  const proof = { key: key.publicKey, dsaEncoding: 'ieee-p1363' } as const
  return (
    isOurs && verify('sha256', Buffer.from(`${head}.${body}`), proof, Buffer.from(signature, 'base64url'))
  )
}

describe.each(Object.entries(cases))('%s', (name, one) => {
  async function isWell(fields: Partial<OAuthProvider>): Promise<boolean> {
    const { port } = new URL(vendor.origin)
    const { authorizes = () => true, exchanges = () => true } = one
    vendor.answer = (asked) =>
      exchanges(asked)
        ? { body: one.grants ?? good }
        : { status: 400, body: { error: isRefresh(asked) ? 'invalid_grant' : 'invalid_request' } }
    if (name === 'clientAuthentication') {
      const secret = JSON.stringify(key.privateKey.export({ format: 'jwk' }))
      world.clients.set(slug, { id: 'client-1', secret })
    }
    const scopes = (fields.scopes ?? []).map((scope) => ({ scope, reason: 'Why.', is_required: true }))
    world.useProvider(plainProvider(vendor.origin, { scopes: [], ...fields }), {
      info: connectorInfo({
        type: 'platform.test-crm',
        slug,
        steps: ['form', 'oauth'],
        properties: [property('subdomain', { affects_authorization: true, default: 'acme' })],
        authorization: { provider_name: 'Test CRM', scopes },
      }),
      afterExchange: () => Promise.resolve({ dc: 'us1' }),
      ...(one.hosts && { hosts: one.hosts(port) }),
    })
    const { url, stateHash } = await world.start()
    const callback = one.callback?.(url) ?? { code: 'c' }
    const answer = authorizes(url) ? callback : { error: 'invalid_request' }
    const end = await world.finish(stateHash, slug, answer)
    // Of some fields the right end is a refusal.
    if (one.then && one.grants === undefined && end.kind !== 'granted') return one.then(world)
    if (end.kind !== 'granted') return false
    if (one.renews) {
      const other = { otherThan: 'at-1' }
      const renewed = await world.oauth.accessToken(accountId, world.sourceId, other).catch(() => null)
      if (renewed === null) return false
    }
    return one.then ? one.then(world) : true
  }

  it('is needed at such a provider, and is all that it takes', async () => {
    const at = { origin: vendor.origin, port: new URL(vendor.origin).port }
    expect(await isWell(one.without?.(at) ?? {})).toBe(false)
    expect(await isWell(one.fields(at))).toBe(true)
  })
})
