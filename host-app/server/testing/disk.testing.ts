import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'

/*
 * A disk that a test may fill, without being root. It is mounted in a namespace of its own: only a command that
 * enters there sees it at its folder. It goes when the test's process does, however that ends.
 */

export interface TestDisk {
  /** In front of a command: that runs where the disk is, and keeps its process id. */
  readonly enter: readonly string[]
  /** Where this process finds the disk. Not for SQLite, which follows that link and so leaves the disk. */
  readonly seenAt: string
  resize(bytes: number): void
  close(): Promise<void>
}

interface Way {
  readonly unshare: readonly string[]
  readonly nsenter: readonly string[]
}

const asOurselves: Way = { unshare: ['--mount'], nsenter: ['--mount'] }
const asRootOfOurOwn: Way = {
  unshare: ['--user', '--map-root-user', '--mount'],
  nsenter: ['--user', '--preserve-credentials', '--mount'],
}

/** A disk in memory, mounted at this folder with these options, and as closed to others as a data folder is. */
export async function openTestDisk(folder: string, options: string): Promise<TestDisk> {
  mkdirSync(folder, { recursive: true })
  const ways = process.getuid?.() === 0 ? [asOurselves, asRootOfOurOwn] : [asRootOfOurOwn]
  let refusal = ''
  for (const way of ways) {
    const result = await mount(way, folder, options)
    if (typeof result !== 'string') return result
    refusal = result
  }
  const ubuntu = 'on Ubuntu: sysctl kernel.apparmor_restrict_unprivileged_userns=0'
  throw new Error(
    `This test mounts a disk; that takes Linux and user namespaces (${ubuntu}), or a root that may mount: ${refusal}`,
  )
}

/** What refused it, where it was refused. */
async function mount({ unshare, nsenter }: Way, folder: string, options: string): Promise<TestDisk | string> {
  const script = 'mount -t tmpfs -o "mode=700,$1" tmpfs "$2" && echo mounted && exec cat'
  const holder = spawn('unshare', [...unshare, 'sh', '-c', script, 'sh', options, folder])
  const closed = once(holder, 'close')
  let refusal = ''
  holder.stderr.on('data', (chunk: Buffer) => (refusal += chunk.toString()))
  try {
    const said = await Promise.race([once(holder.stdout, 'data'), closed])
    if (!Buffer.isBuffer(said[0])) return refusal.trim().replaceAll(/\s+/g, ' ')
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  const enter = ['nsenter', '--target', String(holder.pid), ...nsenter, '--']
  return {
    enter,
    seenAt: `/proc/${holder.pid}/root${folder}`,
    resize(bytes) {
      // With both names, so that it does not take over the old options: those name users who are not known there.
      const remount = ['mount', '-t', 'tmpfs', '-o', `remount,size=${bytes}`, 'tmpfs', folder]
      const { status, stderr } = spawnSync(enter[0]!, [...enter.slice(1), ...remount], { encoding: 'utf8' })
      if (status !== 0) throw new Error(stderr)
    },
    async close() {
      holder.stdin.end()
      await closed
    },
  }
}
