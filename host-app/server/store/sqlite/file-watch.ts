import { statSync } from 'node:fs'
import { StorageError } from '../storage-error.ts'

/**
 * Makes sure that a database's files are still the ones that were opened. SQLite goes on writing to a file that
 * was deleted or replaced, and all of it would be gone at the next start. Returns the look to take before each commit.
 */
export function watchFiles(file: string): () => void {
  const seen = new Map<string, number>()
  function look(): void {
    for (const name of [file, `${file}-wal`]) {
      const inode = statSync(name, { throwIfNoEntry: false })?.ino
      const known = seen.get(name)
      if (inode !== undefined && known === undefined) seen.set(name, inode)
      if (known !== undefined && inode !== known) {
        throw new StorageError('file_gone', `${name} was deleted or replaced while it was in use`)
      }
    }
  }
  look()
  return look
}
