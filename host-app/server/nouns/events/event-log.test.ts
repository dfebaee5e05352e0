import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Database } from '../../store/database.ts'
import { openTestStore } from '../../testing/store.testing.ts'
import { createEventLog, type EventLog } from './event-log.ts'

let folder: string
const databases: Database[] = []

/** The log as each process has its own, on the one store. */
async function openLog(): Promise<{ log: EventLog; tell: (...topics: string[]) => Promise<void> }> {
  const database = await openTestStore(join(folder, 'test.db'))
  databases.push(database)
  const log = createEventLog(database, Date.now)
  const tell = (...topics: string[]) =>
    database.write(async (tx) => {
      for (const topic of topics) await log.append(tx, topic, 'told', {})
    })
  return { log, tell }
}

/** How often a follower of the topic was woken. */
function watch(log: EventLog, topic: string): () => number {
  let wakes = 0
  log.watch(topic, () => (wakes += 1))
  return () => wakes
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bobbin-events-'))
})
afterEach(async () => {
  await Promise.all(databases.splice(0).map((database) => database.close()))
  await rm(folder, { recursive: true })
})

it('wakes who follows a topic that another process wrote to, and nobody else', async () => {
  const [mine, theirs] = [await openLog(), await openLog()]
  await mine.log.hearOthers()
  const [followed, other] = [watch(mine.log, 'account:1'), watch(mine.log, 'account:2')]
  await theirs.tell('account:1', 'account:1')
  expect(followed()).toBe(0)
  await mine.log.hearOthers()
  expect([followed(), other()]).toEqual([1, 0])
  await mine.log.hearOthers()
  expect(followed()).toBe(1)
})

it('wakes nobody a second time for what this process wrote', async () => {
  const [mine, theirs] = [await openLog(), await openLog()]
  await mine.log.hearOthers()
  const followed = watch(mine.log, 'account:1')
  await mine.tell('account:1')
  await mine.log.hearOthers()
  expect(followed()).toBe(1)
  // Theirs comes after ours in the same topic.
  await mine.tell('account:1')
  await theirs.tell('account:1')
  await mine.log.hearOthers()
  expect(followed()).toBe(3)
})

it('hears of events that get the numbers of erased ones', async () => {
  const [mine, theirs] = [await openLog(), await openLog()]
  await mine.tell('check:1', 'check:1')
  await mine.log.hearOthers()
  const followed = watch(mine.log, 'account:1')
  await databases[0]?.write((tx) => mine.log.erase(tx, ['check:1']))
  await theirs.tell('account:1')
  await mine.log.hearOthers()
  expect(followed()).toBe(1)
})

it('hears of more events than are read at once', async () => {
  const [mine, theirs] = [await openLog(), await openLog()]
  await mine.log.hearOthers()
  const followed = watch(mine.log, 'account:1')
  await theirs.tell(...Array<string>(2_500).fill('account:2'), 'account:1')
  await mine.log.hearOthers()
  expect(followed()).toBe(1)
})
