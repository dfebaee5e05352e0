import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { install } from './install.mjs'
import { isMain, modernNode, root, runMain, runOrThrow } from './run.mjs'

/** What a build is made of, nothing else is read by it; and what it makes. */
const pages = {
  name: 'client, wizard and reference',
  inputs: [
    'shared/src',
    'client/src',
    'client/scripts',
    'client/rollup.config.mjs',
    'rollup.config.mjs',
    'client/package.json',
    'host-app/wizard',
    'host-app/reference',
    'scripts/build.mjs',
    'scripts/rollup-assets.mjs',
    'scripts/rollup-shared.mjs',
    'scripts/tsconfig.build.json',
    'tsconfig.json',
    'package-lock.json',
  ],
  outputs: ['build/js', 'client/dist', 'host-app/dist/wizard', 'host-app/dist/reference'],
  stamp: 'build/inputs.sha256',
  async make() {
    await runOrThrow(modernNode(), ['node_modules/typescript/bin/tsc', '-p', 'scripts/tsconfig.build.json'])
    const rollup = join(root, 'node_modules', 'rollup', 'dist', 'bin', 'rollup')
    await runOrThrow(modernNode(), [rollup, '--silent', '-c', 'rollup.config.mjs'])
  },
}

const connectorProcess = {
  name: 'connectors and their process',
  inputs: [
    'shared/src',
    'host-app/connectors',
    'host-app/server/edges/connector-process',
    'host-app/server/edges/outbound',
    'host-app/server/ground',
    'scripts/build.mjs',
    'package-lock.json',
  ],
  outputs: ['host-app/dist/connectors', 'host-app/dist/connector-process'],
  stamp: 'build/connector-process.sha256',
  async make() {
    const rolldown = join(root, 'node_modules', 'rolldown', 'bin', 'cli.mjs')
    const config = 'host-app/server/edges/connector-process/rolldown.config.mjs'
    await runOrThrow(modernNode(), [rolldown, '--log-level', 'warn', '-c', config])
    await runOrThrow(modernNode(), ['host-app/server/edges/connector-process/make-snapshot.ts'])
    await runOrThrow(modernNode(), ['host-app/connectors/write-index.ts'])
  },
}

/**
 * Builds what nobody runs from its sources. The client, the wizard and the reference's page: `tsc` turns TypeScript into
 * JavaScript under `build/js`, rollup bundles that. The program of a connector process, as one script with its snapshot. And the
 * index of the connectors, by which a server finds them. The rest of the server runs from its sources. Does nothing when nothing changed since the last one.
 *
 * Types are not checked here (`npm run check` does), so that a build is quick. What grew beyond its size
 * limit fails the build; the limits are in the parts of `rollup.config.mjs`.
 */
export async function build({ force = false } = {}) {
  await make(connectorProcess, force)
  await make(pages, force)
}

/** The part of it that server tests need. */
export const buildConnectorProcess = () => make(connectorProcess, false)

async function make({ name, inputs, outputs, stamp, make: work }, force) {
  const stampFile = join(root, stamp)
  const wanted = hashOf(inputs)
  const isFresh = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === wanted
  if (!force && isFresh && outputs.every((path) => existsSync(join(root, path)))) return

  console.log(`Building ${name} …`)
  rmSync(stampFile, { force: true })
  await work()
  mkdirSync(dirname(stampFile), { recursive: true })
  writeFileSync(stampFile, wanted)
}

/** Changes with every byte of these files and folders. */
export function hashOf(paths) {
  const hash = createHash('sha256')
  for (const file of paths.flatMap((path) => filesUnder(join(root, path)))) {
    hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}

function filesUnder(path) {
  if (!existsSync(path)) return []
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
  } catch (error) {
    if (error.code === 'ENOTDIR') return [path]
    throw error
  }
}

if (isMain(import.meta.url)) {
  await runMain(async () => {
    await install()
    await build({ force: true })
  })
}
