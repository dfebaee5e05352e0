import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { isMain, modernNode, root, run, runMain, runOrThrow } from './run.mjs'

const lockFile = join(root, 'package-lock.json')
const stampFile = join(root, 'node_modules', '.bobbin-lock')

/** Installs the dependencies when there are none, or when the lock file asks for others. Needs npm only. */
export async function install() {
  const wanted = createHash('sha256').update(readFileSync(lockFile)).digest('hex')
  const stamp = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : ''
  if (stamp !== wanted) {
    if (!hasWhatTheLockFileSays()) {
      console.log('Installing the dependencies …')
      await runOrThrow(...npm('ci', '--loglevel=error'))
    }
    writeFileSync(stampFile, wanted)
  }
  if (!existsSync(modernNode()) || (await run(modernNode(), ['--version'], { stdio: 'ignore' })) !== 0) {
    console.log('Fetching Node 24 (npm package "node") …')
    await runOrThrow(...npm('rebuild', 'node'))
  }
}

/** An `npm install` by hand leaves the same folder; npm's own record of it is compared. */
function hasWhatTheLockFileSays() {
  const record = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(record)) return false
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages
  const wanted = JSON.parse(readFileSync(lockFile, 'utf8')).packages
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
