import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Database, Transaction } from '../store/database.ts'
import { openTestStore } from './store.testing.ts'

const folder = mkdtempSync(join(tmpdir(), 'bobbin-touches-'))
const key = { accountId: 7, sourceId: 3 }
let database: Database
beforeAll(async () => {
  database = await openTestStore(join(folder, 'test.db'))
})
afterAll(async () => {
  await database.close()
  rmSync(folder, { recursive: true })
})

const insert = (tx: Transaction) =>
  tx.db
    .insertInto('credential')
    .values({
      account_id: key.accountId,
      source_id: key.sourceId,
      kind: 'oauth',
      sealed: '',
      version: 1,
      names: '[]',
      status: 'ok',
      updated_at: 1,
    })
    .execute()
const set = (tx: Transaction, values: { status?: 'rejected'; version?: number }) =>
  tx.db.updateTable('credential').set(values).execute()
const erase = (tx: Transaction) => tx.db.deleteFrom('credential').execute()

const forgotten = 'A write changed the credential of source 7/3 without tx.touch.'

it('a write that forgets to touch what it changed fails and leaves nothing; one that does not goes through', async () => {
  const reject = (tx: Transaction) => set(tx, { status: 'rejected' })
  const writes: ((tx: Transaction) => Promise<unknown>)[] = [insert, reject, erase]
  for (const work of writes) {
    await expect(database.write(work)).rejects.toThrow(forgotten)
    await database.write(async (tx) => {
      tx.touch(key)
      await work(tx)
    })
  }
})

it('what nothing is derived of, and what is set to what it was, needs none', async () => {
  await database.write(async (tx) => {
    tx.touch(key)
    await insert(tx)
    await set(tx, { status: 'rejected' })
  })
  const same = database.write((tx) => set(tx, { version: 2, status: 'rejected' }))
  await expect(same).resolves.toBeDefined()
})
