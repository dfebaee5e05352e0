import { AsyncLocalStorage } from 'node:async_hooks'
import { chmodSync, closeSync, existsSync, openSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { Kysely } from 'kysely'
import type { Database, Transaction } from '../database.ts'
import { createDerivation } from '../derivation.ts'
import { explainOpening, openingError } from './explain-opening.ts'
import { watchFiles } from './file-watch.ts'
import { migrate } from '../migrate.ts'
import { sqliteDialect } from './sqlite-dialect.ts'
import { StorageError } from '../storage-error.ts'
import type { Tables } from '../tables.ts'
import { createWriteContext } from '../write-context.ts'

/**
 * SQLite as the store: WAL, `synchronous=FULL`, one writing and one reading connection.
 *
 * Writes are committed in groups: all that were asked for in one turn of the event loop share one
 * transaction and one fsync, each behind a savepoint of its own. Nobody is answered before the commit.
 */
export async function openSqlite(file: string, onCommit: OnCommit = () => {}): Promise<Database> {
  const connection = explainOpening(file, () => openFile(file))
  const writer = new Kysely<Tables>({ dialect: sqliteDialect(() => connection) })
  await migrate(writer, file).catch((error: unknown) => {
    connection.close()
    throw openingError(file, error)
  })
  // From here on the dialect waits for the lock itself.
  connection.exec('pragma busy_timeout = 0')
  const writing = createWriteContext()
  const reader = new Kysely<Tables>({ dialect: sqliteDialect(() => openFile(file), writing.requireOutside) })
  const queue = createWriteQueue(writer, stepsOf(connection, file), onCommit)
  const derivation = createDerivation()
  return {
    read: reader,
    write: (work) => {
      writing.requireOutside()
      return queue.write((tx) => writing.run(() => derivation.run(work, tx)))
    },
    derive: derivation.derive,
    lastFault: queue.lastFault,
    async close() {
      await queue.idle()
      await reader.destroy()
      await writer.destroy()
    },
  }
}

/** Hears of every transaction: what it held, how long it took in seconds, and how many writes wait for the next. */
type OnCommit = (commit: { writes: number; seconds: number; waiting: number }) => void

function openFile(file: string): DatabaseSync {
  keepPrivate(file)
  const database = new DatabaseSync(file, { timeout: 5_000 })
  database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on')
  return database
}

/**
 * For its owner only, whatever the umask; SQLite gives its companions (`-wal`, `-shm`) the same rights. A file
 * that is there is never opened here: the kernel takes all locks of a process on a file away when it closes
 * any of its descriptors, and the next program that leaves the store would take our log for nobody's.
 */
function keepPrivate(file: string): void {
  if (!existsSync(file)) createPrivate(file)
  for (const name of [file, `${file}-wal`, `${file}-shm`]) if (existsSync(name)) chmodSync(name, 0o600)
}

function createPrivate(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    // Another process was first.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}

type PlainTransaction = Pick<Transaction, 'db' | 'afterCommit'>

interface QueuedWrite {
  /** Does the work; what it returns answers the caller, once the work is durable. */
  run(tx: PlainTransaction): Promise<() => void>
  reject(error: unknown): void
}

/** How many writes share a commit at most: bounds how long the first of them waits. */
const maxGroup = 256

function createWriteQueue(db: Kysely<Tables>, steps: Steps, onCommit: OnCommit) {
  let waiting: QueuedWrite[] = []
  let running: Promise<void> | null = null
  // The commit is nobody's; the work in it is its caller's, in whose name it logs.
  const outside = AsyncLocalStorage.snapshot()

  let fault: ReturnType<Database['lastFault']> = null
  function note(error: unknown): void {
    if (error instanceof StorageError) fault = { error, at: performance.now() }
  }

  function write<Result>(work: (tx: PlainTransaction) => Promise<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const run = AsyncLocalStorage.bind(async (tx: PlainTransaction) => {
        const result = await work(tx)
        return () => resolve(result)
      })
      waiting.push({
        run,
        reject(error) {
          note(error)
          reject(error)
        },
      })
      running ??= outside(drain)
    })
  }

  async function drain(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    while (waiting.length > 0) {
      const group = waiting.slice(0, maxGroup)
      waiting = waiting.slice(maxGroup)
      const begun = performance.now()
      await commitGroup(db, steps, group)
      const seconds = (performance.now() - begun) / 1_000
      onCommit({ writes: group.length, seconds, waiting: waiting.length })
    }
    running = null
  }

  return { write, idle: () => running ?? Promise.resolve(), lastFault: () => fault }
}

async function commitGroup(db: Kysely<Tables>, steps: Steps, group: readonly QueuedWrite[]): Promise<void> {
  const settle: (() => void)[] = []
  const afterCommit: (() => void)[] = []
  try {
    await db.transaction().execute(async (trx) => {
      for (const { run, reject } of group) {
        const tasks: (() => void)[] = []
        steps.set()
        try {
          const answer = await run({ db: trx, afterCommit: (task) => tasks.push(task) })
          steps.release()
          afterCommit.push(...tasks)
          settle.push(answer)
        } catch (error) {
          // A full disk and its like take the whole transaction with them, and are what all are told.
          if (!steps.isOpen()) throw error
          steps.rollBack()
          steps.release()
          settle.push(() => reject(error))
        }
      }
      steps.beforeCommit()
    })
  } catch (error) {
    for (const { reject } of group) reject(error)
    return
  }
  for (const task of afterCommit) task()
  for (const done of settle) done()
}

/** What a group does beside its writes. */
interface Steps {
  set(): void
  release(): void
  rollBack(): void
  /** Whether the transaction is still there. */
  isOpen(): boolean
  /** Throws where a commit would not last. */
  beforeCommit(): void
}

/** Straight to the connection: through Kysely each of them would cost more than SQLite's own work. */
function stepsOf(connection: DatabaseSync, file: string): Steps {
  const set = connection.prepare('savepoint write_step')
  const release = connection.prepare('release write_step')
  const rollBack = connection.prepare('rollback to write_step')
  return {
    set: () => void set.run(),
    release: () => void release.run(),
    rollBack: () => void rollBack.run(),
    isOpen: () => connection.isTransaction,
    beforeCommit: watchFiles(file),
  }
}
