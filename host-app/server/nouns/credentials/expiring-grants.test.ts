import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createEventLog, type EventLog } from '../events/event-log.ts'
import type { Database } from '../../store/database.ts'
import { openTestStore } from '../../testing/store.testing.ts'
import { createCredentialStore } from './credential-store.ts'
import { endOf } from './grant-end.ts'
import { unsaidLife } from './grant-life.ts'
import { tellExpiringGrants } from './expiring-grants.ts'
import { createKeyRing } from './seal.ts'

const hour = 3_600_000
let time = Date.UTC(2026, 0, 1)
const now = () => time
let folder: string
let database: Database
let events: EventLog
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bobbin-grants-'))
  database = await openTestStore(join(folder, 'test.sqlite'))
  events = createEventLog(database, now)
})
afterEach(async () => {
  await database.close()
  await rm(folder, { recursive: true })
})

const keyRing = createKeyRing([{ id: 'k', key: randomBytes(32) }])
const storeOf = () => createCredentialStore(database, keyRing, now)

function saveGrant(
  sourceId: number,
  lifetime: number | null,
  values: Record<string, string> = {},
  kind: 'oauth' | 'token' = 'oauth',
) {
  const grant = { accountId: 7, sourceId, kind, values: { access_token: 't', ...values } }
  return database.write((tx) =>
    storeOf().save(tx, { ...grant, expiresAt: lifetime === null ? null : now() + lifetime }),
  )
}

const registry = { find: () => null }
const sweep = () => tellExpiringGrants({ database, registry, events, now })
const told = async () => (await events.read('account:7', 0)).map(({ type, data }) => ({ type, data }))

it('tells once of a grant that ends within a day and cannot be renewed', async () => {
  await saveGrant(1, 30 * hour)
  await saveGrant(2, hour, { refresh_token: 'r' })
  await saveGrant(3, null)
  // What settings were exchanged for is fetched anew: nobody has to do anything.
  await saveGrant(4, hour, {}, 'token')
  await sweep()
  expect(await told()).toEqual([])

  time += 6 * hour
  await sweep()
  await sweep()
  const expiring = (expiresAt: number) => ({
    type: 'credentials.expiring',
    data: { source_id: 1, expires_at: new Date(expiresAt).toISOString() },
  })
  expect(await told()).toEqual([expiring(time + 24 * hour)])

  await saveGrant(1, hour)
  await sweep()
  expect((await told()).slice(1)).toEqual([expiring(time + hour)])
})

const day = 24 * hour
const dyingGrant = (life: number | null, consentedAt: number | null = time) =>
  database.write((tx) =>
    storeOf().save(tx, {
      ...{ accountId: 7, sourceId: 1, kind: 'oauth', values: { access_token: 't', refresh_token: 'r' } },
      life: { ...unsaidLife, consentedAt, absoluteDeath: life === null ? null : time + life },
    }),
  )
/** The same consent, some time later. */
const renewed = async () => {
  const opened = await storeOf().open(7, 1, 'oauth')
  if (!opened) throw new Error('It was granted.')
  const { values, life } = opened
  await database.write((tx) => storeOf().save(tx, { accountId: 7, sourceId: 1, kind: 'oauth', values, life }))
}
/** What people are shown goes by the same rule. */
const isNear = async () => {
  const row = await database.read.selectFrom('credential').selectAll().executeTakeFirstOrThrow()
  return endOf(row, now())?.isNear ?? false
}

it.each([
  ['14 days before', 365 * day, 14 * day],
  ['at the last third of a short life', 9 * hour, 3 * hour],
])('tells %s of a grant that no renewal can save, once for each consent', async (_when, life, notice) => {
  await dyingGrant(life)
  const ends = time + life
  time = ends - notice - hour / 2
  await sweep()
  expect([await told(), await isNear()]).toEqual([[], false])
  await renewed()
  time = ends - notice
  expect(await isNear()).toBe(true)
  await sweep()
  await renewed()
  await sweep()
  const expiring = {
    type: 'credentials.expiring',
    data: { source_id: 1, expires_at: new Date(ends).toISOString() },
  }
  expect(await told()).toEqual([expiring])
  // Connected again, it lives anew, and is told of anew.
  await dyingGrant(life)
  await sweep()
  expect([(await told()).length, await isNear()]).toEqual([1, false])
  time += life - notice
  await sweep()
  expect(await told()).toHaveLength(2)
})

it('tells of a grant that was consented to before that was noted, and of none that is said to live on', async () => {
  await dyingGrant(null)
  await sweep()
  expect(await told()).toEqual([])
  await dyingGrant(15 * day, null)
  await sweep()
  expect(await told()).toEqual([])
  time += 2 * day
  await sweep()
  expect(await told()).toHaveLength(1)
})
