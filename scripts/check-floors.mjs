import { posix } from 'node:path'
import ts from '@typescript/typescript6'

const server = 'host-app/server/'

/** What each floor of the server stands on; the process, which puts all together, may use every one. */
const below = {
  ground: [],
  store: ['ground'],
  edges: ['ground'],
  nouns: ['edges', 'store', 'ground'],
  http: ['store', 'ground'],
  doors: ['http', 'nouns', 'store', 'ground'],
}

const isTestsOnly = (path) => /\.(?:test|testing)\.tsx?$|\/testing\//.test(path)

/**
 * Imports that do not keep to the floors of the server: those that go up or sideways, run in a circle, enter a
 * noun by another file than its own, have a connector use the server, or bring into the product what only tests
 * use. An import of a type is one like all others: who needs the type of a thing cannot stand below it.
 *
 * @param {Readonly<Record<string, string>>} texts of the files, by path; those of tests may be among them
 * @returns {string[]} complaints
 */
export function findWrongImports(texts) {
  const imports = Object.entries(texts)
    .filter(([path]) => !isTestsOnly(path))
    .flatMap(([path, text]) => importsOf(path, text))
  const complaints = imports.flatMap(({ from, to, name }) => {
    const fault = faultOf(from, to, name)
    return fault === null ? [] : [`${from}: ${fault}: ${name}`]
  })
  const inside = imports.filter(({ to }) => to !== null && to in texts)
  return [
    ...complaints,
    ...circlesOf(inside.map(({ from, to }) => [from, to])).map((circle) => `files in a circle: ${circle}`),
    ...circlesOf(betweenNouns(inside)).map((circle) => `nouns in a circle: ${circle}`),
  ]
}

/** Every import and export of a file, with what it leads to; null for a package. */
function importsOf(from, text) {
  const { importedFiles } = ts.preProcessFile(text, true, true)
  return importedFiles.map(({ fileName: name }) => ({
    from,
    name,
    to: name.startsWith('.') ? posix.join(posix.dirname(from), name) : null,
  }))
}

/** What is wrong with an import; null when it may be. */
function faultOf(from, to, name) {
  const connector = /^host-app\/connectors\/[^/]+\//.exec(from)?.[0]
  if (to === null) {
    const isOfHouse = name.startsWith('@bobbin/') && !/^@bobbin\/shared(?:\/|$)/.test(name)
    return connector && isOfHouse ? 'a connector uses `shared` and its contract' : null
  }
  if (isTestsOnly(to)) return 'only tests use this'
  if (connector && !to.startsWith(connector) && to !== 'host-app/connectors/connector.ts') {
    return 'a connector uses its own folder, `shared` and the contract'
  }
  const a = placeOf(from)
  const b = placeOf(to)
  if (b?.floor === 'nouns' && !(a?.floor === 'nouns' && a.room === b.room)) {
    const entry = `${server}nouns/${b.room}/${b.room}.ts`
    if (to !== entry) return `a noun is entered through ${b.room}/${b.room}.ts`
  }
  if (!(a?.floor in below) || to.endsWith('.json')) return null
  if (b === null)
    return floorsOnContract.has(a.floor) && isContract(to) ? null : 'not for this floor of the server'
  if (a.floor !== b.floor)
    return below[a.floor].includes(b.floor) ? null : `${a.floor} must not use ${b.floor || 'the process'}`
  return a.floor === 'doors' && a.room !== b.room ? 'doors do not know each other' : null
}

/** Who works with connectors: by what they are and can do, never with one of them. */
const floorsOnContract = new Set(['edges', 'nouns', 'doors'])
const isContract = (path) => /^host-app\/connectors\/[^/]+\.ts$/.test(path)

/** Floor and room of a file of the server; the process is the floor without a name. Null for all else. */
function placeOf(path) {
  if (!path.startsWith(server)) return null
  const [floor, room] = path.slice(server.length).split('/')
  return room === undefined ? { floor: '' } : { floor, room }
}

/** The imports between different nouns, as imports of one by the other. */
function betweenNouns(imports) {
  return imports.flatMap(({ from, to }) => {
    const [a, b] = [placeOf(from), placeOf(to)]
    return a?.floor === 'nouns' && b?.floor === 'nouns' && a.room !== b.room ? [[a.room, b.room]] : []
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
