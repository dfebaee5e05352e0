import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createEventLog, type EventLog } from '../events/event-log.ts'
import type { Database } from '../../store/database.ts'
import { openTestStore } from '../../testing/store.testing.ts'
import { createCredentialStore } from './credential-store.ts'
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

function saveGrant(
  sourceId: number,
  lifetime: number | null,
  values: Record<string, string> = {},
  kind: 'oauth' | 'token' = 'oauth',
) {
  const store = createCredentialStore(database, createKeyRing([{ id: 'k', key: randomBytes(32) }]), now)
  const grant = { accountId: 7, sourceId, kind, values: { access_token: 't', ...values } }
  return database.write((tx) =>
    store.save(tx, { ...grant, expiresAt: lifetime === null ? null : now() + lifetime }),
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
