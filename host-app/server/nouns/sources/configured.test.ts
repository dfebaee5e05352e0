import { fileURLToPath } from 'node:url'
import { source } from '@bobbin/shared/source'
import { reportedStep } from '@bobbin/shared/steps'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestApp, type TestAccount, type TestApp } from '../../testing/app.testing.ts'
import { createConfiguredShop, finishedCheck, shop } from '../../testing/shop.testing.ts'
import type { Transaction } from '../../store/database.ts'
import { selections } from '../streams/streams.ts'
import { createSourceFacts } from './source-facts.ts'

const crm = 'platform.test-crm'
const connectorIn = (name: string) =>
  fileURLToPath(new URL(`../../testing/${name}.testing.ts`, import.meta.url))

let test: TestApp
let account: TestAccount
beforeEach(async () => {
  test = await createTestApp({
    BOBBIN_CONNECTORS: ['shop-connector', 'crm-connector'].map(connectorIn).join(','),
    BOBBIN_OAUTH_TEST_CRM_CLIENT_ID: 'client',
    BOBBIN_OAUTH_TEST_CRM_CLIENT_SECRET: 'secret',
    BOBBIN_RATE_LIMIT_TOKEN: '1000000',
    BOBBIN_RATE_LIMIT_ACCOUNT: '1000000',
  })
  account = await test.signUp()
  await countTransitions()
})
afterEach(() => test.close())

/** The store itself counts how often each source became configured, whoever wrote it. */
async function countTransitions(): Promise<void> {
  await test.services.database.write(async ({ db }) => {
    await sql`create table became_configured (source_id integer)`.execute(db)
    await sql`create trigger became after update of configured_at on source
      when old.configured_at is null and new.configured_at is not null
      begin insert into became_configured values (new.id); end`.execute(db)
  })
}

/** In one consistent look: what is noted is what follows from the rest, and each transition was told once. */
async function expectDerived(): Promise<number> {
  const { database, registry } = test.services
  return database.write(async (tx) => {
    const rows = await tx.db.selectFrom('source').selectAll().where('deleted_at', 'is', null).execute()
    const facts = await createSourceFacts({ ...test.services, selections }).of(account.id, rows, tx)
    const follows = rows.map(({ id, type }) => {
      const steps = registry.find(type)?.info.steps ?? []
      return [id, reportedStep(steps, facts.get(id)?.finished ?? new Set()) === 'fully_configured']
    })
    expect(rows.map((row) => [row.id, row.configured_at !== null])).toEqual(follows)

    const { rows: became } = await sql<{ id: number }>`
      select source_id as id from became_configured order by rowid`.execute(tx.db)
    const told = await tx.db
      .selectFrom('event')
      .select('data')
      .where('type', '=', 'source.configured')
      .orderBy('seq')
      .execute()
    expect(told.map(({ data }) => (JSON.parse(data) as { source_id: number }).source_id)).toEqual(
      became.map(({ id }) => id),
    )
    return became.length
  })
}

let made = 0
/** By names that are free. */
const make = async (type: string) =>
  (await account.call('POST', '/v4/sources', { type, display_name: `Source ${(made += 1)}` })).as(source).id
const select = (id: number, selected: boolean) =>
  account.call('PUT', `/v4/sources/${id}/streams/metadata`, {
    streams: [{ tap_stream_id: 'shop-t1', metadata: [{ breadcrumb: [], metadata: { selected } }] }],
  })
const set = (id: number, properties: Record<string, string | null>) =>
  account.call('PUT', `/v4/sources/${id}`, { properties })
const write = (work: (tx: Transaction) => Promise<unknown>) => test.services.database.write(work)

/** What the tap of each source was last started with. */
const configs = new Map<number, { etag: string; payload: object }>()
const config = (id: number, method: 'GET' | 'PUT', etag = '', payload?: object) =>
  test.app.inject({
    method,
    url: `/v4/sources/${id}/config`,
    headers: { authorization: `Bearer ${account.token}`, 'if-match': etag },
    ...(payload && { payload }),
  })

/** What is done to a source. Each by itself knows nothing of what "configured" depends on. */
const acts = {
  select: (id: number) => select(id, true),
  'select nothing': (id: number) => select(id, false),
  'get a setting that is right': async (id: number) => {
    await set(id, { tables: '2', password: 'right' })
    await ended(id)
  },
  'get a setting that is wrong': async (id: number) => {
    await set(id, { password: 'wrong' })
    await ended(id)
  },
  'get a setting that is not checked yet': (id: number) => set(id, { tables: '3000' }),
  'be checked': async (id: number) => {
    await account.call('POST', `/v4/sources/${id}/check`)
    await ended(id)
  },
  'be authorized': async (id: number) => {
    const { credentials } = test.services
    const values = { access_token: 'at-1', refresh_token: 'rt-1' }
    await write((tx) => credentials.save(tx, { accountId: account.id, sourceId: id, kind: 'oauth', values }))
    const read = await config(id, 'GET')
    if (read.statusCode === 200)
      configs.set(id, { etag: String(read.headers.etag), payload: read.json<object>() })
  },
  'be refused by the provider': (id: number) =>
    write((tx) => test.services.credentials.reject(tx, account.id, id, 'oauth')),
  'get back the config of a tap that renewed its token': async (id: number) => {
    const { etag, payload } = configs.get(id) ?? { etag: '', payload: {} }
    await config(id, 'PUT', etag, { ...payload, access_token: `at-${Math.random()}` })
  },
  'be cloned': async (id: number) => {
    const clone = await account.call('POST', `/v4/sources/${id}/clone`, { with_selection: true })
    await ended(clone.as(source).id)
  },
  'be deleted': (id: number) => account.call('DELETE', `/v4/sources/${id}`),
} as const
type Act = keyof typeof acts

/** No check of it is under way. */
async function ended(id: number): Promise<void> {
  const { status } = await account.call('GET', `/v4/sources/${id}/last-connection-check`)
  if (status === 200) await finishedCheck(account, id)
}

const isConfigured = async (id: number) =>
  (await test.services.sources.get(account.id, id)).configured_at !== null

const makeShop = () => createConfiguredShop(account, `Shop ${(made += 1)}`)
async function makeCrm(): Promise<number> {
  const id = await make(crm)
  await acts['be authorized'](id)
  return id
}

describe('whether a source is configured follows from what is stored', () => {
  const begin = { 'a shop': makeShop, 'a CRM': makeCrm }
  const ways: readonly [keyof typeof begin, Act, Act][] = [
    ['a shop', 'select nothing', 'select'],
    ['a shop', 'get a setting that is wrong', 'get a setting that is right'],
    ['a shop', 'get a setting that is not checked yet', 'get a setting that is right'],
    ['a CRM', 'be refused by the provider', 'be authorized'],
    ['a CRM', 'be refused by the provider', 'get back the config of a tap that renewed its token'],
  ]
  it.each(ways)('of %s: no more when it comes to %s, again when it comes to %s', async (what, undo, redo) => {
    const id = await begin[what]()
    expect([await isConfigured(id), await expectDerived()]).toEqual([true, 1])
    await acts[undo](id)
    expect([await isConfigured(id), await expectDerived()]).toEqual([false, 1])
    await acts[redo](id)
    expect([await isConfigured(id), await expectDerived()]).toEqual([true, 2])
    await acts[redo](id)
    await expectDerived()
  })

  it('a clone is configured by its own check, and a type without steps at once', async () => {
    await acts['be cloned'](await makeShop())
    expect(await expectDerived()).toBe(2)
    await make('import_api')
    expect(await expectDerived()).toBe(3)
  })

  it('a grant that is kept for the first time makes one transition, and one that replaces it none', async () => {
    const id = await make(crm)
    const grant = {
      values: { access_token: 'at-1' },
      expiresAt: null,
      lifetime: null,
      externalAccount: null,
      oauthClientId: null,
    }
    const keep = () =>
      write((tx) => test.services.oauth.keepGrant(tx, { accountId: account.id, sourceId: id }, grant))
    await keep()
    expect(await expectDerived()).toBe(1)
    await keep()
    expect(await expectDerived()).toBe(1)
  })

  it('after whatever is done to sources, in whatever order', async () => {
    const done = fc.record({ act: fc.constantFrom(...(Object.keys(acts) as Act[])), pick: fc.nat(9) })
    await fc.assert(
      fc.asyncProperty(fc.array(done, { minLength: 8, maxLength: 16 }), async (all) => {
        const ids = [await makeShop(), await make(shop.type), await makeCrm()]
        for (const { act, pick } of all) {
          await acts[act](ids[pick % ids.length] ?? 0).catch(() => {})
          await expectDerived()
        }
      }),
      { numRuns: 4 },
    )
  })
})
