import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OperatorError } from '../../ground/operator-error.ts'
import type { Database } from '../../store/database.ts'
import { openSqlite } from '../../store/sqlite/sqlite.ts'
import { createCredentialStore } from './credential-store.ts'
import { createKeyWatch } from './key-watch.ts'
import { createKeyRing, type EncryptionKey } from './seal.ts'
import { sealedColumns } from '../../sealed-columns.ts'

const right = { id: 'k1', key: randomBytes(32) }
const wrong = { id: 'k1', key: randomBytes(32) }
const other = { id: 'k2', key: randomBytes(32) }

let folder: string
let database: Database
let time = 1_000
const now = () => time
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bobbin-key-watch-'))
  database = await openSqlite(join(folder, 'test.sqlite'))
})
afterEach(async () => {
  await database.close()
  await rm(folder, { recursive: true })
})

const watch = (...keys: EncryptionKey[]) =>
  createKeyWatch({ database, keyRing: createKeyRing(keys), columns: sealedColumns, now })

/** As another process does it, whose key this is. */
function save(sourceId: number, key: EncryptionKey) {
  const store = createCredentialStore(database, createKeyRing([key]), now)
  const values = { password: 'p' }
  return database.write((tx) => store.save(tx, { accountId: 1, sourceId, kind: 'form', values }))
}
const damage = (sourceId: number) =>
  sql`update credential set sealed = substr(sealed, 1, length(sealed) - 3) || 'AAA' where source_id = ${sourceId}`.execute(
    database.read,
  )

describe('at the start', () => {
  it('a key that opens nothing of what names it is refused, wherever it stands in the ring', async () => {
    await save(1, right)
    const refusal =
      /^The key "k1" in BOBBIN_ENCRYPTION_KEYS opens none of the rows .* its bytes are wrong\. [^\n]+$/
    await expect(watch(wrong)).rejects.toThrow(refusal)
    await expect(watch(other, wrong)).rejects.toThrow(OperatorError)
  })

  it('a store without rows, the right key, and a few damaged rows are no reason', async () => {
    expect(await (await watch(right)).fault()).toBeNull()
    for (let sourceId = 1; sourceId <= 5; sourceId += 1) await save(sourceId, right)
    for (let sourceId = 1; sourceId <= 4; sourceId += 1) await damage(sourceId)
    expect(await (await watch(right)).fault()).toBeNull()
    expect(await (await watch(other, right)).fault()).toBeNull()
  })
})

describe('later', () => {
  it('the first row that shows a wrong key is told as that, and nothing more is sealed with it', async () => {
    const { keyRing, fault } = await watch(wrong)
    await save(1, right)
    const store = createCredentialStore(database, keyRing, now)
    await expect(store.open(1, 1, 'form')).rejects.toMatchObject({ reason: 'wrong_key' })
    expect(await fault()).toMatchObject({ reason: 'wrong_key', message: expect.stringContaining('"k1"') })
    expect(() => keyRing.seal('s', ['x'])).toThrow('its bytes are wrong')
  })

  it('is found within a minute where nobody opens anything, and is over once the rows are gone', async () => {
    const { fault } = await watch(other, wrong)
    await save(1, right)
    time += 60_000
    expect(await fault()).toMatchObject({ reason: 'wrong_key' })
    await database.write((tx) => tx.db.deleteFrom('credential').execute())
    expect(await fault()).toBeNull()
  })

  it('a damaged row under a key that is known to be right is that row’s own trouble', async () => {
    const { keyRing, fault } = await watch(right)
    await save(1, right)
    await save(2, right)
    await damage(2)
    const store = createCredentialStore(database, keyRing, now)
    expect(await store.open(1, 1, 'form')).toMatchObject({ values: { password: 'p' } })
    await expect(store.open(1, 2, 'form')).rejects.toMatchObject({ reason: 'not_authentic' })
    time += 60_000
    expect(await fault()).toBeNull()
  })
})
