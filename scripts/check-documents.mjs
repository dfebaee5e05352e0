import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { putTogether } from './check-hygiene.mjs'
import { capture, root } from './run.mjs'

const documents = /^(?:[\w-]+\/)*(?:README|ARCHITECTURE|CONTRIBUTING|SECURITY)\.md$/
/** Parts of other trees, or made while something runs; and what stands in a text for a name. */
const elsewhere =
  /^(?:data|\.data|results|dist)\/|^(?:manifest\.json|render\.js|\/openapi\.json|\.testing\.ts)$/

/** What documents say of files and folders, held to what is there. */
export const documentChecks = [
  {
    name: 'every file that a document names is there',
    complaints: async () => {
      const files = await trackedFiles()
      return list(missingFiles(textsOf(files.filter((file) => documents.test(file))), files))
    },
  },
  {
    name: 'every folder is named in the README above it',
    complaints: async () => {
      const files = await trackedFiles()
      return list(unnamedFolders(textsOf(files.filter((file) => documents.test(file))), files))
    },
  },
  {
    name: 'ARCHITECTURE.md says where all is put together',
    complaints: async () => {
      const text = textsOf(['ARCHITECTURE.md'])['ARCHITECTURE.md']
      return list(wrongPlaces(text, [...putTogether]))
    },
  },
  {
    name: 'a README that lists the files beside it lists them all',
    complaints: async () => {
      const files = await trackedFiles()
      return list(unlistedFiles(textsOf(files.filter((file) => documents.test(file))), files))
    },
  },
  {
    name: "every field of an OAuth provider is in the README's table",
    complaints: async () => {
      const [readme, source, revocation, traits] = [
        'host-app/README.md',
        'host-app/connectors/oauth-provider.ts',
        'host-app/connectors/oauth-revocation.ts',
        'host-app/connectors/refresh-traits.ts',
      ]
      const texts = textsOf([readme, source, revocation, traits])
      const [ofTraits] = texts[traits].split('interface RefreshLifeInReply')
      const parts = { revocation: texts[revocation], refreshTraits: ofTraits }
      return list(wrongProviderFields(texts[readme], texts[source], parts))
    },
  },
  {
    name: 'every setting of the operator is in the table, with its default',
    complaints: async () => {
      const [readme, config] = ['host-app/README.md', 'host-app/server/config.ts']
      const texts = textsOf([readme, config])
      const table = texts[readme].split(/^## Settings$/m)[1]?.split(/^## /m)[0] ?? ''
      return list(wrongSettings(table, texts[config]))
    },
  },
]

/**
 * Fields of an OAuth provider that the README's table and the interface do not have both.
 * @param {string} readme
 * @param {string} source the text of `oauth-provider.ts`
 * @param {Readonly<Record<string, string>>} parts the texts of the interfaces that some of its fields have, by field
 */
export function wrongProviderFields(readme, source, parts = {}) {
  const declared = [
    ...fieldsIn(source).filter((name) => !Object.hasOwn(parts, name)),
    ...Object.entries(parts).flatMap(([field, text]) => fieldsIn(text).map((name) => `${field}.${name}`)),
  ]
  const [, table = ''] = /<!-- provider -->([^]*?)<!-- \/provider -->/.exec(readme) ?? []
  const told = [...table.matchAll(/^\| (`.*?) +\|/gm)].flatMap(([, names]) =>
    [...names.matchAll(/`([\w.]+)`/g)].map(([, name]) => name),
  )
  return [
    ...declared.filter((name) => !told.includes(name)).map((name) => `no row tells of ${name}`),
    ...told.filter((name) => !declared.includes(name)).map((name) => `there is no ${name}`),
  ]
}

/** The fields of an interface; those of an object within it by its name, too. */
function fieldsIn(source) {
  const groups = [...source.matchAll(/^ {2}readonly (\w+)\??: \{$/gm)]
  return [...source.matchAll(/^( +)readonly (\w+)\??: (?!\{$)/gm)].map(({ 1: indent, 2: name, index }) => {
    const group = indent.length > 2 ? groups.findLast((one) => one.index < index) : undefined
    return group ? `${group[1]}.${name}` : name
  })
}

/**
 * Settings of the operator that the README's table and `config.ts` do not have both, with the same default where the
 * latter writes it as a word or a number.
 * @param {string} table a text with the table
 * @param {string} config the text of `config.ts`
 */
export function wrongSettings(table, config) {
  const read = new Map(
    [...config.matchAll(/^ {4}([A-Z][A-Z_]+):(.*(?:\n {6}.*)*)/gm)]
      .filter(([, name]) => !saidElsewhere.has(name))
      .map(([, name, schema]) => [name, /\.default\((?:'([^']*)'|([\w.]+))\)/.exec(schema)]),
  )
  const told = new Map(
    [...table.matchAll(/^\| (`[A-Z].*?) +\| (.*?) +\|/gm)].flatMap(([, names, value]) => {
      const values = value.replaceAll('`', '').split(', ')
      return [...names.matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, name], index) => [
        name,
        values[index] ?? values[0],
      ])
    }),
  )
  return [
    ...[...read.keys()].filter((name) => !told.has(name)).map((name) => `no row tells of ${name}`),
    ...[...told.keys()].filter((name) => !read.has(name)).map((name) => `nothing reads ${name}`),
    ...[...told].flatMap(([name, value]) => {
      const [, word, number] = read.get(name) ?? []
      const usual = word ?? number?.replaceAll('_', '')
      return usual === undefined || value === usual ? [] : [`${name} is ${usual} by default, not ${value}`]
    }),
  ]
}

/** The README tells of these in sentences: in which mode it runs, and what is refused so that nobody takes it for granted. */
const saidElsewhere = new Set(['NODE_ENV', 'DATABASE_URL'])

/**
 * Names of files in code marks or links that no file ends with.
 * @param {Readonly<Record<string, string>>} texts of the documents, by path
 * @param {readonly string[]} files
 */
export function missingFiles(texts, files) {
  const isThere = (name) => files.some((file) => file === name || file.endsWith(`/${name}`))
  return Object.entries(texts).flatMap(([document, text]) => {
    const marked = [...text.matchAll(/`([\w@./-]+\.(?:tsx?|m?js|json|md|css))`/g)].map(([, name]) => name)
    const linked = [...text.matchAll(/\]\(([\w@./-]+\.(?:tsx?|m?js|json|md|css))(?:#[\w-]*)?\)/g)].map(
      ([, path]) => join(dirname(document), path),
    )
    return [...marked.map((name) => name.replace(/^\.\//, '')), ...linked]
      .filter((name) => !elsewhere.test(name) && !isThere(name))
      .map((name) => `${document}: there is no ${name}`)
  })
}

/**
 * Folders with sources that the README above them does not name as `name/`.
 * @param {Readonly<Record<string, string>>} texts of the documents, by path
 * @param {readonly string[]} files
 */
export function unnamedFolders(texts, files) {
  const folders = new Set(files.flatMap(foldersOf))
  return [...folders].toSorted().flatMap((folder) => {
    const readme = readmeAbove(folder, texts)
    if (readme === null) return []
    const name = `${folder.slice(folder.lastIndexOf('/') + 1)}/`
    const below = folder.slice(dirname(readme) === '.' ? 0 : dirname(readme).length + 1)
    const isNamed = texts[readme].includes(`\`${name}\``) || texts[readme].includes(`${below}/`)
    return isNamed ? [] : [`${readme} does not name ${folder}/`]
  })
}

/**
 * Files that the document's list of where all is put together does not have, or has in vain.
 * @param {string} text
 * @param {readonly string[]} places
 */
export function wrongPlaces(text, places) {
  const [, block = ''] = /<!-- put together -->([^]*?)<!-- \/put together -->/.exec(text) ?? []
  const told = [...block.matchAll(/`([\w/-]+\.ts)`/g)].map(([, name]) => `host-app/${name}`)
  return [
    ...places.filter((place) => !told.includes(place)).map((place) => `nothing says that ${place} may`),
    ...told.filter((place) => !places.includes(place)).map((place) => `${place} may not`),
  ]
}

/** READMEs that list files of another folder: theirs has none. */
const listedFolders = { shared: 'shared/src' }

/**
 * Product files that the README of their folder does not name, where it has a table that names one of them.
 * @param {Readonly<Record<string, string>>} texts of the documents, by path
 * @param {readonly string[]} files
 */
export function unlistedFiles(texts, files) {
  return Object.entries(texts).flatMap(([document, text]) => {
    if (!document.endsWith('/README.md')) return []
    const folder = listedFolders[dirname(document)] ?? dirname(document)
    const rows = text.split('\n').filter((line) => line.startsWith('| `'))
    const isListed = (file) => rows.some((row) => row.includes(`\`${basename(file)}\``))
    const beside = files.filter((file) => dirname(file) === folder && isProduct(file))
    if (!beside.some(isListed)) return []
    return beside.filter((file) => !isListed(file)).map((file) => `${document} does not list ${file}`)
  })
}

const isProduct = (file) => /\.tsx?$/.test(file) && !/\.(?:test|testing)\.tsx?$/.test(file)

function foldersOf(file) {
  const folders = []
  for (let folder = dirname(file); folder !== '.'; folder = dirname(folder)) folders.push(folder)
  return folders.filter((folder) => !folder.startsWith('.'))
}

function readmeAbove(folder, texts) {
  for (let above = dirname(folder); ; above = dirname(above)) {
    const readme = above === '.' ? 'README.md' : `${above}/README.md`
    if (readme in texts) return readme
    if (above === '.') return null
  }
}

async function trackedFiles() {
  const { output } = await capture('git', ['ls-files', '--cached', '--others', '--exclude-standard'])
  return output.split('\n').filter((file) => file !== '')
}

const textsOf = (files) =>
  Object.fromEntries(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]))
const list = (complaints) => (complaints.length === 0 ? null : complaints.join('\n'))
