import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { jwtVerify } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConnectorError } from '../../../connectors/connector.ts'
import { connectorFaults } from '../../../connectors/connector-rules.ts'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'
import type { SettingsGrant } from '../../../connectors/settings-grant.ts'
import type { TokenStep } from '../../../connectors/token-step.ts'
import { connectorInfo, property } from '../../testing/made-up-connector.testing.ts'
import {
  type AskedToken,
  startScriptedProvider,
  type ScriptedProvider,
} from '../../testing/provider.testing.ts'
import { tellExpiringGrants } from '../credentials/credentials.ts'
import type { OAuth } from './oauth.ts'
import { accountId, openWorld, plainProvider, slug, type World } from './oauth-world.testing.ts'
import { signInBySettings } from './settings-world.testing.ts'

/*
 * A vendor where an app is installed, and gets its tokens for an installation by a JWT that its key signs, as at GitHub
 * (docs.github.com, "Generating an installation access token", "About the setup URL", read 2026-11-30). Which installation
 * it is stands in the callback, where anybody can write it.
 */

const hour = 3_600_000
const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const pem = key.export({ type: 'pkcs1', format: 'pem' }).toString()
const appSecret = 'secret-of-our-app'

let world: World
let vendor: ScriptedProvider
/** By its id, who may see an installation there. */
let installations: Map<string, string>
/** What it answers where installations get their tokens, instead. */
let failure: ReturnType<ScriptedProvider['answer']> | null
let count: number

beforeEach(async () => {
  world = await openWorld()
  vendor = await startScriptedProvider()
  installations = new Map([
    ['17', 'anna'],
    ['99', 'bert'],
  ])
  failure = null
  count = 0
  vendor.answer = answer
  setClient({ client_secret: appSecret, private_key: pem })
  use()
})
afterEach(async () => {
  vendor.close()
  await world.close()
})

const setClient = (secret: object | string) =>
  world.clients.set(slug, {
    id: 'Iv1.ours',
    secret: typeof secret === 'string' ? secret : JSON.stringify(secret),
  })
const now = () => Date.now() + world.clock.offset

async function answer(asked: AskedToken): Promise<Awaited<ReturnType<ScriptedProvider['answer']>>> {
  const { method, path, parameters, authorization } = asked
  if (path === '/token') {
    const { code, client_id: id, client_secret: secret } = parameters
    if (id !== 'Iv1.ours' || secret !== appSecret) return { body: { error: 'incorrect_client_credentials' } }
    return code === 'c'
      ? { body: { access_token: 'ghu-anna', scope: '' } }
      : { body: { error: 'bad_verification_code' } }
  }
  const notFound = { status: 404, body: { message: 'Not Found' } }
  const [, mine] = /^\/user\/installations\/([^/]+)\/repositories$/.exec(path) ?? []
  if (mine !== undefined) {
    if (method !== 'GET' || authorization !== 'Bearer ghu-anna')
      return { status: 401, body: { message: 'Bad credentials' } }
    return installations.get(mine) === 'anna' ? { body: { repositories: [] } } : notFound
  }
  const [, id = ''] = /^\/app\/installations\/([^/]+)\/access_tokens$/.exec(path) ?? []
  if (method !== 'POST' || id === '') return notFound
  if (failure) return failure
  if (!(await isOurApp(authorization))) {
    return { status: 401, body: { message: 'A JSON web token could not be decoded' } }
  }
  if (!installations.has(id)) return notFound
  const expiresAt = new Date(now() + hour).toISOString()
  const permissions = { contents: 'read', metadata: 'read' }
  return { status: 201, body: { token: `ghs-${++count}`, expires_at: expiresAt, permissions } }
}

/** RS256 by our key, `iss` our id, for ten minutes at most. */
async function isOurApp(authorization: string | null): Promise<boolean> {
  const jwt = /^Bearer (.+)$/.exec(authorization ?? '')?.[1] ?? ''
  const ways = { algorithms: ['RS256'], issuer: 'Iv1.ours', requiredClaims: ['iat', 'exp'] }
  const read = await jwtVerify(jwt, createPublicKey(key), ways).catch(() => null)
  const { exp = 0, iat = 0 } = read?.payload ?? {}
  return read !== null && iat <= Date.now() / 1_000 && exp - iat <= 600
}

const proof = (): TokenStep => ({
  endpoint: `${vendor.origin}/user/installations/{installation_id}/repositories`,
  method: 'GET',
  headers: { authorization: 'Bearer {access_token}' },
})
const install = (): TokenStep => ({
  endpoint: `${vendor.origin}/app/installations/{installation_id}/access_tokens`,
  clientAuthentication: 'app_jwt',
  keeps: { access_token: 'token', expires_in: 'expires_at', scope: 'permissions' },
  lifetimeUnit: 'date',
})

function use(more: Partial<OAuthProvider> = {}, scopes: string[] = ['contents:read']) {
  const provider = plainProvider(vendor.origin, {
    authorizationEndpoint: `${vendor.origin}/apps/ours/installations/new`,
    clientAuthentication: 'post',
    scopes: [],
    keptCallbackFields: ['installation_id'],
    tokenSteps: [proof(), install()],
    renewal: { ...install(), endedStatuses: [403, 404] },
    quirks: {
      noPkce: true,
      pendingCallback: { setup_action: 'request' },
      rejectedClientCodes: ['Integration not found'],
    },
    ...more,
  })
  const info = connectorInfo({
    ...{ type: 'platform.test-crm', slug, steps: ['form', 'oauth'] },
    authorization: {
      provider_name: 'Test CRM',
      scopes: scopes.map((scope) => ({ scope, reason: 'Why.', is_required: true })),
    },
  })
  world.useProvider(provider, { info, hosts: [new URL(vendor.origin).host] })
}

async function connect(
  query: Record<string, string> = { code: 'c', installation_id: '17', setup_action: 'install' },
) {
  const { url, stateHash } = await world.start()
  expect(url.pathname).toBe('/apps/ours/installations/new')
  return await world.finish(stateHash, slug, query)
}
const token = (otherThan: string | null = null, oauth: OAuth = world.oauth) =>
  oauth.accessToken(accountId, world.sourceId, { otherThan })
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    (value) => value,
    (error: unknown) => (error instanceof ConnectorError ? error.code : error),
  )
const askedOfApp = () => vendor.asked.filter(({ path }) => path.startsWith('/app/'))
const refusedFor = (reason: string) => ({ kind: 'refused', refusal: { reason } })

describe('an installation', () => {
  it('is what is granted, and nothing of the person who came back', async () => {
    expect((await connect()).kind).toBe('granted')
    expect(await world.grant()).toMatchObject({
      values: {
        ...{ access_token: 'ghs-1', token_type: 'Bearer', installation_id: '17' },
        scope: 'contents:read metadata:read',
      },
      lifetime: expect.closeTo(hour, -5),
    })
    expect(JSON.stringify(await world.grant())).not.toContain('ghu-anna')
  })

  it.each(['tokenSteps', 'keptCallbackFields'] as const)('is not granted without %s', async (field) => {
    use({ [field]: [] })
    await connect()
    expect((await world.grant())?.values['access_token']).not.toBe('ghs-1')
  })

  it('of somebody else is nobody’s for writing its id', async () => {
    expect(await connect({ code: 'c', installation_id: '99' })).toMatchObject(refusedFor('provider_error'))
    expect(await world.grant()).toBeNull()
    expect(askedOfApp()).toEqual([])
  })

  it.each<[string, Record<string, string>, string]>([
    ['no installation', { code: 'c' }, 'provider_error'],
    ['another path', { code: 'c', installation_id: '..' }, 'provider_error'],
    ['a longer path', { code: 'c', installation_id: '17/../99' }, 'provider_error'],
    ['nobody’s word', { installation_id: '17', setup_action: 'install' }, 'invalid'],
    ['a code of its own making', { code: 'x', installation_id: '17' }, 'provider_error'],
    ['a wish that waits', { code: 'c', setup_action: 'request' }, 'approval_needed'],
  ])('is not granted for %s', async (_what, query, reason) => {
    expect(await connect(query)).toMatchObject(refusedFor(reason))
    expect([await world.grant(), askedOfApp()]).toEqual([null, []])
  })

  it('that lacks a permission is not taken', async () => {
    use({}, ['contents:read', 'issues:read'])
    expect(await connect()).toMatchObject(refusedFor('scope_missing'))
  })

  it.each<[string, object | string]>([
    ['no key', { client_secret: appSecret }],
    ['a key that is none', { client_secret: appSecret, private_key: pem.slice(0, 200) }],
  ])(
    'is not granted to an app with %s, which the operator is told, without the key',
    async (_what, secret) => {
      setClient(secret)
      expect(await connect()).toMatchObject(refusedFor('misconfigured'))
      expect(await world.grant()).toBeNull()
      expect(world.logged.join()).toContain('private key')
      expect(world.logged.join()).not.toMatch(new RegExp(`${appSecret}|${pem.slice(40, 70)}|ghu-anna`))
    },
  )
})

describe('the token of an installation', () => {
  it('lives an hour, and is had anew by our key alone, once for all who ask', async () => {
    await connect()
    expect(await token()).toBe('ghs-1')
    world.clock.offset = hour
    const processes = [world.anotherProcess(), world.anotherProcess()]
    const tokens = await Promise.all(
      processes.flatMap((oauth) => Array.from({ length: 25 }, () => token(null, oauth))),
    )
    expect(new Set(tokens)).toEqual(new Set(['ghs-2']))
    expect(await world.grant()).toMatchObject({ values: { installation_id: '17' } })
    expect(await token('ghs-2')).toBe('ghs-3')
  })

  it('is over with its hour without the field', async () => {
    use({ renewal: undefined })
    await connect()
    world.clock.offset = hour
    expect(await codeOf(token())).toBe('AuthorizationExpired')
  })

  it.each<[string, ReturnType<ScriptedProvider['answer']>]>([
    ['taken away', { status: 404, body: { message: 'Not Found' } }],
    ['suspended', { status: 403, body: { message: 'This installation has been suspended' } }],
  ])('is over when the installation is %s', async (_how, answered) => {
    await connect()
    failure = answered
    world.clock.offset = hour
    expect(await codeOf(token())).toBe('AuthorizationExpired')
    expect(await world.grant()).toMatchObject({ status: 'rejected' })
    expect(await world.feed()).toContainEqual(expect.objectContaining({ type: 'credentials.revoked' }))
  })

  it.each<[string, ReturnType<ScriptedProvider['answer']>, string]>([
    [
      'asks us to slow down',
      { status: 403, headers: { 'retry-after': '60' }, body: { message: 'secondary rate limit' } },
      'VendorUnavailable',
    ],
    [
      'has a limit',
      { status: 403, headers: { 'x-ratelimit-remaining': '0' }, body: { message: 'rate limit exceeded' } },
      'VendorUnavailable',
    ],
    ['is out of order', { status: 502, body: '' }, 'VendorUnavailable'],
    [
      'does not know our app',
      { status: 404, body: { message: 'Integration not found' } },
      'AppMisconfigured',
    ],
  ])('is not over when the vendor %s', async (_how, answered, code) => {
    await connect()
    failure = answered
    world.clock.offset = hour
    expect(await codeOf(token())).toBe(code)
    expect(await world.grant()).toMatchObject({ status: 'ok' })
    failure = null
    world.clock.offset += hour
    expect(await token()).toBe('ghs-2')
  })

  it('is not known to be over without the statuses that say so', async () => {
    use({ renewal: install() })
    await connect()
    installations.clear()
    world.clock.offset = hour
    expect(await codeOf(token())).toBe('VendorUnavailable')
    expect(await world.grant()).toMatchObject({ status: 'ok' })
  })

  it('is not over when our key is wrong: the operator is told', async () => {
    await connect()
    setClient({ client_secret: appSecret, private_key: 'lost' })
    world.clock.offset = hour
    expect(await codeOf(token())).toBe('AppMisconfigured')
    expect(await world.grant()).toMatchObject({ status: 'ok' })
  })

  it('needs nobody, so nobody is told that it ends', async () => {
    const { database, registry, events } = world.base
    const sweep = () => tellExpiringGrants({ database, registry, events, now })
    await connect()
    await sweep()
    expect((await world.feed()).map(({ type }) => type)).not.toContain('credentials.expiring')
    // Of one that is renewed while it lives alone, they are: nobody used it in all that time.
    use({ renewal: { ...install(), whileAlive: true } })
    await connect()
    await sweep()
    expect((await world.feed()).map(({ type }) => type)).toContain('credentials.expiring')
  })
})

describe('an app of the person’s own', () => {
  const settings = { app_id: 'Iv1.ours', installation_id: '17', private_key: pem }
  const names = Object.keys(settings)
  async function signIn(more: Record<string, string> = {}) {
    const grant: SettingsGrant = {
      ...{ type: 'steps', secret: 'private_key', client: { id: 'app_id', secret: 'private_key' } },
      steps: [{ ...install(), endedStatuses: [404] }],
      refusedFields: { invalid_grant: 'installation_id' },
    }
    const info = connectorInfo({
      ...{ type: 'platform.test-crm', slug, steps: ['form'], is_checked: true },
      auth_methods: [{ key: 'own', title: 'Own app', type: 'CUSTOM', properties: names }],
      properties: names.map((name) =>
        property(name, name === 'private_key' ? { is_credential: true } : { binds: ['private_key'] }),
      ),
    })
    const { host } = new URL(vendor.origin)
    const connector = { info, settingsGrants: { own: grant }, hosts: [host] }
    expect(connectorFaults(connector)).toEqual([])
    await signInBySettings(world, connector, { ...settings, ...more })
  }
  const fieldOf = (promise: Promise<unknown>) =>
    promise.catch((error: unknown) => (error instanceof ConnectorError ? error.field : error))

  it('has its tokens by the key that its settings hold', async () => {
    await signIn()
    expect(await token()).toBe('ghs-1')
    world.clock.offset = hour
    expect(await token()).toBe('ghs-2')
  })

  it.each([
    ['installation_id', '4711'],
    ['private_key', 'no key'],
  ])('is told at %s what is wrong', async (name, value) => {
    await signIn({ [name]: value })
    expect(await fieldOf(token())).toBe(name)
  })
})
