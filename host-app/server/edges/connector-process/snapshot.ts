import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, copyFile, mkdir, readFile, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { cachedDataVersionTag } from 'node:v8'

const run = promisify(execFile)

/** Where the build keeps the program, and its own snapshot of it. One that was built elsewhere does not fit. */
export const builtFolder = fileURLToPath(new URL('../../../dist/connector-process', import.meta.url))

/** `child.ts` and all that it imports, as one script: the build makes it. */
export const programIn = (built: string) => join(built, 'child.cjs')

/** Options of Node that such a process has, from its snapshot on. SQLite opens files that the permissions forbid. */
export const lockedOut = ['--no-experimental-sqlite']

/**
 * The heap of a connector process that has loaded all of its code, as a file: a process that starts from it is ready in a
 * fifth of the time. It fits one build, one Node and one kind of machine. The build has made it, and it is copied into the
 * folder, since the next build may come while this server runs; a server that it does not fit makes its own, once.
 */
export async function makeSnapshot(
  folder: string,
  signal: AbortSignal,
  built = builtFolder,
): Promise<string> {
  const program = programIn(built)
  const code = await readFile(program).catch((cause: unknown) => {
    throw new Error('The connector process is not built. Run `npm run build`.', { cause })
  })
  const key = createHash('sha256')
    .update(code)
    .update(`${process.version} ${cachedDataVersionTag()} ${lockedOut.join(' ')}`)
  const name = `${key.digest('hex').slice(0, 16)}.blob`
  const file = join(folder, name)
  if (await stat(file).catch(() => null)) return file

  await mkdir(folder, { recursive: true, mode: 0o700 })
  const ready = join(built, name)
  const isBuilt = (await stat(ready).catch(() => null)) !== null
  const unfinished = `${file}.${process.pid}`
  try {
    if (isBuilt) {
      await copyFile(ready, unfinished)
    } else {
      const args = [...lockedOut, '--no-warnings', '--snapshot-blob', unfinished, '--build-snapshot', program]
      await run(process.execPath, args, { signal, env: {}, cwd: folder })
    }
    await chmod(unfinished, 0o600)
    await rename(unfinished, file)
  } catch (error) {
    // A full disk is no reason to check nothing.
    if (isBuilt) return ready
    throw error
  } finally {
    await rm(unfinished, { force: true })
  }
  const old = (await readdir(folder)).filter((other) => other.endsWith('.blob') && other !== name)
  await Promise.all(old.map((other) => rm(join(folder, other), { force: true })))
  return file
}

/** Forgets the snapshots of the folder, so that the next is made anew. */
export async function dropSnapshots(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  const blobs = names.filter((name) => name.endsWith('.blob'))
  await Promise.all(blobs.map((name) => rm(join(folder, name), { force: true }).catch(() => {})))
}
