import { link, rename, rm, writeFile } from 'node:fs/promises'
import { randomId } from '@bobbin/shared/random-id'

/*
 * Files for their owner only that are whole or not there, also where the process is killed in the middle or
 * the disk is full.
 */

/** False where it was there: of two processes that start at once, one makes the file and the other reads it. */
export async function createWhole(file: string, text: string): Promise<boolean> {
  return withDraft(file, text, async (draft) => {
    try {
      await link(draft, file)
      return true
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
      throw error
    }
  })
}

/** In the place of what was there. */
export async function replaceWhole(file: string, text: string): Promise<void> {
  await withDraft(file, text, (draft) => rename(draft, file))
}

async function withDraft<Result>(
  file: string,
  text: string,
  finish: (draft: string) => Promise<Result>,
): Promise<Result> {
  const draft = `${file}.${randomId()}`
  try {
    await writeFile(draft, text, { mode: 0o600, flush: true })
    return await finish(draft)
  } finally {
    await rm(draft, { force: true })
  }
}
