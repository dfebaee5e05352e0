import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, describe, expect, it } from 'vitest'
import type { Transaction } from './database.ts'
import { openSqlite } from './sqlite/sqlite.ts'

const folder = mkdtempSync(join(tmpdir(), 'bobbin-faults-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let files = 0
const freshFile = () => join(folder, `${(files += 1)}.db`)

const fill = (tx: Transaction, seq: number) =>
  tx.db
    .insertInto('event')
    .values({ topic: 't', seq, at: 1, type: 'x', data: JSON.stringify('x'.repeat(20_000)) })
    .execute()

/** SQLite's own limit: it answers as it does on a full disk, in any folder and for any user. */
const limitPages = (tx: Transaction, pages: number) =>
  sql`pragma max_page_count = ${sql.raw(String(pages))}`.execute(tx.db)

describe('the store', () => {
  it('says that the disk is full to all who asked in that commit, and goes on once there is room', async () => {
    const database = await openSqlite(freshFile())
    await database.write((tx) => limitPages(tx, 150))
    const all = Array.from({ length: 60 }, (_, seq) => database.write((tx) => fill(tx, seq + 1)))
    const results = await Promise.allSettled(all)
    const refused = results.filter((result) => result.status === 'rejected')
    expect(refused.length).toBeGreaterThan(0)
    for (const { reason } of refused) {
      expect(reason).toMatchObject({
        name: 'StorageError',
        code: 'disk_full',
        message: expect.stringContaining('full'),
      })
    }
    const kept = await database.read.selectFrom('event').select('seq').execute()
    expect(kept).toHaveLength(results.length - refused.length)
    await database.write((tx) => limitPages(tx, 1_000_000))
    await database.write((tx) => fill(tx, 1_000))
    await database.close()
  })

  it.each(['', '-wal'])('acknowledges nothing once its file%s was deleted', async (companion) => {
    const file = freshFile()
    const database = await openSqlite(file)
    await database.write((tx) => fill(tx, 1))
    unlinkSync(file + companion)
    await expect(database.write((tx) => fill(tx, 2))).rejects.toMatchObject({ code: 'file_gone' })
    await database.close()
  })

  it('knows its files from the opening on, not from the first write', async () => {
    const file = freshFile()
    const database = await openSqlite(file)
    unlinkSync(file)
    await expect(database.write((tx) => fill(tx, 1))).rejects.toMatchObject({ code: 'file_gone' })
    await database.close()
  })

  it('acknowledges nothing once another file has taken the place of its own', async () => {
    const file = freshFile()
    const database = await openSqlite(file)
    await database.write((tx) => fill(tx, 1))
    unlinkSync(file)
    writeFileSync(file, '')
    await expect(database.write((tx) => fill(tx, 2))).rejects.toMatchObject({ code: 'file_gone' })
    await database.close()
  })
})
