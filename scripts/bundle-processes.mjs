import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { hashOf } from './build.mjs'
import { root } from './run.mjs'

const folder = join(root, 'node_modules', '.cache', 'bobbin-bundles')
const input = { cli: join(root, 'host-app/cli/cli.ts'), main: join(root, 'host-app/server/main.ts') }
const inputs = ['shared/src', 'host-app/cli', 'host-app/server', 'host-app/connectors', 'package-lock.json']
const day = 24 * 60 * 60 * 1000

/**
 * The command line and the server for tests that start them many times: in a few files, where a start from the sources
 * loads a thousand and takes three times as long. Made of the sources as they are, and once for all tests.
 */
export function bundleProcesses() {
  // Several that begin at once in one process would build into one folder.
  making ??= makeReady()
  return making
}

let making = null

async function makeReady() {
  const ready = join(folder, hashOf([...inputs, 'scripts/bundle-processes.mjs']).slice(0, 16))
  if (!existsSync(ready)) {
    await removeOld()
    const unfinished = `${ready}.${process.pid}`
    await bundle(unfinished)
    // Another test may have been as quick.
    await rename(unfinished, ready).catch(() => rm(unfinished, { recursive: true }))
  }
  return { cli: join(ready, 'cli.js'), main: join(ready, 'main.js') }
}

async function bundle(dir) {
  // Not before the installation.
  const { rolldown } = await import('rolldown')
  // Native parts, which a driver does without.
  const external = ['cpu-features', /\.node$/]
  const build = await rolldown({ input, platform: 'node', external, plugins: [staySources] })
  await build.write({ dir, format: 'esm' })
  // Where nobody says it, Node reads each file as CommonJS first.
  await writeFile(join(dir, 'package.json'), '{ "type": "module" }\n')
  await build.close()
}

/** What a module finds beside itself stays there. */
const staySources = {
  name: 'stay-sources',
  transform(code, id) {
    if (!id.startsWith(root) || !code.includes('import.meta.url')) return null
    return code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href))
  },
}

async function removeOld() {
  await mkdir(folder, { recursive: true })
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }))
    if (Date.now() - mtimeMs > day) await rm(path, { recursive: true, force: true })
  }
}
