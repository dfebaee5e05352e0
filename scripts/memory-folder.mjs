import { statfsSync } from 'node:fs'

/** The system's folder in memory. */
const folder = '/dev/shm'
/** What the tests' stores and browser profiles may take together, with room to spare, in bytes. */
const needed = 4 * 2 ** 30

/**
 * Has this process and its children keep what is temporary in memory, where there is enough: a store that waits for a
 * disk at each commit takes a sixth of the tests' time. An operator's disk is nobody's here; tests of full and
 * failing ones bring their own.
 */
export function useMemoryFolder() {
  try {
    const { bavail, bsize } = statfsSync(folder)
    if (bavail * bsize >= needed) process.env.TMPDIR = folder
  } catch {
    // There is none: then on disk.
  }
}
