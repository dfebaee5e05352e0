import { execFile } from 'node:child_process'
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { promisify } from 'node:util'
import type { Registry } from '../../connectors/registry.ts'
import { fail, ok, warn, type Finding } from './finding.ts'

/** Whether the programs of taps are there, and how far they are kept apart from all else. Nothing without taps. */
export async function checkTaps(registry: Pick<Registry, 'list' | 'find'>): Promise<Finding[]> {
  const taps = registry.list().flatMap(({ type }) => {
    const program = registry.find(type)?.startsProgram
    return program === undefined ? [] : [{ type, program }]
  })
  if (taps.length === 0) return []
  const findings = taps.map(async ({ type, program }) =>
    (await access(program, constants.X_OK).then(
      () => true,
      () => false,
    ))
      ? ok(type, `runs ${program}`)
      : fail(type, `${program} is not there or not executable: install it again, or add the tap anew`),
  )
  const walls = (await canBuildWalls())
    ? ok('taps', 'see neither the data folder nor other processes')
    : warn(
        'taps',
        'may read what this user may, since this system makes no namespaces for it: add only taps that you trust',
      )
  return [walls, ...(await Promise.all(findings))]
}

async function canBuildWalls(): Promise<boolean> {
  const spaces = ['--user', '--map-root-user', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc']
  try {
    await promisify(execFile)('unshare', [...spaces, 'mount', '-t', 'tmpfs', 'none', '/tmp'])
    return true
  } catch {
    return false
  }
}
