import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openSqlite } from '../../store/sqlite/sqlite.ts'
import { mortal } from '../../testing/mortal-child.testing.ts'

const script = fileURLToPath(new URL('kill-discarder.testing.ts', import.meta.url))
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bobbin-discard-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** What is left after a Discard that was killed before its statement of this number; 0: after its answer. */
async function discardAndKill(before: number) {
  const dataDir = join(folder, String(before))
  const args = [script, dataDir, String(before)]
  const child = mortal(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] }))
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const [, signal] = await once(child, 'close')
  const [id = '', answer = ''] = said.split('\n')
  const database = await openSqlite(join(dataDir, 'bobbin.sqlite'))
  const { read } = database
  const one = await read
    .selectFrom('source')
    .select('deleted_at')
    .where('id', '=', Number(id))
    .executeTakeFirst()
  const secrets = await read
    .selectFrom('credential')
    .select('kind')
    .where('source_id', '=', Number(id))
    .execute()
  const flow = await read.selectFrom('flow').select(['status', 'outcome']).executeTakeFirst()
  const events = await read.selectFrom('event').select('type').execute()
  const jobs = await read.selectFrom('check_job').select('status').execute()
  await database.close()
  const told = events.map(({ type }) => type).filter((type) => /source\.deleted|cancelled/.test(type))
  return {
    signal,
    answer: answer.split(' ').map(Number),
    left: {
      isDeleted: one?.deleted_at !== null,
      secrets: secrets.length,
      status: flow?.status,
      hasOutcome: flow?.outcome !== null,
      told: told.toSorted(),
      jobs: jobs.length,
    },
  }
}

it('a Discard that is killed has happened as a whole, or not at all', async () => {
  const done = await discardAndKill(0)
  const [status, statements = 0] = done.answer
  expect([done.signal, status]).toEqual(['SIGKILL', 200])
  expect(done.left).toMatchObject({ isDeleted: true, secrets: 0, status: 'cancelled', hasOutcome: true })
  expect(done.left.told).toEqual(['cancelled', 'flow.cancelled', 'source.deleted'])

  const before = { ...done.left, isDeleted: false, secrets: 1, status: 'open', hasOutcome: false, told: [] }
  for (const share of [0.5, 1]) {
    const killed = await discardAndKill(Math.round(statements * share))
    expect([killed.signal, killed.answer]).toEqual(['SIGKILL', [0]])
    expect([before, done.left]).toContainEqual(killed.left)
  }
})
