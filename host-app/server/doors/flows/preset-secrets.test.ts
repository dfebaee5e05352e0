import { randomBytes } from 'node:crypto'
import type { FlowState } from '@bobbin/shared/flow'
import type { TokenProperties } from '@bobbin/shared/session'
import { source } from '@bobbin/shared/source'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKeyRing } from '../../nouns/credentials/credentials.ts'
import { rotateKeys } from '../../nouns/credentials/rotate-keys.ts'
import { startThief } from '../../nouns/flows/thieving-server.testing.ts'
import { sealedColumns } from '../../sealed-columns.ts'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createTestFlow, page, type TestFlow } from '../../testing/flow.testing.ts'
import { finishedCheck } from '../../testing/shop.testing.ts'

/* A key that the app's back end knows, given with the token of a flow: where it goes, and where it never does. */

const type = 'platform.hp-postgres'
const key = 'preset-key-of-the-app'
const place = { host: { value: '127.0.0.1' }, port: { value: '1' } }
const plainPlace: Record<string, string> = { host: '127.0.0.1', port: '1' }
const typed = { dbname: 'orders', user: 'anna' }

let test: TestApp
let account: TestAccount
let thief: Awaited<ReturnType<typeof startThief>>
beforeAll(async () => {
  test = await createTestApp({ BOBBIN_ALLOW_PRIVATE_NETWORKS: '1' })
  account = await test.signUp()
  await account.call('PUT', '/v4/account', { allowed_origins: [page] })
  thief = await startThief()
})
afterAll(async () => {
  await test.close()
  await thief.stop()
})

const tokenOf = async (properties: TokenProperties) =>
  ((await account.call('POST', '/v3/sessions/ephemeral', { properties })).body as { ephemeral_token: string })
    .ephemeral_token

async function begin(
  properties: TokenProperties,
  options: Record<string, unknown> = { function: 'addSource', type },
) {
  const one = createTestFlow(test.app, test.services)
  await one.begin(await tokenOf(properties), options)
  return one
}
const save = (one: TestFlow, properties: Record<string, string>) =>
  one.call('saveForm', { display_name: 'Mine', properties })
const stateOf = async (one: TestFlow) => (await one.call('getState')).json<FlowState>()
const make = async (properties: Record<string, string>) =>
  (await account.call('POST', '/v4/sources', { type, display_name: `At ${Math.random()}`, properties })).as(
    source,
  ).id
const settingsOf = (id: number | undefined) => test.services.sources.settings(account.id, id ?? 0)
const edit = (id: number) => ({ function: 'editSource', id })

/** All that the store has of flows and their tokens, as text. */
async function rows(): Promise<string> {
  const tables = ['ephemeral_token', 'flow', 'idempotent_reply', 'event'].map((name) =>
    sql`select * from ${sql.table(name)}`.execute(test.services.database.read),
  )
  return JSON.stringify(await Promise.all(tables))
}

describe.each<[string, object]>([
  ['hidden', { hidden: true }],
  ['locked', { locked: true }],
  ['prefilled', {}],
])('a secret that is %s', (how, flags) => {
  const given = { ...place, password: { value: key, ...flags } }

  it('is used, and reaches no page, no row in clear and no event', async () => {
    const one = await begin(given)
    const before = await stateOf(one)
    const property = before.connector.properties.find(({ name }) => name === 'password')
    expect(property?.preset).toBe(how === 'hidden' ? undefined : how)
    expect(property === undefined).toBe(how === 'hidden')
    const told = [(await one.openPage()).body, JSON.stringify(before), await rows()]
    const posted = how === 'prefilled' ? plainPlace : {}
    const saved = await save(one, { ...typed, ...posted })
    expect(saved.statusCode).toBe(200)
    const { id } = saved.json<FlowState>().source!
    expect(await settingsOf(id)).toMatchObject({ password: key, host: '127.0.0.1' })
    await finishedCheck(account, id)
    told.push(saved.body, (await one.openPage()).body, (await one.call('getState')).body, await rows())
    told.push(
      JSON.stringify(await one.relay()),
      JSON.stringify((await account.call('GET', '/v4/events')).body),
    )
    told.push((await one.call('cancelFlow', {})).body)
    for (const text of told) expect(text).not.toContain(key)
  })

  it('is sealed with the token, then with the flow, and forgotten when that ends', async () => {
    const presets = async () => {
      const { database } = test.services
      const token = await database.read
        .selectFrom('ephemeral_token')
        .select('presets')
        .orderBy('created_at', 'desc')
        .orderBy(sql`rowid`, 'desc')
        .executeTakeFirstOrThrow()
      const flow = await database.read
        .selectFrom('flow')
        .select('presets')
        .where('id', '=', one.id)
        .executeTakeFirst()
      return [token.presets, flow?.presets].map((sealed) => (sealed ? sealed.slice(0, 2) : sealed))
    }
    const one = createTestFlow(test.app, test.services)
    const token = await tokenOf(given)
    expect(await presets()).toEqual([expect.any(String), undefined])
    await one.begin(token, { function: 'addSource', type })
    expect(await presets()).toEqual([null, expect.any(String)])
    await one.call('cancelFlow', {})
    expect(await presets()).toEqual([null, null])
  })

  it('goes to no server that the person names', async () => {
    const one = await begin(given)
    const elsewhere = { ...typed, host: '127.0.0.1', port: thief.port, ssl: 'disable' }
    const refused = await save(one, elsewhere)
    expect(refused.statusCode).toBe(422)
    expect(Object.keys(refused.json<{ data: { faults: object } }>().data.faults)).toContain(
      how === 'prefilled' ? 'password' : 'port',
    )
    expect((await stateOf(one)).source).toBeNull()
    expect(thief.passwords).not.toContain(key)
  })

  it('goes to no server that the person named before', async () => {
    const id = await make({ ...typed, host: '127.0.0.1', port: thief.port, ssl: 'disable', password: 'own' })
    const token = await tokenOf({ password: { value: key, ...flags } })
    const one = createTestFlow(test.app, test.services)
    await one.openPage()
    const claimed = await one.claim(token, edit(id))
    if (how !== 'prefilled') {
      expect([claimed.statusCode, claimed.json()]).toMatchObject([422, { error: 'InvalidOptions' }])
      return
    }
    await one.call('reportProof', { origin: page })
    await save(one, { ...typed, host: '127.0.0.1', port: thief.port, ssl: 'disable' })
    expect(await settingsOf(id)).toMatchObject({ password: 'own' })
    await finishedCheck(account, id)
    expect(thief.passwords).not.toContain(key)
  })

  it('of a source that is edited takes the place of the stored one where it is the app’s', async () => {
    const id = await make({ ...typed, ...plainPlace, password: 'own' })
    const one = await begin(given, edit(id))
    const posted = how === 'prefilled' ? plainPlace : {}
    expect((await save(one, { ...typed, ...posted })).statusCode).toBe(200)
    expect(await settingsOf(id)).toMatchObject({ password: how === 'prefilled' ? 'own' : key })
  })
})

it.each([{ hidden: true }, { locked: true }])(
  'a secret with %j cannot be found out by trying',
  async (flags) => {
    const one = await begin({ ...place, password: { value: key, ...flags } })
    const answers: string[] = []
    for (const password of [key, 'wrong']) {
      const refused = await save(one, { ...typed, password })
      expect(refused.json()).toMatchObject({ data: { faults: { password: { rule: 'set_by_app' } } } })
      answers.push(JSON.stringify(refused.json<{ data: object }>().data))
    }
    expect(answers[0]).toBe(answers[1])
  },
)

it('what is prefilled may be replaced by a secret of the person’s own, for a server of their own', async () => {
  const one = await begin({ ...place, password: { value: key } })
  const saved = await save(one, { ...typed, host: 'db.own.example', port: '1', password: 'own' })
  expect(await settingsOf(saved.json<FlowState>().source?.id)).toMatchObject({ password: 'own' })
})

it('a tunnel is no way out either: neither is there one, nor can one be named', async () => {
  const one = await begin({ ...place, password: { value: key, hidden: true } })
  const names = (await stateOf(one)).connector.properties.map(({ name }) => name)
  expect(names).not.toContain('ssh')
  expect(names).not.toContain('ssl')
  const refused = await save(one, { ...typed, ssh: 'true', ssh_host: 'thief.example', ssh_user: 'a' })
  expect(refused.json()).toMatchObject({
    data: { faults: { ssh: { rule: 'set_by_app' }, ssh_host: { rule: 'set_by_app' } } },
  })
})

it('a host that the app sets takes no secret along that was entered for another', async () => {
  const id = await make({ ...typed, host: 'db.own.example', port: '1', password: 'own' })
  const one = await begin({ host: { value: '127.0.0.1', locked: true } }, edit(id))
  expect((await stateOf(one)).source).toMatchObject({
    kept_secrets: [],
    properties: { host: '127.0.0.1' },
  })
  const refused = await save(one, { ...typed, ...plainPlace })
  expect(refused.json()).toMatchObject({
    data: { faults: { password: { rule: 'needed_again' } }, reason: 'secret_needed_again' },
  })
  expect(await settingsOf(id)).toMatchObject({ host: 'db.own.example', password: 'own' })
  expect((await save(one, { ...typed, ...plainPlace, password: 'anew' })).statusCode).toBe(200)
  expect(await settingsOf(id)).toMatchObject({ host: '127.0.0.1', password: 'anew' })
})

it('a new key seals what tokens and flows hold, and the old one may go', async () => {
  const token = await tokenOf({ ...place, password: { value: key, hidden: true } })
  const one = await begin({ ...place, password: { value: key, hidden: true } })
  const { database, config } = test.services
  const [oldKey] = config.encryptionKeys
  if (!oldKey) throw new Error('The test app has a key.')
  const newKey = { id: 'new-1', key: randomBytes(32) }
  const turn = (keys: Parameters<typeof createKeyRing>[0]) =>
    rotateKeys({
      database,
      keyRing: createKeyRing(keys),
      columns: sealedColumns,
      now: Date.now,
      signal: new AbortController().signal,
    })
  expect(await turn([newKey, oldKey])).toMatchObject({ isComplete: true, unopenedCount: 0 })
  const sealed = JSON.stringify(
    await Promise.all(
      (['flow', 'ephemeral_token'] as const).map((name) =>
        database.read.selectFrom(name).select('presets').where('presets', 'is not', null).execute(),
      ),
    ),
  )
  expect(sealed).toContain('new-1')
  expect(sealed).not.toContain(`.${oldKey.id}.`)
  expect(await turn([oldKey, newKey])).toMatchObject({ isComplete: true, unopenedCount: 0 })
  expect((await save(one, typed)).statusCode).toBe(200)
  expect(
    (await createTestFlow(test.app, test.services).claim(token, { function: 'addSource', type })).statusCode,
  ).toBe(200)
})
