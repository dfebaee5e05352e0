import type { FlowState } from '@bobbin/shared/flow'
import type { TokenProperties } from '@bobbin/shared/session'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createTestFlow, page, type TestFlow } from '../../testing/flow.testing.ts'

/* How a source signs in, as its app gives it: of a type that leaves the choice between OAuth and a key. */

const type = 'platform.stripe'
const own = { start_date: '2026-01-01' }
const key = { client_secret: 'rk_live_1' }

let test: TestApp
let account: TestAccount
beforeAll(async () => {
  test = await createTestApp({
    BOBBIN_OAUTH_STRIPE_CLIENT_ID: 'ca_1',
    BOBBIN_OAUTH_STRIPE_CLIENT_SECRET: 'a client secret',
  })
  account = await test.signUp()
  await account.call('PUT', '/v4/account', { allowed_origins: [page] })
})
afterAll(() => test.close())

const post = (scope: object) => account.call('POST', '/v3/sessions/ephemeral', scope)
const stateOf = async (flow: TestFlow) => (await flow.call('getState')).json<FlowState>()
const propertyOf = ({ connector }: FlowState, name: string) =>
  connector.properties.find((one) => one.name === name)
const settingsOf = (id: number | undefined) => test.services.sources.settings(account.id, id ?? 0)
const save = (flow: TestFlow, properties: Record<string, string>) =>
  flow.call('saveForm', { display_name: 'Ours', properties })

async function begin(properties: TokenProperties, options: object = { function: 'addSource', type }) {
  const flow = createTestFlow(test.app, test.services)
  const { ephemeral_token: token } = (await post({ properties })).body as { ephemeral_token: string }
  await flow.begin(token, { ...options })
  return flow
}

describe('a method that is given', () => {
  it.each(['locked', 'hidden'] as const)('and %s leads to its own fields alone', async (how) => {
    const flow = await begin({ auth_method: { value: 'key', [how]: true } })
    const state = await stateOf(flow)
    expect(state.steps).toEqual(['form', 'discover_schema', 'field_selection'])
    const choice = propertyOf(state, 'auth_method')
    expect(choice?.preset).toBe(how === 'locked' ? 'locked' : undefined)
    expect(choice === undefined).toBe(how === 'hidden')
    // Where the choice is not in the page, nothing is left to depend on it.
    const rule = propertyOf(state, 'client_secret')?.show_when
    expect(rule).toEqual(how === 'locked' ? { property: 'auth_method', in: ['key'] } : undefined)

    // As the form has it before the claim, which says nothing.
    const saved = (await save(flow, { ...own, ...key, auth_method: 'oauth' })).json<FlowState>()
    expect(saved).toMatchObject({ step: 'discover_schema' })
    expect(await settingsOf(saved.source?.id)).toMatchObject({ auth_method: 'key', ...key })
    await flow.call('goToStep', { step: 'form' })
    const refused = await save(flow, { ...own, ...key, auth_method: 'oauth' })
    expect(refused.json()).toMatchObject({ data: { faults: { auth_method: { rule: 'set_by_app' } } } })
    expect(await settingsOf(saved.source?.id)).toMatchObject({ auth_method: 'key' })
  })

  it.each(['locked', 'hidden'] as const)('as OAuth and %s asks for no key, and takes none', async (how) => {
    const flow = await begin({ auth_method: { value: 'oauth', [how]: true } })
    const state = await stateOf(flow)
    expect(state.steps).toContain('oauth')
    const shown = propertyOf(state, 'client_secret')
    expect(shown?.show_when).toEqual(how === 'locked' ? { property: 'auth_method', in: ['key'] } : undefined)
    expect(shown === undefined).toBe(how === 'hidden')
    const refused = await save(flow, { ...own, ...key, auth_method: 'key' })
    expect(refused.json()).toMatchObject({ data: { faults: { auth_method: { rule: 'set_by_app' } } } })
    const saved = (await save(flow, { ...own, ...key })).json<FlowState>()
    expect(saved.step).toBe('oauth')
    expect(await settingsOf(saved.source?.id)).not.toHaveProperty('client_secret')
  })

  it('without a flag is what is chosen at first, and the person may choose the other', async () => {
    const flow = await begin({ auth_method: { value: 'key' } })
    const state = await stateOf(flow)
    expect(state.steps).toEqual(['form', 'discover_schema', 'field_selection'])
    expect(propertyOf(state, 'auth_method')).toMatchObject({ default: 'key', preset: 'prefilled' })
    const saved = (await save(flow, { ...own, auth_method: 'oauth' })).json<FlowState>()
    expect(saved).toMatchObject({ step: 'oauth' })
  })

  it.each(['locked', 'hidden'] as const)(
    'and %s takes the place of the other when a source is edited, and stays with the key that it has',
    async (how) => {
      const made = await account.call('POST', '/v4/sources', {
        type,
        display_name: `By key, ${how}`,
        properties: { ...own, ...key, auth_method: 'key' },
      })
      const { id } = made.body as { id: number }
      const edit = { function: 'editSource', id }
      const stays = await begin({ auth_method: { [how]: true } }, edit)
      expect((await save(stays, { ...own, auth_method: 'oauth' })).statusCode).toBe(422)
      expect((await save(stays, own)).statusCode).toBe(200)
      expect(await settingsOf(id)).toMatchObject({ auth_method: 'key', ...key })

      const turned = await begin({ auth_method: { value: 'oauth', [how]: true } }, edit)
      expect((await save(turned, own)).json()).toMatchObject({ step: 'oauth' })
      expect(await settingsOf(id)).toMatchObject({ auth_method: 'oauth' })
    },
  )
})

it.each([
  ['a method that the type does not have', type, 'password', /one of/],
  ['a method of a type that leaves no choice', 'platform.hp-postgres', 'key', /not known/],
])('%s is refused when the token is made', async (_, of, value, words) => {
  for (const flag of [{}, { locked: true }, { hidden: true }]) {
    const reply = await post({ types: [of], properties: { auth_method: { value, ...flag } } })
    expect([reply.status, reply.body]).toMatchObject([
      422,
      { error: 'InvalidProperties', data: { fields: { auth_method: expect.stringMatching(words) } } },
    ])
  }
})
