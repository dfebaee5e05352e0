import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { findStrayRows } from './check-rows.mjs'
import { capture, root } from './run.mjs'

/** Rules about the repository itself that no tool knows. */
export const hygieneChecks = [
  {
    name: 'the lock file names no registry host',
    complaints: async () => {
      const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
      return list(
        Object.entries(packages)
          .filter(([, { resolved }]) => /^\w+:\/\//.test(resolved ?? ''))
          .map(([path]) => path),
      )
    },
  },
  {
    name: 'no test is left out',
    complaints: async () =>
      list(await linesWith(/\b(?:test|it|describe)\.(?:only|skip|todo|fixme)\b/, /\.(?:test|spec)\.tsx?$/)),
  },
  {
    name: 'no file is over 300 lines, and no test over 350',
    complaints: async () => {
      const files = await trackedFiles(/^(?:shared|client|host-app|e2e|bench|scripts)\/.*\.(?:ts|tsx|mjs)$/)
      return list(
        files
          .map((file) => ({ file, lines: textOf(file).split('\n').length - 1 }))
          .filter(({ file, lines }) => lines > (/\.test\.tsx?$/.test(file) ? 350 : 300))
          .map(({ file, lines }) => `${file}: ${lines} lines`),
      )
    },
  },
  {
    name: 'no landed migration was changed',
    complaints: async () => {
      const folder = 'host-app/server/store/migrations'
      const landed = JSON.parse(readFileSync(join(root, folder, 'landed.json'), 'utf8'))
      const hashes = Object.fromEntries(
        (await trackedFiles(/^host-app\/server\/store\/migrations\/.*\.ts$/))
          .filter((file) => textOf(file) !== '')
          .map((file) => [basename(file), hashOf(textOf(file))]),
      )
      return list([
        ...Object.keys(landed)
          .filter((name) => hashes[name] !== landed[name])
          .map((name) => `${folder}/${name} has run in stores: leave it, and add another`),
        ...Object.entries(hashes)
          .filter(([name]) => !(name in landed))
          .map(([name, hash]) => `${folder}/landed.json: add "${name}": "${hash}"`),
      ])
    },
  },
  {
    name: 'a write acts through its `tx` alone',
    complaints: async () => {
      // It needs a package, which is not there before the installation.
      const { findBesideWrites } = await import('./check-writes.mjs')
      return list(findBesideWrites(await textsOf(productFiles)))
    },
  },
  {
    name: 'rows are the nouns’, each written by its own',
    complaints: async () => list(findStrayRows(await textsOf(productFiles))),
  },
  {
    name: 'imports are those of the table, and nothing runs in a circle',
    complaints: async () => {
      const { findWrongImports } = await import('./check-floors.mjs')
      const texts = await textsOf(
        /^(?:client|shared|host-app)\/.*\.tsx?$|^(?:e2e|bench|scripts)\/.*\.(?:ts|mjs)$/,
      )
      return list(findWrongImports(texts))
    },
  },
  {
    name: 'functions take the parts that they name, eight at most',
    complaints: async () => {
      const { findBags } = await import('./check-bags.mjs')
      return list(findBags(await textsOf(productFiles), (path) => putTogether.has(path)))
    },
  },
  {
    name: 'every reason of a failure is in the table, and none there for nothing',
    complaints: async () => {
      const { findWrongReasons } = await import('./check-reasons.mjs')
      const { 'shared/src/error-reasons.ts': table, ...texts } = await textsOf(whereReasonsAreGiven)
      return list(findWrongReasons(texts, table))
    },
  },
  {
    name: 'no secret is in the repository',
    complaints: async () =>
      list(
        await linesWith(/-----BEGIN [A-Z ]*PRIVATE KEY-----|\bbob_(?:eph|acc|live)_[A-Za-z0-9_-]{20,}/, /./),
      ),
  },
]

/** The server and its commands, without what tests them. */
const productFiles = /^host-app\/(?:server|cli)\/(?!.*\.(?:test|testing)\.ts$).*\.ts$/

/** All that tells a failure; the wizard only reads what it is told. */
const whereReasonsAreGiven =
  /^(?:client|shared|host-app\/(?:server|connectors|cli))\/(?!.*(?:\.(?:test|testing)\.ts$|\/testing\/)).*\.ts$/

/** Where all that there is has a name: of it the server's process is put together, and each command's. */
export const putTogether = new Set([
  ...['core', 'flow-parts', 'flow-routes', 'services', 'start-server', 'routes', 'app'].map(
    (name) => `host-app/server/${name}.ts`,
  ),
  'host-app/cli/with-core.ts',
])

const hashOf = (text) => createHash('sha256').update(text).digest('hex').slice(0, 16)

async function linesWith(pattern, files) {
  const found = []
  for (const file of await trackedFiles(files)) {
    for (const [index, line] of textOf(file).split('\n').entries()) {
      if (pattern.test(line)) found.push(`${file}:${index + 1}: ${line.trim()}`)
    }
  }
  return found
}

async function trackedFiles(pattern) {
  const { output } = await capture('git', ['ls-files', '--cached', '--others', '--exclude-standard'])
  return output.split('\n').filter((file) => file !== '' && pattern.test(file))
}

async function textsOf(pattern) {
  const files = await trackedFiles(pattern)
  return Object.fromEntries(files.map((file) => [file, textOf(file)]))
}

function textOf(file) {
  try {
    return readFileSync(join(root, file), 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return '' // deleted, and not committed yet
    throw error
  }
}

function list(complaints) {
  return complaints.length === 0 ? null : complaints.join('\n')
}
