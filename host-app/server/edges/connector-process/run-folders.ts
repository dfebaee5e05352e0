import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** Of the data folder: where each process that starts programs has a folder of its own, secrets included. */
const runsIn = (dataDir: string) => join(dataDir, 'tap-runs')

/** Empty, and for its owner alone. Absolute, and without links: a right to a folder is given by where it really is. */
export async function makeRunFolder(dataDir: string): Promise<string> {
  const runs = runsIn(dataDir)
  await mkdir(runs, { recursive: true, mode: 0o700 })
  return mkdtemp(join(await realpath(runs), 'run-'))
}

/** What is still there of one: whoever ends the programs in it wipes it, too, and may be at it. */
export async function removeRunFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }).catch(() => {})
}

/** Those that a server which was killed has left behind. For who has the store to itself. */
export function removeOldRuns(dataDir: string): Promise<void> {
  return rm(runsIn(dataDir), { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
}
