import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { connector } from '../../testing/crm-connector.testing.ts'
import { createEventLog } from '../events/event-log.ts'
import { createIdempotentReplies } from '../idempotent-replies/idempotent-replies.ts'
import { createOAuthClients } from '../oauth-clients/oauth-clients.ts'
import { openTripSecrets } from '../oauth/start-authorization.ts'
import type { Database } from '../../store/database.ts'
import { openTestStore } from '../../testing/store.testing.ts'
import { createCredentialStore } from './credential-store.ts'
import { countKeyUsage } from './key-usage.ts'
import { rotateKeys } from './rotate-keys.ts'
import { createKeyRing } from './seal.ts'
import { sealedColumns } from '../../sealed-columns.ts'

const oldKey = { id: 'old_1', key: randomBytes(32) }
const newKey = { id: 'new-2', key: randomBytes(32) }
const oldRing = createKeyRing([oldKey])
const bothRings = createKeyRing([newKey, oldKey])
const newRing = createKeyRing([newKey])
const now = () => 1_000
const never = new AbortController().signal

let folder: string
let database: Database
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bobbin-keys-'))
  database = await openTestStore(join(folder, 'test.sqlite'))
})
afterEach(async () => {
  await database.close()
  await rm(folder, { recursive: true })
})

const rotate = (more: Partial<Parameters<typeof rotateKeys>[0]> = {}) =>
  rotateKeys({ database, keyRing: bothRings, columns: sealedColumns, now, signal: never, ...more })
const usage = async () =>
  Object.fromEntries(
    (await countKeyUsage(database.read, sealedColumns, now())).map(({ keyId, rows }) => [keyId, rows]),
  )

function saveCredential(sourceId: number, ring = oldRing, kind: 'form' | 'oauth' = 'form') {
  const store = createCredentialStore(database, ring, now)
  const values = { password: `secret ${sourceId}` }
  return database.write((tx) => store.save(tx, { accountId: 7, sourceId, kind, values }))
}

async function secretOf(sourceId: number, kind: 'form' | 'oauth' = 'form') {
  return (await createCredentialStore(database, newRing, now).open(7, sourceId, kind))?.values['password']
}

const clients = (keyRing: typeof oldRing) =>
  createOAuthClients({
    database,
    keyRing,
    now,
    registry: { find: () => connector },
    settings: new Map(),
    credentials: createCredentialStore(database, keyRing, now),
    events: createEventLog(database, now),
  })

async function startTrip(stateHash: string, times: { expires_at?: number; taken_at?: number } = {}) {
  const row = {
    state_hash: stateHash,
    flow_id: 'f',
    account_id: 7,
    source_id: 1,
    slug: 's',
    sealed: oldRing.seal('{"verifier":"v"}', ['oauth_transaction', 7, 1, stateHash]),
    issuer: null,
    token_endpoint: 't',
    redirect_uri: 'r',
    created_at: 1,
    expires_at: 2_000,
    taken_at: null,
    ...times,
  }
  await database.write((tx) => tx.db.insertInto('oauth_transaction').values(row).execute())
}

it('seals everything anew that somebody may still open, and what is over stays', async () => {
  for (let sourceId = 1; sourceId <= 120; sourceId += 1) await saveCredential(sourceId)
  await saveCredential(1, oldRing, 'oauth')
  await saveCredential(1, oldRing, 'oauth')
  await saveCredential(500, bothRings)
  await startTrip('open')
  await startTrip('over', { expires_at: 999 })
  await startTrip('taken', { taken_at: 2 })
  const key = { accountId: 7, key: 'k', requestHash: 'h' }
  const replies = (ring: typeof oldRing) => createIdempotentReplies({ database, keyRing: ring, now })
  await database.write((tx) => replies(oldRing).keep(tx, key, { token: 't' }))
  const type = 'platform.test-crm'
  for (const owner of [7, null]) {
    const client = { type, client_id: 'us', client_secret: `of ${owner}` }
    await database.write((tx) => clients(oldRing).create(tx, owner, client))
  }
  expect(await usage()).toEqual({ old_1: 125, 'new-2': 1 })

  expect(await rotate()).toEqual({ resealed: 125, unopened: [], unopenedCount: 0, isComplete: true })

  expect(await usage()).toEqual({ 'new-2': 126 })
  for (const accountId of [7, 8]) {
    const chosen = await clients(newRing).choose({ account_id: accountId, type, oauth_client_id: null })
    expect(chosen?.client.secret).toBe(accountId === 7 ? 'of 7' : 'of null')
  }
  for (let sourceId = 1; sourceId <= 120; sourceId += 1) {
    expect(await secretOf(sourceId)).toBe(`secret ${sourceId}`)
  }
  expect(await secretOf(1, 'oauth')).toBe('secret 1')
  const trip = await database.read
    .selectFrom('oauth_transaction')
    .selectAll()
    .where('state_hash', '=', 'open')
    .executeTakeFirstOrThrow()
  expect(openTripSecrets(newRing, trip).verifier).toBe('v')
  expect(await database.write((tx) => replies(newRing).find(tx, key))).toEqual({ reply: { token: 't' } })
  expect(await rotate()).toMatchObject({ resealed: 0, isComplete: true })
})

it('leaves what does not open as it is, and tells of it', async () => {
  await saveCredential(1)
  await saveCredential(2)
  await saveCredential(3, createKeyRing([{ id: 'lost', key: randomBytes(32) }]))
  await saveCredential(4)
  const damaged = 'not an envelope'
  await sql`update credential set sealed = ${damaged} where source_id = 4`.execute(database.read)
  // Moved here from another row: it opens nowhere but there.
  await sql`update credential set sealed = (select sealed from credential where source_id = 1) where source_id = 2`.execute(
    database.read,
  )

  const result = await rotate()
  expect(result).toMatchObject({ resealed: 1, unopenedCount: 3 })
  expect(result.unopened).toEqual([
    { column: 'credential.sealed', keyId: 'old_1', reason: 'not_authentic' },
    { column: 'credential.sealed', keyId: 'lost', reason: 'unknown_key' },
    { column: 'credential.sealed', keyId: null, reason: 'malformed' },
  ])
  expect(await secretOf(1)).toBe('secret 1')
  expect(await usage()).toEqual({ 'new-2': 1, old_1: 1, lost: 1, null: 1 })
})

it('never undoes a write that came between its reading and its writing', async () => {
  await saveCredential(1)
  await saveCredential(2)
  let isLate = false
  const slow: Database = {
    ...database,
    async write(work) {
      if (!isLate) {
        isLate = true
        // Another server's: still with the old key in front, so the row is to be met again.
        const store = createCredentialStore(database, oldRing, now)
        await database.write((tx) =>
          store.save(tx, { accountId: 7, sourceId: 1, kind: 'form', values: { password: 'newer' } }),
        )
      }
      return database.write(work)
    },
  }
  expect(await rotate({ database: slow })).toMatchObject({ resealed: 2, isComplete: true })
  expect([await secretOf(1), await secretOf(2)]).toEqual(['newer', 'secret 2'])
})

it('stops when it is told to, with nothing half done, and goes on from there', async () => {
  for (let sourceId = 1; sourceId <= 120; sourceId += 1) await saveCredential(sourceId)
  const stop = new AbortController()
  const first = await rotate({ signal: stop.signal, onProgress: () => stop.abort() })
  expect(first).toMatchObject({ resealed: 50, isComplete: false })
  expect(await usage()).toEqual({ old_1: 70, 'new-2': 50 })
  expect(await rotate()).toMatchObject({ resealed: 70, isComplete: true })
})

it('knows every column of envelopes that the store has', async () => {
  const { rows } = await sql<{ name: string }>`
    select m.name || '.' || c.name as name from sqlite_master m, pragma_table_info(m.name) c
    where m.type = 'table' order by 1
  `.execute(database.read)
  const columns = rows.map(({ name }) => name)
  const known = sealedColumns.map(({ name }) => name)
  expect(columns).toEqual(expect.arrayContaining(known))
  // An envelope may have another name; what has this one is an envelope.
  expect(columns.filter((name) => name.includes('sealed') && !known.includes(name))).toEqual([])
})
