import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { migrations } from './migrations.ts'
import { sqliteDialect } from './sqlite/sqlite-dialect.ts'
import type { Tables } from './tables.ts'

const migrator = fileURLToPath(new URL('migrator-process.testing.ts', import.meta.url))

/**
 * A process of its own that opens the store, and so brings it up to date; killed before its statement of this number.
 * With `enter` in front.
 */
export function startMigrator(file: string, killedBefore = 0, enter: readonly string[] = []) {
  const [command, ...args] = [...enter, process.execPath, migrator, file, String(killedBefore)]
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { output: '', error: '' }
  child.stdout.on('data', (chunk: Buffer) => (said.output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (said.error += chunk.toString()))
  const ended = once(child, 'close').then(([code]: unknown[]) => ({ code, error: said.error }))
  /** Whether the store is open, or will never be. */
  const isOver = () => said.output !== '' || child.exitCode !== null
  return { child, said, ended, isOver }
}

export const migrationNames = Object.keys(migrations)

/** A store as a version with only these migrations left it. */
export async function storeOf(file: string, names: readonly string[]): Promise<void> {
  const db = new Kysely<Tables>({ dialect: sqliteDialect(() => new DatabaseSync(file)) })
  const known = Object.fromEntries(names.map((name) => [name, migrations[name]!]))
  const provider = { getMigrations: () => Promise.resolve(known) }
  const { error } = await new Migrator({ db, provider }).migrateToLatest()
  if (error) throw new Error('The store could not be made.', { cause: error })
  await db.destroy()
}
