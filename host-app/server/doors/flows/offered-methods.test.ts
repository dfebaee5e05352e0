import type { FlowState } from '@bobbin/shared/flow'
import { oauthClient } from '@bobbin/shared/oauth-client'
import { randomId } from '@bobbin/shared/random-id'
import { source } from '@bobbin/shared/source'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'

import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createTestFlow, page, type TestFlow } from '../../testing/flow.testing.ts'

/* What can be signed in by is offered, and nothing else: OAuth needs a client of ours at the provider. */

/** By OAuth or a key, and by OAuth alone. No settings hold a client for either. */
const stripe = 'platform.stripe'
const harvest = 'platform.harvest'
const key = { start_date: '2026-01-01', client_secret: 'rk_live_1' }

let test: TestApp
let account: TestAccount
let other: TestAccount
let names = 0
beforeAll(async () => (test = await createTestApp()))
afterAll(() => test.close())
beforeEach(async () => {
  const signUp = async () => {
    const made = await test.signUp(`${randomId()}@acme.test`)
    await made.call('PUT', '/v4/account', { allowed_origins: [page] })
    return made
  }
  account = await signUp()
  other = await signUp()
  const rows = await test.services.database.read
    .selectFrom('oauth_client')
    .select(['id', 'account_id'])
    .execute()
  for (const { id, account_id: of } of rows) {
    await test.services.database.write((tx) => test.services.oauthClients.remove(tx, of, id, { force: true }))
  }
})

const register = async (type = stripe, of = account, more: object = {}) =>
  (await of.call('POST', '/v4/oauth-clients', { type, client_id: 'ours', client_secret: 's', ...more })).as(
    oauthClient,
  ).id
const remove = (id: string) => account.call('DELETE', `/v4/oauth-clients/${id}?force=true`)
const tokenOf = async (of: TestAccount, scope: object = {}) =>
  ((await of.call('POST', '/v3/sessions/ephemeral', scope)).body as { ephemeral_token: string })
    .ephemeral_token

async function begin(options: object = { function: 'addSource', type: stripe }, scope: object = {}) {
  const flow = createTestFlow(test.app, test.services)
  await flow.begin(await tokenOf(account, scope), { ...options })
  return flow
}
const stateOf = async (flow: TestFlow) => (await flow.call('getState')).json<FlowState>()
const save = (flow: TestFlow, properties: Record<string, string>) =>
  flow.call('saveForm', { display_name: 'Mine', properties })
const create = (properties: object, type = stripe, more: object = {}) =>
  account.call('POST', '/v4/sources', { type, display_name: `Shop ${(names += 1)}`, properties, ...more })
const methodOf = async (id: number) =>
  JSON.parse((await test.services.sources.get(account.id, id)).properties) as Record<string, string>

/** What the form asks of how one signs in. */
function asked({ connector, steps }: Pick<FlowState, 'connector' | 'steps'>) {
  const choice = connector.properties.find(({ name }) => name === 'auth_method')
  const secret = connector.properties.find(({ name }) => name === 'client_secret')
  const options = choice?.json_schema?.['oneOf'] as { const: string }[] | undefined
  return {
    options: options?.map((one) => one.const) ?? null,
    usual: choice?.default,
    hint: choice?.description,
    secret: secret && (secret.show_when?.in ?? 'always'),
    goesThere: steps.includes('oauth'),
  }
}
const keyAlone = { options: null, usual: undefined, hint: undefined, secret: 'always', goesThere: false }
const both = { options: ['oauth', 'key'], usual: 'oauth', secret: ['key'], goesThere: true }

/** The type as the page shows it before anybody has claimed its flow. */
async function unclaimed(type = stripe) {
  const reply = await createTestFlow(test.app, test.services).openPage(`?function=addSource&type=${type}`)
  const boot = /<script type="application\/json"[^>]*>(.*?)<\/script>/s.exec(reply.body)?.[1] ?? ''
  return (JSON.parse(boot) as { connector: FlowState['connector'] | null }).connector
}

describe('the form', () => {
  it('has no choice, and no step at the provider, where the key is all that can be used', async () => {
    expect(asked(await stateOf(await begin()))).toEqual(keyAlone)
    const shown = await unclaimed()
    expect(asked({ connector: shown!, steps: shown!.steps })).toEqual(keyAlone)
  })

  it('has the choice again once there is a client, the operator’s or the account’s', async () => {
    await register()
    expect(asked(await stateOf(await begin()))).toMatchObject(both)
    await test.services.database.write((tx) =>
      test.services.oauthClients.create(tx, null, { type: stripe, client_id: 'all', client_secret: 's' }),
    )
    const flow = createTestFlow(test.app, test.services)
    await flow.begin(await tokenOf(other), { function: 'addSource', type: stripe })
    expect(asked(await stateOf(flow))).toMatchObject(both)
  })

  it('offers another account’s client until the claim, and then no more', async () => {
    await register(stripe, other)
    const shown = await unclaimed()
    expect(asked({ connector: shown!, steps: shown!.steps })).toMatchObject(both)
    expect(asked(await stateOf(await begin()))).toEqual(keyAlone)
  })

  it('takes no spare client for one', async () => {
    await register(stripe, account, { is_default: false })
    expect(asked(await stateOf(await begin()))).toEqual(keyAlone)
  })
})

describe('what is sent', () => {
  it('is for the key where no choice was shown, though a client came meanwhile', async () => {
    const flow = await begin()
    await register()
    const saved = await save(flow, key)
    expect(saved.json<FlowState>().step).toBe('discover_schema')
    expect(await methodOf(saved.json<FlowState>().source!.id)).toMatchObject({ auth_method: 'key' })
  })

  it('is refused at the choice where its client has gone meanwhile; the other way is taken then', async () => {
    const id = await register()
    const flow = await begin()
    await remove(id)
    const refused = await save(flow, { start_date: '2026-01-01', auth_method: 'oauth' })
    expect([refused.statusCode, refused.json()]).toMatchObject([
      422,
      {
        error: 'InvalidProperties',
        data: {
          reason: 'no_client',
          faults: { auth_method: { rule: 'no_client', parameters: { method: 'Sign in at Stripe' } } },
        },
      },
    ])
    expect((await account.call('GET', '/v4/sources')).body).toEqual([])
    expect((await save(flow, { ...key, auth_method: 'key' })).statusCode).toBe(200)
  })

  it('of a type of which nothing is left is refused, and the flow stays', async () => {
    const id = await register(harvest)
    const flow = await begin({ function: 'addSource', type: harvest })
    await remove(id)
    const refused = await save(flow, { start_date: '2026-01-01' })
    expect([refused.statusCode, refused.json()]).toMatchObject([
      503,
      { error: 'Unavailable', data: { reason: 'no_client', type: harvest } },
    ])
    await register(harvest)
    expect((await save(flow, { start_date: '2026-01-01' })).json<FlowState>().step).toBe('oauth')
  })
})

describe('a type that nobody could sign in to', () => {
  it('is refused at the claim, which spends nothing; the window is told', async () => {
    expect(await unclaimed(harvest)).toBeNull()
    const flow = createTestFlow(test.app, test.services)
    await flow.openPage(`?function=addSource&type=${harvest}`)
    const token = await tokenOf(account)
    const refused = await flow.claim(token, { function: 'addSource', type: harvest })
    expect([refused.statusCode, refused.json()]).toMatchObject([
      409,
      { error: 'AuthorizeFailure', data: { reason: 'misconfigured', type: harvest } },
    ])
    await register(harvest)
    expect((await flow.claim(token, { function: 'addSource', type: harvest })).statusCode).toBe(200)
  })

  it('is refused where the app has decided for what cannot be used, and not where it suggests it', async () => {
    const claim = async (preset: object) => {
      const flow = createTestFlow(test.app, test.services)
      await flow.openPage()
      const token = await tokenOf(account, { properties: { auth_method: { value: 'oauth', ...preset } } })
      const reply = await flow.claim(token, { function: 'addSource', type: stripe })
      await flow.call('reportProof', { origin: page })
      return { reply, flow }
    }
    expect((await claim({ hidden: true })).reply.json()).toMatchObject({ data: { reason: 'misconfigured' } })
    const { reply, flow } = await claim({})
    expect(reply.statusCode).toBe(200)
    expect(asked(await stateOf(flow))).toEqual(keyAlone)
    expect((await save(flow, key)).json<FlowState>().step).toBe('discover_schema')
  })
})

describe('an edit', () => {
  it('keeps the way of its source, with the reason, and switches to another', async () => {
    const id = await register()
    const { id: made } = (await create({ start_date: '2026-01-01' })).as(source)
    await remove(id)
    const flow = await begin({ function: 'editSource', id: made })
    const { options, usual, hint } = asked(await stateOf(flow))
    expect({ options, usual }).toEqual({ options: ['oauth', 'key'], usual: 'oauth' })
    expect(hint).toContain('Sign in at Stripe cannot be used at present')
    const renamed = await flow.call('saveForm', {
      display_name: 'Renamed',
      properties: { start_date: '2026-01-01', auth_method: 'oauth' },
    })
    expect(renamed.statusCode).toBe(200)
    const again = await begin({ function: 'editSource', id: made })
    expect((await save(again, { ...key, auth_method: 'key' })).json<FlowState>().step).toBe('discover_schema')
  })

  it('keeps the key of a source where no choice is shown', async () => {
    const { id } = (await create(key)).as(source)
    const flow = await begin({ function: 'editSource', id })
    expect(asked(await stateOf(flow))).toEqual(keyAlone)
    await register()
    expect((await save(flow, { start_date: '2026-02-01' })).statusCode).toBe(200)
    expect(await methodOf(id)).toMatchObject({ auth_method: 'key', start_date: '2026-02-01' })
  })
})

describe('the API', () => {
  const noClient = { reason: 'no_client' }

  it('refuses a way without a client before anything is stored, and takes the one that there is', async () => {
    expect(await create({ auth_method: 'oauth' })).toMatchObject({
      status: 422,
      body: {
        error: 'InvalidProperties',
        data: { ...noClient, fields: { auth_method: expect.stringContaining('no OAuth client') } },
      },
    })
    expect(await create({}, harvest)).toMatchObject({
      status: 503,
      body: { error: 'Unavailable', data: noClient },
    })
    expect((await account.call('GET', '/v4/sources')).body).toEqual([])
    const { id } = (await create({})).as(source)
    expect(await methodOf(id)).toEqual({ auth_method: 'key' })
  })

  it('counts the client that is chosen for the source alone', async () => {
    const spare = await register(stripe, account, { is_default: false })
    const { id } = (await create({ auth_method: 'oauth' }, stripe, { oauth_client_id: spare })).as(source)
    expect((await account.call('POST', `/v4/sources/${id}/clone`, {})).status).toBe(200)
    await remove(spare)
    expect(await account.call('POST', `/v4/sources/${id}/clone`, {})).toMatchObject({ status: 503 })
  })

  it('refuses to switch to what has no client; what a source has stays, and can be changed', async () => {
    const { id } = (await create(key)).as(source)
    const put = (body: object) => account.call('PUT', `/v4/sources/${id}`, body)
    expect(await put({ properties: { auth_method: 'oauth' } })).toMatchObject({
      status: 422,
      body: { data: { ...noClient, fields: { auth_method: expect.any(String) } } },
    })
    const client = await register()
    expect((await put({ properties: { auth_method: 'oauth' } })).status).toBe(200)
    await remove(client)
    expect((await put({ properties: { lookback_window: '3' } })).status).toBe(200)
    expect((await put({ properties: { auth_method: 'key' } })).status).toBe(200)
  })
})
