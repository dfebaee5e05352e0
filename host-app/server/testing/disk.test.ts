import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { openTestDisk } from './disk.testing.ts'

const folder = mkdtempSync(join(tmpdir(), 'bobbin-disk-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('is at its folder for those who enter, and gone from there for all others', async () => {
  const disk = await openTestDisk(folder, 'size=64k')
  const file = join(folder, 'file')
  const seen = join(disk.seenAt, 'file')
  const shell = (script: string) => {
    const [command, ...args] = [...disk.enter, 'sh', '-c', script, 'sh', file]
    return execFileSync(command, args, { encoding: 'utf8' })
  }
  expect(shell('echo inside > "$1"; echo $$; stat -f -c %b "$1"')).toMatch(/^\d+\n16\n$/)
  expect(readFileSync(seen, 'utf8')).toBe('inside\n')
  expect(existsSync(file)).toBe(false)

  expect(() => writeFileSync(seen, Buffer.alloc(65_537))).toThrow('ENOSPC')
  disk.resize(128 * 1024)
  writeFileSync(seen, Buffer.alloc(65_537))

  await disk.close()
  expect(existsSync(seen)).toBe(false)
})
