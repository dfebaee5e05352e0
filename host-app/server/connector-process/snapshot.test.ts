import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { builtFolder, makeSnapshot } from './snapshot.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bobbin-snapshot-'))
})
afterEach(() => rm(folder, { recursive: true }))

const never = new AbortController().signal

it('is made once, for its owner only, and takes the place of what an older build left', async () => {
  await writeFile(join(folder, 'old.blob'), '')
  const file = await makeSnapshot(folder, never, folder)
  const { mtimeMs, mode } = await stat(file)
  expect(mode & 0o077).toBe(0)
  expect(await makeSnapshot(folder, never, folder)).toBe(file)
  expect((await stat(file)).mtimeMs).toBe(mtimeMs)
  expect(await readdir(folder)).toHaveLength(1)
})

it('is the one of the build where that fits', async () => {
  expect(dirname(await makeSnapshot(folder, never))).toBe(builtFolder)
  expect(await readdir(folder)).toEqual([])
})

it('leaves nothing when it is stopped', async () => {
  const stop = new AbortController()
  const making = makeSnapshot(folder, stop.signal, folder)
  setTimeout(() => stop.abort(), 50)
  await expect(making).rejects.toThrow('abort')
  expect(await readdir(folder)).toEqual([])
})
