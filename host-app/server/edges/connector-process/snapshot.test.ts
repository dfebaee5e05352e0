import { copyFile, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { builtFolder, makeSnapshot, programIn } from './snapshot.ts'

let folder: string
/** The program, as a build leaves it that has made no snapshot. */
let built: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bobbin-snapshot-'))
  built = await mkdtemp(join(tmpdir(), 'bobbin-snapshot-built-'))
  await copyFile(programIn(builtFolder), programIn(built))
})
afterEach(async () => {
  for (const made of [folder, built]) await rm(made, { recursive: true })
})

const never = new AbortController().signal

it('is made once, for its owner only, and takes the place of what an older build left', async () => {
  await writeFile(join(folder, 'old.blob'), '')
  const file = await makeSnapshot(folder, never, built)
  const { mtimeMs, mode } = await stat(file)
  expect(mode & 0o077).toBe(0)
  expect(await makeSnapshot(folder, never, built)).toBe(file)
  expect((await stat(file)).mtimeMs).toBe(mtimeMs)
  expect(await readdir(folder)).toHaveLength(1)
})

it('is a copy of the one of the build, which may make another while a server runs', async () => {
  const made = await makeSnapshot(built, never, built)
  const file = await makeSnapshot(folder, never, built)
  expect(dirname(file)).toBe(folder)
  expect((await stat(file)).mode & 0o077).toBe(0)
  // Byte by byte, `toEqual` would take ten seconds.
  expect((await readFile(file)).equals(await readFile(made))).toBe(true)
  await rm(made)
  expect(await makeSnapshot(folder, never, built)).toBe(file)
})

it('leaves nothing when it is stopped', async () => {
  const stop = new AbortController()
  const making = makeSnapshot(folder, stop.signal, built)
  setTimeout(() => stop.abort(), 50)
  await expect(making).rejects.toThrow('abort')
  expect(await readdir(folder)).toEqual([])
})
