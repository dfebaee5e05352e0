import type { FlowState } from '@bobbin/shared/flow'
import type { CreateEphemeralToken, TokenProperties } from '@bobbin/shared/session'
import { isOurs } from '@bobbin/shared/setting-rules'
import { source } from '@bobbin/shared/source'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createTestFlow, page, type TestFlow } from '../../testing/flow.testing.ts'

/* Settings that an app gives with the token of a flow: prefilled, locked, or hidden. */

const type = 'platform.hp-postgres'
const shop = 'platform.test-shop'

let test: TestApp
let account: TestAccount
beforeAll(async () => {
  test = await createTestApp({ BOBBIN_ALLOW_PRIVATE_NETWORKS: '1' })
  account = await test.signUp()
  await account.call('PUT', '/v4/account', { allowed_origins: [page] })
})
afterAll(() => test.close())

const post = (scope: CreateEphemeralToken) => account.call('POST', '/v3/sessions/ephemeral', scope)
const tokenOf = async (scope: CreateEphemeralToken) =>
  ((await post(scope)).body as { ephemeral_token: string }).ephemeral_token

async function begin(
  properties: TokenProperties,
  options: Record<string, unknown> = { function: 'addSource', type },
): Promise<TestFlow> {
  const one = createTestFlow(test.app, test.services)
  await one.begin(await tokenOf({ properties }), options)
  return one
}

const stateOf = async (one: TestFlow) => (await one.call('getState')).json<FlowState>()
const propertyOf = (state: FlowState, name: string) =>
  state.connector.properties.find((one) => one.name === name)
const save = (one: TestFlow, properties: Record<string, string>) =>
  one.call('saveForm', { display_name: 'Mine', properties })
const idOf = (saved: Awaited<ReturnType<typeof save>>) => saved.json<FlowState>().source?.id ?? 0
const stored = (id: number) => test.services.sources.settings(account.id, id)
const make = async (properties: Record<string, string>, of = type) =>
  (
    await account.call('POST', '/v4/sources', { type: of, display_name: `At ${Math.random()}`, properties })
  ).as(source).id
const edit = (id: number) => ({ function: 'editSource', id })

/** What the person types where nothing is given. */
const typed = { host: 'db.acme.example', port: '5433', user: 'anna', password: 'typed', dbname: 'orders' }

describe('POST /v3/sessions/ephemeral', () => {
  it.each<[string, object, string]>([
    ['no object', [], 'properties'],
    ['nothing said of a setting', { host: {} }, 'properties.host'],
    ['what it does not know', { host: { value: 'a', shown: true } }, 'properties.host'],
    ['a number', { port: { value: 5432 } }, 'properties.port.value'],
    ['an empty value', { host: { value: '' } }, 'properties.host.value'],
    ['a name without end', { ['x'.repeat(201)]: { value: 'a' } }, `properties.${'x'.repeat(201)}`],
    ['very much', { dbname: { value: 'x'.repeat(60_000) } }, 'properties'],
  ])('refuses %s', async (_, properties, path) => {
    const { status, body } = await account.call('POST', '/v3/sessions/ephemeral', { properties })
    expect([status, body]).toMatchObject([
      400,
      { error: 'InvalidBody', data: { paths: { [path]: expect.any(String) } } },
    ])
  })

  it.each<[string, TokenProperties, Record<string, RegExp>]>([
    ['an unknown name', { hots: { value: 'a' } }, { hots: /not known/ }],
    ['a value out of bounds', { port: { value: '99999', hidden: true } }, { port: /between/ }],
    ['no option', { ssl: { value: 'maybe' } }, { ssl: /one of/ }],
    ['a needed one that is hidden without a value', { host: { hidden: true } }, { host: /host/i }],
    ['a needed one that is locked without a value', { host: { locked: true } }, { host: /host/i }],
    ['a secret whose place it does not say', { password: { value: 'k', hidden: true } }, { host: /host/i }],
    ['a blank where a value is needed', { host: { value: '  ', locked: true } }, { host: /host/i }],
    ['a schedule that is none', { cron_expression: { value: 'now and then' } }, {}],
  ])('names %s where the token names the type', async (_, properties, fields) => {
    const { status, body } = await post({ types: [type], properties })
    expect([status, body]).toMatchObject([
      422,
      Object.keys(fields).length > 0
        ? {
            error: 'InvalidProperties',
            data: {
              bad_properties: Object.keys(fields),
              fields: Object.fromEntries(
                Object.entries(fields).map(([name, words]) => [name, expect.stringMatching(words)]),
              ),
            },
          }
        : { error: 'InvalidCronExpression' },
    ])
    expect((await post({ types: [shop, type], properties })).status).toBe(422)
  })

  it('takes what the source that it names has already', async () => {
    const id = await make(typed)
    const properties = { host: { locked: true }, dbname: { hidden: true } }
    expect((await post({ source_id: id, properties })).status).toBe(200)
    expect((await post({ types: [type], functions: ['editSource'], properties })).status).toBe(200)
    const region = { region: { value: 'us', locked: true } }
    const immutable = await make({ region: 'eu' }, shop)
    expect((await post({ source_id: immutable, properties: region })).body).toMatchObject({
      data: { fields: { region: expect.stringMatching(/cannot be changed/) } },
    })
  })
})

describe('a claim', () => {
  it('for a type that has no such setting is refused, and the token still opens another', async () => {
    const token = await tokenOf({ properties: { tables: { value: '3', locked: true } } })
    const refused = await createTestFlow(test.app, test.services).claim(token, {
      function: 'addSource',
      type,
    })
    expect([refused.statusCode, refused.json()]).toMatchObject([
      422,
      {
        error: 'InvalidOptions',
        message: expect.stringMatching(/tables.*not known/),
        data: { option: 'properties' },
      },
    ])
    const taken = await createTestFlow(test.app, test.services).claim(token)
    expect(taken.statusCode).toBe(200)
  })

  it('says nothing of a value that does not fit', async () => {
    const properties = { password: { value: 'a secret' }, port: { value: 'b secret' } }
    const one = createTestFlow(test.app, test.services)
    const refused = await one.claim(await tokenOf({ properties }), { function: 'addSource', type })
    expect(refused.json()).toMatchObject({ error: 'InvalidOptions' })
    expect(refused.body).not.toContain('secret')
  })
})

/** Each way to give a setting, of each kind. */
const kinds = [
  ['a text', 'host', 'db.app.example', 'db.other.example', '127.0.0.1'],
  ['a choice', 'ssl', 'verify-full', 'disable', 'require'],
  ['an optional number', 'connect_timeout', '31', '21', '11'],
] as const

describe.each(kinds)('%s', (_, name, value, other, before) => {
  const rest = Object.fromEntries(Object.entries(typed).filter(([one]) => one !== name))

  it('that is prefilled is the form’s own, and the person may change it', async () => {
    const one = await begin({ [name]: { value } })
    expect(propertyOf(await stateOf(one), name)).toMatchObject({ default: value, preset: 'prefilled' })
    expect(await stored(idOf(await save(one, { ...rest, [name]: other })))).toMatchObject({ [name]: other })
    const left = await begin({ [name]: { value } })
    expect(await stored(idOf(await save(left, rest)))).toMatchObject({ [name]: value })
  })

  it('that is locked is seen, and a form that says otherwise is refused', async () => {
    const one = await begin({ [name]: { value, locked: true } })
    expect(propertyOf(await stateOf(one), name)).toMatchObject({ default: value, preset: 'locked' })
    const refused = await save(one, { ...rest, [name]: other })
    expect([refused.statusCode, refused.json()]).toMatchObject([
      422,
      { error: 'InvalidProperties', data: { faults: { [name]: { rule: 'set_by_app' } } } },
    ])
    const id = idOf(await save(one, { ...rest, [name]: value }))
    expect(await stored(id)).toMatchObject({ [name]: value })
    await one.call('goToStep', { step: 'form' })
    expect((await save(one, { ...rest, [name]: other })).statusCode).toBe(422)
    expect(await stored(id)).toMatchObject({ [name]: value })
  })

  it('that is hidden is nowhere in the page, and is used', async () => {
    const one = await begin({ [name]: { value, hidden: true } })
    expect(propertyOf(await stateOf(one), name)).toBeUndefined()
    for (const tried of [other, value]) {
      const refused = await save(one, { ...rest, [name]: tried })
      expect(refused.json()).toMatchObject({ data: { faults: { [name]: { rule: 'set_by_app' } } } })
    }
    const saved = await save(one, rest)
    expect(await stored(idOf(saved))).toMatchObject({ [name]: value })
    expect(saved.body).not.toContain(value)
    const ended = await one.call('cancelFlow', {})
    expect(JSON.stringify(ended.json<FlowState>().source)).not.toContain(value)
  })

  it.each(['locked', 'hidden'] as const)(
    'of a source that is edited is the app’s where it is %s',
    async (how) => {
      const id = await make({ ...rest, [name]: before })
      const one = await begin({ [name]: { value, [how]: true }, password: { value: 'anew' } }, edit(id))
      const { source: shown } = await stateOf(one)
      expect(shown?.properties[name]).toBe(how === 'locked' ? value : undefined)
      const posted = { ...rest, ...(how === 'locked' && { [name]: value }) }
      expect((await save(one, { ...posted, [name]: before })).statusCode).toBe(422)
      expect((await save(one, posted)).statusCode).toBe(200)
      expect(await stored(id)).toMatchObject({ [name]: value })
    },
  )

  it('of a source that is edited stays where it is prefilled', async () => {
    const id = await make({ ...rest, [name]: before })
    const one = await begin({ [name]: { value } }, edit(id))
    expect((await stateOf(one)).source?.properties[name]).toBe(before)
    expect((await save(one, { ...rest, [name]: before })).statusCode).toBe(200)
    expect(await stored(id)).toMatchObject({ [name]: before })
  })

  it.each(['locked', 'hidden'] as const)(
    'that is %s may come as the form has it before the claim',
    async (how) => {
      const one = await begin({ [name]: { value: before, [how]: true } })
      const untouched = test.services.registry
        .find(type)
        ?.info.properties.find((of) => of.name === name)?.default
      const saved = await save(one, { ...rest, ...(untouched !== undefined && { [name]: untouched }) })
      expect(await stored(idOf(saved))).toMatchObject({ [name]: before })
    },
  )

  it.each(['locked', 'hidden'] as const)('that is %s without a value stays as it is', async (how) => {
    const id = await make({ ...rest, [name]: before })
    const one = await begin({ [name]: { [how]: true } }, edit(id))
    const posted = { ...rest, ...(how === 'locked' && { [name]: before }) }
    expect((await save(one, { ...posted, [name]: other })).statusCode).toBe(422)
    expect((await save(one, posted)).statusCode).toBe(200)
    expect(await stored(id)).toMatchObject({ [name]: before })
  })
})

describe('what depends on a hidden setting', () => {
  it('shows as that has it', async () => {
    const shown = await stateOf(await begin({ ssh: { value: 'true', hidden: true } }))
    expect(propertyOf(shown, 'ssh_host')?.show_when).toBeUndefined()
    const none = await stateOf(await begin({ ssh: { value: 'false', hidden: true } }))
    expect(propertyOf(none, 'ssh_host')).toBeUndefined()
    const open = await stateOf(await begin({}))
    expect(propertyOf(open, 'ssh_host')?.show_when).toMatchObject({ property: 'ssh' })
  })

  it('goes by the names and spellings that programs have', async () => {
    const one = await begin({ sslmode: { value: 'verify-full', hidden: true } })
    expect(await stored(idOf(await save(one, typed)))).toMatchObject({ ssl: 'verify-full' })
  })
})

it('settings that nobody is asked for are given as well', async () => {
  const one = await begin({
    frequency_in_minutes: { value: '60' },
    filter_dbs: { value: 'a,b', hidden: true },
  })
  const id = idOf(await save(one, typed))
  expect((await account.call('GET', `/v4/sources/${id}`)).body).toMatchObject({
    properties: { frequency_in_minutes: '60', filter_dbs: 'a,b' },
  })
})

it('they bind the flow, and nobody who calls the API', async () => {
  const one = await begin({ host: { value: 'db.app.example', locked: true } })
  const id = idOf(await save(one, typedWithout('host')))
  const reply = await account.call('PUT', `/v4/sources/${id}`, { properties: { dbname: 'other' } })
  expect(reply.status).toBe(200)
})

it('a form of which all is hidden is a name and a button', async () => {
  const given = { tables: { value: '2', hidden: true }, password: { value: 'right', hidden: true } }
  const region = { region: { hidden: true } }
  const one = await begin({ ...given, ...region }, { function: 'addSource', type: shop })
  const state = await stateOf(one)
  const asked = state.connector.properties.filter((of) => !isOurs(of)).map(({ name }) => name)
  expect([state.step, asked]).toEqual(['form', []])
  expect((await save(one, {})).json()).toMatchObject({ step: 'discover_schema' })
})

function typedWithout(name: keyof typeof typed): Record<string, string> {
  return Object.fromEntries(Object.entries(typed).filter(([one]) => one !== name))
}
