import { readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { DatabaseSync } from 'node:sqlite'
import { explainOpening } from './explain-opening.ts'
import { isBusy } from './sqlite-dialect.ts'
import { OperatorError } from '../../ground/operator-error.ts'

/**
 * Takes the store of this folder for one server: a second one would void the first one's work in hand. The
 * command line goes on beside it. Returns what gives the store back.
 *
 * The lock is an open transaction on a file of its own, so that the kernel frees it however the process ends.
 * A file with a process id would outlive `kill -9`, and in containers every id is 1; the one beside the lock only names
 * its holder.
 *
 * @throws {OperatorError} naming who has it.
 */
export function lockStore(folder: string): () => void {
  const holderFile = join(folder, 'server.json')
  const file = join(folder, 'server.lock')
  const lock = explainOpening(file, () => new DatabaseSync(file, { timeout: 0 }))
  try {
    explainOpening(file, () => lock.exec('begin exclusive'))
  } catch (error) {
    lock.close()
    if (!isBusy(error)) throw error
    const message = `Another server works on ${folder}${holderOf(holderFile)}: stop it first, or set BOBBIN_DATA_DIR to another folder.`
    throw new OperatorError(message, { cause: error })
  }
  const holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() }
  writeFileSync(holderFile, `${JSON.stringify(holder)}\n`, { mode: 0o600 })
  return () => {
    if (lock.isOpen) lock.close()
  }
}

/** In brackets, or nothing where it cannot be read. */
function holderOf(file: string): string {
  try {
    const { pid, host, since } = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    return ` (process ${String(pid)} on ${String(host)}, since ${String(since)})`
  } catch {
    return ''
  }
}
