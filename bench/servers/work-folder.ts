import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const parent = fileURLToPath(new URL('../.cache', import.meta.url))

/** Runs the work with a folder of its own that is deleted afterwards: in the repository, for `/tmp` may be no disk. */
export async function inWorkFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  await mkdir(parent, { recursive: true })
  const folder = await mkdtemp(`${parent}/run-`)
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}
