import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { isMain, modernNode, root, run, runMain, runOrThrow } from './run.mjs'

/** Installs the dependencies when there are none, or when the lock file asks for others. Needs npm only. */
export async function install() {
  await installIn(root, 'the dependencies')
  if (!existsSync(modernNode()) || (await run(modernNode(), ['--version'], { stdio: 'ignore' })) !== 0) {
    console.log('Fetching Node 24 (npm package "node") …')
    await runOrThrow(...npm('rebuild', 'node'))
  }
}

/** What the lock file in the folder asks for, unless it is there. True if there was something to install. */
export async function installIn(folder, what, ...options) {
  const wanted = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex')
  const stampFile = join(folder, 'node_modules', '.bobbin-lock')
  const stamp = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : ''
  if (stamp === wanted) return false
  const isMissing = !hasWhatTheLockFileSays(folder)
  if (isMissing) {
    console.log(`Installing ${what} …`)
    const [command, args] = npm('ci', '--loglevel=error', ...options)
    await runOrThrow(command, args, { cwd: folder })
  }
  writeFileSync(stampFile, wanted)
  return isMissing
}

/** An `npm install` by hand leaves the same folder; npm's own record of it is compared. */
function hasWhatTheLockFileSays(folder) {
  const record = join(folder, 'node_modules', '.package-lock.json')
  if (!existsSync(record)) return false
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages
  const wanted = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')).packages
  return Object.entries(wanted).every(([path, { version, optional, link }]) => {
    if (!path.includes('node_modules/')) return true
    const found = installed[path]
    return found ? link || found.version === version : optional === true
  })
}

/** npm as it was started, so that no shell is needed; from the path otherwise. */
function npm(...args) {
  const script = process.env.npm_execpath
  return script?.endsWith('.js') ? [process.execPath, [script, ...args]] : ['npm', args]
}

if (isMain(import.meta.url)) await runMain(install)
