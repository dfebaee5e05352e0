import { cpSync, existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ofSoak, randomOf, soakSeed } from '../../../scripts/soak-size.mjs'
import { readHistory } from './migrate.ts'
import { openSqlite } from './sqlite/sqlite.ts'
import { openTestDisk } from '../testing/disk.testing.ts'
import { migrationNames, startMigrator, storeOf } from './stores.testing.ts'

/*
 * A start that is killed, that finds the disk full, or that is not alone, while it makes or upgrades a store:
 * the store starts again. Where it is hit, and from which version it came, the seed says.
 */

const random = randomOf(soakSeed)
const folder = mkdtempSync(join(tmpdir(), 'bobbin-starts-'))
let files = 0
const freshFile = () => join(folder, `${(files += 1)}.db`)
/** A whole start: from the first byte of the log to the open store in milliseconds, and its statements. */
let whole = { time: 0, statements: 0 }

beforeAll(async () => {
  const file = freshFile()
  const migrator = startMigrator(file)
  await firstByte(file, migrator.isOver)
  const begun = performance.now()
  while (!migrator.isOver()) await delay(1)
  const time = performance.now() - begun
  await migrator.ended
  whole = { time, statements: Number(migrator.said.output.split(' ')[1]) }
  process.stdout.write(`seed ${soakSeed}: ${whole.statements} statements in ${Math.round(time)} ms\n`)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The log is made with the first look into the store. */
async function firstByte(file: string, isOver: () => boolean): Promise<void> {
  while (!existsSync(`${file}-wal`) && !isOver()) await delay(1)
}

/** None, or one that an earlier version left; whether there is one. */
async function earlierStore(file: string): Promise<boolean> {
  const count = random(2) === 0 ? 0 : random(migrationNames.length)
  if (count > 0) await storeOf(file, migrationNames.slice(0, count))
  return count > 0
}

async function expectToStart(file: string): Promise<void> {
  const database = await openSqlite(file)
  expect(await readHistory(database.read)).toEqual({ pending: [], unknown: [] })
  const { rows } = await sql`pragma quick_check`.execute(database.read)
  expect(rows).toEqual([{ quick_check: 'ok' }])
  await database.close()
}

it('after kills in the middle of a start', { timeout: 900_000 }, async () => {
  const kills = ofSoak(12, 100)
  let inTheMiddle = 0
  for (let round = 0; round < kills; round += 1) {
    const file = freshFile()
    await earlierStore(file)
    // Between two statements, or whenever the time has come: a commit is one statement, and takes long.
    const byStatement = round % 2 === 0
    const migrator = startMigrator(file, byStatement ? 1 + random(whole.statements) : 0)
    if (!byStatement) {
      await firstByte(file, migrator.isOver)
      await delay(random(Math.ceil(whole.time) + 1))
      migrator.child.kill('SIGKILL')
    }
    await migrator.ended
    if (migrator.said.output === '') inTheMiddle += 1
    await expectToStart(file)
  }
  process.stdout.write(`${kills} kills, ${inTheMiddle} of them in the middle\n`)
  expect(inTheMiddle).toBeGreaterThan(kills / 5)
})

it('after a disk that was full in the middle of a start', { timeout: 900_000 }, async () => {
  const disks = ofSoak(4, 20)
  let full = 0
  for (let round = 0; round < disks; round += 1) {
    const mountedAt = join(folder, 'disk')
    const disk = await openTestDisk(mountedAt, 'size=64m')
    const earlier = freshFile()
    const isUpgrade = await earlierStore(earlier)
    if (isUpgrade) cpSync(earlier, join(disk.seenAt, 'store.db'))
    const { blocks, bavail, bsize } = statfsSync(disk.seenAt)
    // A whole store with its log needs 0.4 MB more, an upgrade less.
    disk.resize((blocks - bavail) * bsize + 4_096 * (1 + random(isUpgrade ? 35 : 120)))
    const { code, error } = await startMigrator(join(mountedAt, 'store.db'), 0, disk.enter).ended
    if (code !== 0) {
      full += 1
      expect(error).toMatch(/cannot grow, the disk is full: make room/)
    }
    // As it is, in a place with room.
    const roomy = `${earlier}-roomy`
    cpSync(disk.seenAt, roomy, { recursive: true })
    await expectToStart(join(roomy, 'store.db'))
    await disk.close()
  }
  process.stdout.write(`${disks} disks, ${full} of them too small\n`)
  expect(full).toBeGreaterThan(disks / 4)
})

it('and two at once make it together', { timeout: 900_000 }, async () => {
  for (let round = 0; round < ofSoak(4, 12); round += 1) {
    const file = freshFile()
    await earlierStore(file)
    const both = await Promise.all([startMigrator(file).ended, startMigrator(file).ended])
    expect(both).toEqual([
      { code: 0, error: '' },
      { code: 0, error: '' },
    ])
    await expectToStart(file)
  }
})
