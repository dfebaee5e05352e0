import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import type { Transaction } from '../database.ts'
import { describeDatabase } from '../database-contract.testing.ts'
import { openSqlite } from './sqlite.ts'
import { openTestStore } from '../../testing/store.testing.ts'
import { mortal } from '../../testing/mortal-child.testing.ts'

const folder = mkdtempSync(join(tmpdir(), 'bobbin-sqlite-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
let files = 0
const freshFile = () => join(folder, `${(files += 1)}.db`)

describeDatabase('SQLite', () => openSqlite(freshFile()))
describeDatabase('test', () => openTestStore(freshFile()))

it('is, for tests, a store that runs each work twice, the first time for nothing', async () => {
  const database = await openTestStore(freshFile())
  const runs: number[] = []
  const told: number[] = []
  const number = await database.write(async (tx) => {
    const run = runs.push(await insertTopic(tx))
    tx.afterCommit(() => told.push(run))
    // What a failing first run did must not last either.
    if (run === 1) throw new Error('somebody was quicker')
    return run
  })
  expect([number, runs, told]).toEqual([2, [1, 1], [2]])
  await database.close()
})

/** How many events there are then. */
async function insertTopic({ db }: Transaction): Promise<number> {
  await db.insertInto('event').values({ topic: 't', seq: 1, at: 1, type: 'x', data: '{}' }).execute()
  return (await db.selectFrom('event').selectAll().execute()).length
}

it('is on disk at every commit', async () => {
  const database = await openSqlite(freshFile())
  const { rows } = await database.read.executeQuery<{ synchronous: number }>({
    sql: 'pragma synchronous',
    parameters: [],
  } as never)
  expect(rows[0]?.synchronous).toBe(2)
  await database.close()
})

/** Asks from another process, as a backup or an old `sqlite3` does when it leaves: is the store in use? */
function isInUse(file: string): boolean {
  const script = `
    const database = new (require('node:sqlite').DatabaseSync)(process.argv[1])
    database.exec('pragma locking_mode = exclusive')
    database.prepare('select count(*) from account').get()`
  const { status, stderr } = spawnSync(process.execPath, ['-e', script, file], { encoding: 'utf8' })
  expect(status === 0 ? '' : stderr).toMatch(/^$|database is locked/)
  return status !== 0
}

it('is in use from its first statement to its end, for other programs too: they would delete its log', async () => {
  const file = freshFile()
  const database = await openSqlite(file)
  expect(isInUse(file)).toBe(true)
  await database.read.selectFrom('account').selectAll().execute()
  expect(isInUse(file)).toBe(true)
  // Another store of this process on the same file, as tests and tools have.
  await (await openSqlite(file)).close()
  expect(isInUse(file)).toBe(true)
  await database.close()
  expect(isInUse(file)).toBe(false)
})

it('loses nothing acknowledged when the process is killed', async () => {
  for (let round = 0; round < 6; round += 1) {
    const file = freshFile()
    const writer = fileURLToPath(new URL('kill-writer.testing.ts', import.meta.url))
    const child = mortal(spawn(process.execPath, [writer, file], { stdio: ['ignore', 'pipe', 'inherit'] }))
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      if (output === '') setTimeout(() => child.kill('SIGKILL'), 5 + round * 20)
      output += chunk.toString()
    })
    await new Promise((resolve) => child.on('close', resolve))
    const acknowledged = output.split('\n').slice(0, -1).map(Number).at(-1) ?? 0
    const database = await openSqlite(file)
    const rows = await database.read.selectFrom('event').select('seq').orderBy('seq').execute()
    expect(acknowledged).toBeGreaterThan(0)
    expect(rows.length).toBeGreaterThanOrEqual(acknowledged)
    expect(rows.map(({ seq }) => seq)).toEqual(rows.map((_, index) => index + 1))
    await database.close()
  }
})
