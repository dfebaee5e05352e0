import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database, Transaction } from '../../store/database.ts'
import { openTestStore } from '../../testing/store.testing.ts'
import { unsaidLife } from './grant-life.ts'
import { createCredentialStore, type CredentialKind, type CredentialStore } from './credential-store.ts'
import { createKeyRing, SealError } from './seal.ts'

let folder: string
let database: Database
let store: CredentialStore
const key = { id: 'test', key: randomBytes(32) }

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bobbin-credentials-'))
  database = await openTestStore(join(folder, 'test.db'))
  store = createCredentialStore(database, createKeyRing([key]), () => 1_000)
})
afterEach(async () => {
  await database.close()
  await rm(folder, { recursive: true })
})

const save = (accountId: number, sourceId: number, kind: CredentialKind, values: Record<string, string>) =>
  database.write((tx) => store.save(tx, { accountId, sourceId, kind, values }))

/** A write that another process's save comes between: after what it read, before what it writes. */
function overtakenBy(tx: Transaction, save: () => Promise<void>): Transaction {
  let hasCome = false
  const db = tx.db.withPlugin({
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      if (!hasCome) {
        hasCome = true
        await save()
      }
      return result
    },
  })
  return { ...tx, db }
}

describe('createCredentialStore', () => {
  it('refuses a save that another one has overtaken, and keeps that one', async () => {
    await save(1, 2, 'oauth', { access_token: 'a' })
    const ours = { accountId: 1, sourceId: 2, kind: 'oauth', values: { access_token: 'ours' } } as const
    await database.write(async (tx) => {
      const theirs = () => store.save(tx, { ...ours, values: { access_token: 'theirs' } })
      await expect(store.save(overtakenBy(tx, theirs), ours)).rejects.toMatchObject({
        code: 'Conflict',
        status: 409,
        data: { reason: 'overtaken' },
      })
    })
    expect(await store.open(1, 2, 'oauth')).toMatchObject({ version: 2, values: { access_token: 'theirs' } })
  })

  it('gives back what was saved, with version, status and expiry', async () => {
    await database.write((tx) =>
      store.save(tx, {
        accountId: 1,
        sourceId: 2,
        kind: 'oauth',
        values: { access_token: 'x' },
        expiresAt: 5,
      }),
    )
    expect(await store.open(1, 2, 'oauth')).toEqual({
      values: { access_token: 'x' },
      version: 1,
      status: 'ok',
      expiresAt: 5,
      lifetime: null,
      oauthClientId: null,
      renewAfter: null,
      failure: null,
      failingSince: null,
      life: unsaidLife,
    })
  })

  it('replaces all values, counts the version up and lifts a rejection', async () => {
    await save(1, 2, 'form', { password: 'old', passphrase: 'old' })
    await database.write((tx) => store.reject(tx, 1, 2, 'form'))
    expect(await store.open(1, 2, 'form')).toMatchObject({ status: 'rejected', version: 1 })
    await save(1, 2, 'form', { password: 'new' })
    expect(await store.open(1, 2, 'form')).toEqual({
      values: { password: 'new' },
      version: 2,
      status: 'ok',
      expiresAt: null,
      lifetime: null,
      oauthClientId: null,
      renewAfter: null,
      failure: null,
      failingSince: null,
      life: unsaidLife,
    })
  })

  it('writes no secret in clear', async () => {
    await save(1, 2, 'form', { password: 'hunter2-hunter2' })
    const rows = await database.read.selectFrom('credential').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain('hunter2')
    expect(rows[0]?.names).toBe('["password"]')
  })

  it('describes the names without opening anything, also inside a transaction', async () => {
    const described = await database.write(async (tx) => {
      await store.save(tx, { accountId: 1, sourceId: 2, kind: 'form', values: { password: 'a' } })
      return await store.describe(1, 2, 'form', tx)
    })
    expect(described).toEqual({ names: ['password'], status: 'ok' })
    const keyless = createCredentialStore(database, createKeyRing([{ ...key, id: 'other' }]), () => 1)
    expect(await keyless.describe(1, 2, 'form')).toEqual({ names: ['password'], status: 'ok' })
    expect(await keyless.describe(1, 2, 'oauth')).toBeNull()
  })

  it("never shows, rejects or erases another account's row", async () => {
    await save(1, 2, 'form', { password: 'a' })
    expect(await store.open(9, 2, 'form')).toBeNull()
    expect(await store.describe(9, 2, 'form')).toBeNull()
    await database.write((tx) => store.reject(tx, 9, 2, 'form'))
    await database.write((tx) => store.erase(tx, 9, 2))
    expect(await store.open(1, 2, 'form')).toMatchObject({ status: 'ok', values: { password: 'a' } })
    await expect(save(9, 2, 'form', { password: 'b' })).rejects.toThrow()
    expect(await store.open(1, 2, 'form')).toMatchObject({ values: { password: 'a' } })
  })

  it('erases both kinds', async () => {
    await save(1, 2, 'form', { password: 'a' })
    await save(1, 2, 'oauth', { access_token: 'a' })
    await database.write((tx) => store.erase(tx, 1, 2))
    expect(await store.open(1, 2, 'form')).toBeNull()
    expect(await store.open(1, 2, 'oauth')).toBeNull()
  })

  it('refuses envelopes that were swapped between sources, accounts, kinds or versions', async () => {
    await save(1, 2, 'oauth', { access_token: 'of 1/2' })
    const sealed = (await database.read.selectFrom('credential').select('sealed').executeTakeFirstOrThrow())
      .sealed
    await save(1, 2, 'oauth', { access_token: 'newer' })
    await save(1, 3, 'oauth', { access_token: 'of 1/3' })
    await save(4, 5, 'oauth', { access_token: 'of 4/5' })
    await save(1, 2, 'form', { password: 'form' })
    await database.write((tx) => tx.db.updateTable('credential').set({ sealed }).execute())
    await expect(store.open(1, 2, 'oauth')).rejects.toThrow(SealError)
    await expect(store.open(1, 3, 'oauth')).rejects.toThrow(SealError)
    await expect(store.open(4, 5, 'oauth')).rejects.toThrow(SealError)
    await expect(store.open(1, 2, 'form')).rejects.toThrow(SealError)
    await database.write((tx) =>
      tx.db
        .updateTable('credential')
        .set({ version: 1 })
        .where('source_id', '=', 2)
        .where('kind', '=', 'oauth')
        .execute(),
    )
    expect(await store.open(1, 2, 'oauth')).toMatchObject({ values: { access_token: 'of 1/2' } })
  })

  it('ends a refresh that another one holds, because what it would save is old', async () => {
    await save(1, 2, 'oauth', { access_token: 'a' })
    await database.write((tx) =>
      tx.db.updateTable('credential').set({ refresh_lease: 'x', refresh_lease_until: 9 }).execute(),
    )
    await save(1, 2, 'oauth', { access_token: 'b' })
    const row = await database.read.selectFrom('credential').selectAll().executeTakeFirstOrThrow()
    expect(row).toMatchObject({ refresh_lease: null, refresh_lease_until: null })
  })
})
