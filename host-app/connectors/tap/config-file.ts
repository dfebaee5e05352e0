import { constants } from 'node:fs'
import { open } from 'node:fs/promises'

/** More than any config has. */
const mostBytes = 256 * 1024

/** Writes the config for its owner alone. */
export async function writeConfig(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
  } finally {
    await file.close()
  }
}

/**
 * The config as it is now; null where there is none that can be read, as in the middle of a write. A link is not followed,
 * wherever it leads.
 */
export async function readConfig(path: string): Promise<Record<string, unknown> | null> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(() => null)
  if (file === null) return null
  try {
    const about = await file.stat()
    if (!about.isFile() || about.size > mostBytes) return null
    const bytes = Buffer.alloc(mostBytes + 1)
    const { bytesRead } = await file.read(bytes, 0, mostBytes + 1, 0)
    if (bytesRead > mostBytes) return null
    const found: unknown = JSON.parse(bytes.toString('utf8', 0, bytesRead))
    const isObject = typeof found === 'object' && found !== null && !Array.isArray(found)
    // What nests too deeply could be read, and not be written again.
    return isObject && JSON.stringify(found) !== '' ? (found as Record<string, unknown>) : null
  } catch {
    return null
  } finally {
    await file.close()
  }
}
