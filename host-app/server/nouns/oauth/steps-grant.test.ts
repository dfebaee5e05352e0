import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConnectorError } from '../../../connectors/connector.ts'
import type { SettingsGrant, StepsGrant } from '../../../connectors/settings-grant.ts'
import type { TokenStep } from '../../../connectors/token-step.ts'
import { connectorInfo, property } from '../../testing/made-up-connector.testing.ts'
import {
  type AskedToken,
  startScriptedProvider,
  type ScriptedProvider,
} from '../../testing/provider.testing.ts'
import { connectorGrant } from '../credentials/credentials.ts'
import { accountId, openWorld, slug, type World } from './oauth-world.testing.ts'
import { signInBySettings } from './settings-world.testing.ts'

/* A vendor that says first where its tokens are, and gives them for a name and a password (RFC 6749, 4.3). */

let world: World
let vendor: ScriptedProvider
/** Where it says that its tokens are. */
let identity: string
let tokens: string
let password: string
let count: number
/** Whether it renews by refresh tokens, each once. */
let refreshes: boolean

beforeEach(async () => {
  world = await openWorld()
  vendor = await startScriptedProvider()
  identity = `${vendor.origin}/org-1`
  tokens = `${vendor.origin}/org-1/connect/token`
  password = 'pa ss&wört'
  count = 0
  refreshes = false
  vendor.answer = answer
})
afterEach(async () => {
  vendor.close()
  await world.close()
})

function answer({ method, path, parameters }: AskedToken): ReturnType<ScriptedProvider['answer']> {
  if (method === 'GET' && path === '/acme/identity') return { body: { data: { url: identity } } }
  if (method === 'GET' && path === '/org-1/configuration') return { body: { token_endpoint: tokens } }
  if (method !== 'POST' || path !== '/org-1/connect/token') return { status: 404, body: '<html>' }
  const { grant_type: type, username, password: given, refresh_token: refreshToken } = parameters
  const isIn = type === 'password' && username === 'anna' && given === password
  const isRenewed = refreshes && type === 'refresh_token' && refreshToken === `rt-${count}`
  if (!isIn && !isRenewed) {
    return { status: 400, body: { error: 'invalid_grant', error_description: `No: ${given}` } }
  }
  count++
  const renewal = refreshes ? { refresh_token: `rt-${count}` } : {}
  return {
    body: { access_token: `at-${count}`, expires_in: 3_600, home: `${vendor.origin}/api`, ...renewal },
  }
}

const where = (): TokenStep[] => [
  { endpoint: `${vendor.origin}/{subdomain}/identity`, method: 'GET', keeps: { identity: 'data.url' } },
  {
    endpoint: ({ identity = '' }) => `${identity}/configuration`,
    method: 'GET',
    keeps: { token_endpoint: 'token_endpoint' },
  },
]
const keeps = { access_token: 'access_token', refresh_token: 'refresh_token', expires_in: 'expires_in' }
const signIn = (): TokenStep => ({
  endpoint: ({ token_endpoint: endpoint = '' }) => endpoint,
  parameters: { grant_type: 'password', username: '{username}', password: '{password}' },
  keeps: { ...keeps, home: 'home' },
})
const renew = (): TokenStep => ({
  ...signIn(),
  parameters: { grant_type: 'refresh_token', refresh_token: '{refresh_token}' },
  keeps,
})
const byPassword = (more: Partial<StepsGrant> = {}): StepsGrant => ({
  type: 'steps',
  secret: 'password',
  steps: [...where(), signIn()],
  ...more,
})

const anna = { subdomain: 'acme', username: 'anna', password: 'pa ss&wört' }
async function use(grant: SettingsGrant, settings: Record<string, string> = anna) {
  const { host } = new URL(vendor.origin)
  const names = ['username', 'password', 'client_id', 'client_secret', 'subdomain']
  const info = connectorInfo({
    ...{ type: 'platform.test-crm', slug, steps: ['form'], is_checked: true },
    auth_methods: [{ key: 'own', title: 'Password', type: 'CUSTOM', properties: names }],
    properties: [
      property('subdomain', { binds: ['password', 'client_secret'] }),
      property('username'),
      property('password', { is_credential: true }),
      property('client_id', { is_required: false }),
      property('client_secret', { is_credential: true, is_required: false }),
    ],
  })
  await signInBySettings(world, { info, settingsGrants: { own: grant }, hosts: [host] }, settings)
}
const token = (otherThan: string | null = null, process = world.oauth) =>
  process.accessToken(accountId, world.sourceId, { otherThan })
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    (value) => value,
    (error: unknown) => (error instanceof ConnectorError ? { code: error.code, field: error.field } : error),
  )
const unavailable = { code: 'VendorUnavailable', field: null }
const typesAsked = () => vendor.asked.flatMap(({ parameters: { grant_type: type } }) => type ?? [])
const stored = () => world.credentials.open(accountId, world.sourceId, 'token')

describe('a password goes to the vendor alone', () => {
  it.each<[string, (thief: string) => void]>([
    ['where tokens are', (thief) => (tokens = `${thief}/connect/token`)],
    ['where it is said', (thief) => (identity = thief)],
    ['behind a name', (thief) => (tokens = thief.replace('//', `//${new URL(vendor.origin).host}@`))],
    ['where tokens are, in no address', () => (tokens = 'connect/token')],
    ['where tokens are, in another scheme', () => (tokens = 'file:///etc/passwd')],
  ])('though an answer says of another host %s', async (_what, lie) => {
    const thief = await startScriptedProvider()
    await use(byPassword())
    lie(thief.origin)
    expect(await failureOf(token())).toEqual(unavailable)
    expect([thief.asked, typesAsked(), (await stored())?.values['access_token']]).toEqual([[], [], undefined])
    thief.close()
  })

  it('though an answer leads elsewhere', async () => {
    const thief = await startScriptedProvider()
    const before = answer
    vendor.answer = (asked) =>
      asked.method === 'POST' ? { status: 307, headers: { location: thief.origin }, body: '' } : before(asked)
    await use(byPassword())
    expect(await failureOf(token())).toEqual(unavailable)
    expect(thief.asked).toEqual([])
    thief.close()
  })

  it('and is said by nobody when it is refused, though the vendor says it', async () => {
    await use(byPassword(), { ...anna, password: 'wr0ng-pass' })
    expect(await failureOf(token())).toEqual({ code: 'CredentialsRejected', field: 'password' })
    expect(world.logged.join()).not.toContain('wr0ng-pass')
    // For a while it is not sent again: vendors lock accounts for it.
    await failureOf(token())
    expect(typesAsked()).toHaveLength(1)
  })
})

describe('a name and a password', () => {
  it('are exchanged where the vendor says, once for all who ask, and anew when the token is over', async () => {
    await use(byPassword())
    const processes = [world.anotherProcess(), world.anotherProcess()]
    const all = await Promise.all(
      processes.flatMap((oauth) => Array.from({ length: 20 }, () => token(null, oauth))),
    )
    expect(new Set(all)).toEqual(new Set(['at-1']))
    expect(vendor.asked).toHaveLength(3)
    expect(await stored()).toMatchObject({ lifetime: 3_600_000 })
    world.clock.offset = 3_600_000
    expect(await token()).toBe('at-2')
    expect(typesAsked()).toEqual(['password', 'password'])
  })

  it.each<[string, ReturnType<ScriptedProvider['answer']>]>([
    ['out of order', { status: 503, body: '' }],
    ['a page', { status: 404, body: '<html>' }],
    ['without what is asked for', { body: {} }],
    ['cut', 'cut'],
  ])('are not what is wrong where the way to them is %s', async (_how, answered) => {
    await use(byPassword())
    const before = answer
    vendor.answer = (asked) => (asked.path === '/org-1/configuration' ? answered : before(asked))
    expect(await failureOf(token())).toEqual(unavailable)
    expect(typesAsked()).toEqual([])
  })

  it('are asked for where they are missing', async () => {
    await use(byPassword(), { subdomain: 'acme', username: 'anna' })
    expect(await failureOf(token())).toEqual({ code: 'CredentialsRejected', field: 'password' })
    expect(vendor.asked).toEqual([])
  })

  it('are sent once where the vendor gives a refresh token, which is exchanged from then on', async () => {
    refreshes = true
    await use(byPassword({ refreshSteps: [...where(), renew()], keptNames: ['home'] }))
    expect(await token()).toBe('at-1')
    world.clock.offset = 3_600_000
    expect(await token()).toBe('at-2')
    expect(await token('at-2')).toBe('at-3')
    expect(typesAsked()).toEqual(['password', 'refresh_token', 'refresh_token'])
    expect(await stored()).toMatchObject({ values: { refresh_token: 'rt-3', home: `${vendor.origin}/api` } })
  })

  it('are sent again where the refresh token is refused, and not where nobody answers', async () => {
    refreshes = true
    await use(byPassword({ refreshSteps: [...where(), renew()] }))
    await token()
    const before = answer
    vendor.answer = (asked) =>
      asked.parameters['grant_type'] === 'refresh_token' ? { status: 503, body: '' } : before(asked)
    world.clock.offset = 3_600_000
    expect(await failureOf(token())).toEqual(unavailable)
    expect(typesAsked()).toEqual(['password', 'refresh_token'])
    vendor.answer = answer
    refreshes = false
    world.clock.offset += 3_600_000
    expect(await token()).toBe('at-2')
    expect(typesAsked()).toEqual(['password', 'refresh_token', 'refresh_token', 'password'])
  })
})

/* Each field of the grant, and of a step, at a vendor that fails when it is left out. A field without a case does not compile. */

interface Case {
  readonly fields: () => Partial<StepsGrant>
  readonly without: () => Partial<StepsGrant>
  /** What the last request has to be like. */
  readonly takes?: (asked: AskedToken) => boolean
  readonly settings?: Record<string, string>
  readonly then?: (failure: unknown) => Promise<boolean>
}

const client = { id: 'client_id', secret: 'client_secret' }
const ofClient = { ...anna, client_id: 'app-1', client_secret: 's3cret &+' }
const plain = (more: Partial<TokenStep> = {}): StepsGrant['steps'] => [
  { ...signIn(), endpoint: `${vendor.origin}/org-1/connect/token`, ...more },
]
const step = (name: keyof TokenStep, value: unknown, without?: unknown) => ({
  fields: () => ({ steps: plain({ [name]: value }) }),
  without: () => ({ steps: plain(without === undefined ? {} : { [name]: without }) }),
})
const lives = (expected: number) => async () => (await stored())?.lifetime === expected

type GrantField = Exclude<keyof StepsGrant, 'type' | 'quirks' | 'refreshSteps'>
const cases: Record<GrantField | `step.${keyof TokenStep}`, Case> = {
  steps: { fields: () => ({}), without: () => ({ steps: [] }) },
  secret: {
    fields: () => ({}),
    without: () => ({ secret: 'username' }),
    takes: () => false,
    then: (failure) => Promise.resolve((failure as ConnectorError).field === 'password'),
  },
  client: {
    fields: () => ({ client, steps: plain({ clientAuthentication: 'post' }) }),
    without: () => ({ steps: plain({ clientAuthentication: 'post' }) }),
    settings: ofClient,
    takes: ({ parameters }) => parameters['client_secret'] === 's3cret &+',
  },
  basicEncoding: {
    fields: () => ({ client, basicEncoding: 'raw', steps: plain({ clientAuthentication: 'basic' }) }),
    without: () => ({ client, steps: plain({ clientAuthentication: 'basic' }) }),
    settings: ofClient,
    takes: ({ authorization }) => authorization?.endsWith(btoa('app-1:s3cret &+')) === true,
  },
  keptNames: {
    fields: () => ({ keptNames: ['home'] }),
    without: () => ({}),
    async then() {
      const granted = await world.oauth.freshGrant(accountId, world.sourceId)
      return granted !== null && connectorGrant({}, granted, null).kept['home'] === `${vendor.origin}/api`
    },
  },
  scopes: {
    fields: () => ({ scopes: ['read'] }),
    without: () => ({}),
    then: async () => (await stored())?.values['scope'] === 'read',
  },
  refusedFields: {
    fields: () => ({ refusedFields: { invalid_grant: 'username' } }),
    without: () => ({}),
    takes: () => false,
    then: (failure) => Promise.resolve((failure as ConnectorError).field === 'username'),
  },
  assumedLifetime: {
    fields: () => ({ assumedLifetime: 7_200_000, steps: plain({ keeps: { access_token: 'access_token' } }) }),
    without: () => ({ steps: plain({ keeps: { access_token: 'access_token' } }) }),
    then: lives(7_200_000),
  },
  refreshMargin: {
    fields: () => ({ refreshMargin: 3_700_000 }),
    without: () => ({}),
    async then() {
      await token()
      return typesAsked().length === 2
    },
  },
  'step.endpoint': {
    fields: () => ({}),
    without: () => ({ steps: plain({ endpoint: `${vendor.origin}/other` }) }),
  },
  'step.method': {
    fields: () => ({}),
    without: () => ({
      steps: [...where().map(({ endpoint, keeps = {} }) => ({ endpoint, keeps })), signIn()],
    }),
  },
  'step.format': {
    ...step('format', 'json'),
    takes: ({ body }) => body.startsWith('{') && (JSON.parse(body) as typeof anna).password === password,
  },
  'step.parameters': step('parameters', signIn().parameters, {}),
  'step.headers': {
    ...step('headers', { 'x-org': '{subdomain}' }),
    takes: ({ headers }) => headers['x-org'] === 'acme',
  },
  'step.clientAuthentication': {
    fields: () => ({ client, steps: plain({ clientAuthentication: 'basic' }) }),
    without: () => ({ client, steps: plain() }),
    settings: ofClient,
    takes: ({ authorization }) => authorization !== null,
  },
  'step.keeps': step('keeps', keeps, {}),
  'step.endedStatuses': {
    fields: () => ({ steps: plain({ endpoint: `${vendor.origin}/gone`, endedStatuses: [404] }) }),
    without: () => ({ steps: plain({ endpoint: `${vendor.origin}/gone` }) }),
    then: (failure) => Promise.resolve((failure as ConnectorError).code === 'CredentialsRejected'),
  },
  'step.lifetimeUnit': { ...step('lifetimeUnit', 'milliseconds'), then: lives(3_600) },
}

describe.each(Object.entries(cases))('%s', (_name, one) => {
  async function isWell(fields: Partial<StepsGrant>): Promise<boolean> {
    vendor.asked.length = 0
    vendor.answer = (asked) => {
      if (asked.method === 'GET') return answer(asked)
      if (one.takes && !one.takes(asked)) return { status: 400, body: { error: 'invalid_grant' } }
      const isJson = asked.body.startsWith('{')
      return answer(
        isJson ? { ...asked, parameters: JSON.parse(asked.body) as Record<string, string> } : asked,
      )
    }
    await use(byPassword(fields), one.settings)
    await world.database.write((tx) => world.credentials.dropToken(tx, accountId, world.sourceId))
    const failure = await token().then(
      () => null,
      (error: unknown) => error,
    )
    return one.then ? await one.then(failure) : failure === null
  }

  it('is needed at such a vendor, and is all that it takes', async () => {
    expect(await isWell(one.without())).toBe(false)
    world.clock.offset += 3_600_000
    expect(await isWell(one.fields())).toBe(true)
  })
})
