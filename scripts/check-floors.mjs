import { posix } from 'node:path'
import ts from '@typescript/typescript6'

/**
 * Who may import whom, beside what lies in the same place: the one table, which ARCHITECTURE.md shows. A place is a
 * folder at the top, below `host-app/`, or a floor of its `server/`, where `server/` itself is the process.
 */
export const mayImport = {
  'shared/': [],
  'client/': ['shared/'],
  'wizard/': ['shared/'],
  'reference/': [],
  'connectors/own-sockets/': ['connectors/connector.ts', 'connectors/setting-kinds.ts', 'shared/'],
  'connectors/ssh/': [
    ...['connectors/connector.ts', 'connectors/setting-kinds.ts'],
    ...['connectors/own-sockets/', 'shared/'],
  ],
  'connectors/rest/': [
    ...['connectors/connector.ts', 'connectors/oauth-provider.ts', 'connectors/auth-methods.ts'],
    ...['connectors/endpoints.ts', 'connectors/vendor-hosts.ts', 'connectors/template.ts', 'shared/'],
  ],
  'connectors/*/': [
    ...['connectors/connector.ts', 'connectors/setting-kinds.ts', 'connectors/own-sockets/'],
    ...['connectors/rest/', 'connectors/ssh/', 'shared/'],
  ],
  'connectors/': ['connectors/*/', 'shared/'],
  'ground/': ['shared/'],
  'store/': ['ground/', 'shared/'],
  'edges/': ['ground/', 'connectors/', 'shared/'],
  'nouns/': ['edges/', 'store/', 'ground/', 'connectors/', 'shared/'],
  'http/': ['store/', 'ground/', 'shared/'],
  'doors/': ['http/', 'nouns/', 'store/', 'ground/', 'connectors/', 'shared/'],
  'server/': [...['doors/', 'http/', 'nouns/', 'edges/', 'store/', 'ground/'], ...['connectors/', 'shared/']],
  'cli/': ['server/', 'http/', 'nouns/', 'edges/', 'store/', 'ground/', 'connectors/', 'shared/'],
  'demo/': ['server/', 'http/', 'store/', 'ground/', 'connectors/*/', 'shared/'],
  'e2e/': ['connectors/*/', 'connectors/', 'scripts/', 'shared/'],
  'bench/': ['edges/', 'connectors/*/', 'connectors/', 'scripts/', 'shared/'],
  'scripts/': [],
}

/** Places of rooms that do not know each other; nouns do, by their entries. */
const roomed = new Set(['connectors/*/', 'doors/', 'nouns/'])

const isTestsOnly = (path) => /\.(?:test|testing)\.tsx?$|\/testing\//.test(path)

/**
 * Imports that are not in the table, run in a circle, enter a noun by another file than its own, or bring into
 * the product what only tests use. An import of a type is one like all others: who needs the type of a thing
 * cannot stand below it.
 *
 * @param {Readonly<Record<string, string>>} texts of the files, by path; those of tests may be among them
 * @returns {string[]} complaints
 */
export function findWrongImports(texts) {
  const imports = Object.entries(texts)
    .filter(([path]) => !isTestsOnly(path))
    .flatMap(([path, text]) => importsOf(path, text))
  const complaints = imports.flatMap(({ from, to, name }) => {
    const fault = faultOf(from, to)
    return fault === null ? [] : [`${from}: ${fault}: ${name}`]
  })
  const inside = imports.filter(({ to }) => to in texts)
  return [
    ...complaints,
    ...circlesOf(inside.map(({ from, to }) => [from, to])).map((circle) => `files in a circle: ${circle}`),
    ...circlesOf(betweenNouns(inside)).map((circle) => `nouns in a circle: ${circle}`),
  ]
}

/** Every import and export of a file that leads to what is ours. */
function importsOf(from, text) {
  const { importedFiles } = ts.preProcessFile(text, true, true)
  return importedFiles.flatMap(({ fileName: name }) => {
    const to = name.startsWith('.') ? posix.join(posix.dirname(from), name) : packageOf(name)
    return to === null ? [] : [{ from, name, to }]
  })
}

/** Where one of our packages lies; null for those of others. */
function packageOf(name) {
  if (/^bobbin(?:\/|$)/.test(name)) return 'client/'
  return /^@bobbin\/[\w-]+/.exec(name)?.[0].replace('@bobbin/', '').concat('/') ?? null
}

/** What is wrong with an import; null when it may be. */
function faultOf(from, to) {
  const [a, b] = [placeOf(from), placeOf(to)]
  const allowed = mayImport[a.name]
  if (allowed === undefined) return `there is no row for ${a.name}`
  if (isTestsOnly(to) && a.name !== 'e2e/') return 'only tests use this'
  if (to.endsWith('.json')) return null
  const isSameRoom = a.name === b.name && a.room === b.room
  if (b.name === 'nouns/' && !isSameRoom && to !== `host-app/server/nouns/${b.room}/${b.room}.ts`) {
    return `a noun is entered through ${b.room}/${b.room}.ts`
  }
  if (a.name === b.name) {
    return isSameRoom || a.name === 'nouns/' ? null : `those of ${a.name} do not know each other`
  }
  const isAllowed = allowed.includes(b.name) || allowed.includes(to.replace(/^host-app\//, ''))
  return isAllowed ? null : `${a.name} must not use ${b.name}`
}

/** Where a file lies, by the names of the table. */
function placeOf(path) {
  const [folder, room, inside] = path.replace(/^host-app\/(?:server\/(?=[^/]+\/))?/, '').split('/')
  const isConnectors = folder === 'connectors' && inside !== undefined
  const isShared = ['own-sockets', 'rest', 'ssh'].includes(room)
  const name = isConnectors ? `connectors/${isShared ? room : '*'}/` : `${folder}/`
  return { name, room: roomed.has(name) ? room : null }
}

/** The imports between different nouns, as imports of one by the other. */
function betweenNouns(imports) {
  return imports.flatMap(({ from, to }) => {
    const [a, b] = [placeOf(from), placeOf(to)]
    return a.name === 'nouns/' && b.name === 'nouns/' && a.room !== b.room ? [[a.room, b.room]] : []
  })
}

/** Each set of names that lead to each other, in the order of one way round. */
function circlesOf(pairs) {
  const next = new Map()
  for (const [from, to] of pairs) next.set(from, (next.get(from) ?? new Set()).add(to))
  const done = new Set()
  const circles = []
  const follow = (name, path) => {
    const start = path.indexOf(name)
    if (start !== -1) circles.push([...path.slice(start), name].join(' > '))
    if (start !== -1 || done.has(name)) return
    for (const to of next.get(name) ?? []) follow(to, [...path, name])
    done.add(name)
  }
  for (const name of next.keys()) follow(name, [])
  return circles
}
