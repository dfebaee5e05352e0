import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, openSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import type { Transaction } from './database.ts'
import { openSqlite } from './sqlite.ts'

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

/** A server of its own, whose files may not grow beyond so many blocks of 512 bytes. */
describe('a server whose writes fail', () => {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url))
  const running: ReturnType<typeof spawn>[] = []
  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL')
  })

  async function start(prefix: string, stdout: 'pipe' | number) {
    const dataDir = mkdtempSync(join(folder, 'data-'))
    const port = await freePort()
    const child = spawn('/bin/sh', ['-c', `${prefix} exec "$0" "$1"`, process.execPath, main], {
      env: { BOBBIN_DATA_DIR: dataDir, PORT: String(port), BOBBIN_LISTEN: '127.0.0.1' },
      stdio: ['ignore', stdout, 'pipe'],
    })
    running.push(child)
    const output = { stdout: '', stderr: '' }
    child.stdout?.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()))
    child.stderr?.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()))
    const url = `http://127.0.0.1:${port}`
    await expect
      .poll(
        () =>
          fetch(`${url}/healthz`).then(
            ({ status }) => status,
            () => child.exitCode,
          ),
        { timeout: 60_000 },
      )
      .toBe(200)
    const secrets = JSON.parse(readFileSync(join(dataDir, 'development-secrets.json'), 'utf8')) as {
      BOBBIN_PARTNER_SECRET: string
    }
    const signUp = (number: number) =>
      fetch(`${url}/v3/accounts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          company: 'Acme',
          email: `a${number}@acme.test`,
          first_name: 'Anna',
          last_name: 'Ax',
          partner_id: 'development',
          partner_secret: secrets.BOBBIN_PARTNER_SECRET,
        }),
      })
    const stop = async () => {
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      return (await exit)[0] as number
    }
    return { url, dataDir, output, signUp, stop, child }
  }

  it('is not ready, says so to callers and people, logs the first cause, and stops in good order', async () => {
    // A file that may not grow further fails as a broken disk does.
    const server = await start(`trap '' XFSZ; ulimit -f ${(await sizeOfStore()) + 40};`, 'pipe')
    let refused: Response | null = null
    for (let number = 0; number < 500 && !refused; number += 1) {
      const reply = await server.signUp(number)
      if (reply.status !== 200) refused = reply
    }
    expect(refused?.status).toBe(503)
    expect(await refused?.json()).toMatchObject({ error: 'Unavailable', data: { reason: 'storage' } })
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503)
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    const page = await fetch(`${server.url}/connect/${'a'.repeat(22)}`)
    expect(page.status).toBe(200) // nothing is written for a flow that nobody has claimed
    expect(server.output.stdout).toMatch(/disk I\/O error|database or disk is full/)
    expect(server.output.stdout).not.toContain('cannot rollback')
    expect(await server.stop()).toBe(0)
  }, 120_000)

  it('is not ready once its database was deleted', async () => {
    const server = await start('', 'pipe')
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200)
    unlinkSync(join(server.dataDir, 'bobbin.sqlite'))
    expect((await server.signUp(1)).status).toBe(503)
    await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status).toBe(503)
    expect(server.output.stdout).toContain('was deleted or replaced')
    expect(await server.stop()).toBe(0)
  }, 120_000)

  it('lives on when its log cannot be written, and stops when told to', async () => {
    const server = await start('', openSync('/dev/full', 'w'))
    for (let number = 0; number < 5; number += 1) expect((await server.signUp(number)).status).toBe(200)
    expect(server.output.stderr).toMatch(/The log cannot be written \(ENOSPC\)/)
    expect(await server.stop()).toBe(0)
  }, 120_000)
})

/** In blocks of 512 bytes: the largest file of a store that has just been made. */
async function sizeOfStore(): Promise<number> {
  const file = freshFile()
  const database = await openSqlite(file)
  const largest = Math.max(...[file, `${file}-wal`].map((name) => readFileSync(name).length))
  await database.close()
  return Math.ceil(largest / 512)
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : 0
}
