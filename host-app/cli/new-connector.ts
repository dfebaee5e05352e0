import { mkdir, readdir, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadConnector } from '../connectors/load-connector.ts'
import { ownConnectors } from '../connectors/own-connectors.ts'
import { connectorKinds, type ConnectorKind } from './connector-kinds.ts'
import { print, type OutputOptions } from './output.ts'
import { CommandFailed } from './run-command.ts'

const connectorsFolder = fileURLToPath(new URL('../connectors/', import.meta.url))

interface NewOptions extends OutputOptions {
  readonly kind: ConnectorKind
  readonly name?: string
  readonly folder?: string
}

/** Copies the example of that kind to a folder that must not be there yet, under names that nobody has. */
export async function newConnector(given: string, options: NewOptions): Promise<void> {
  const { kind } = options
  const slug = kind === 'tap' ? given.replace(/^tap-/, '') : given
  const name = options.name ?? titleOf(slug)
  requireFree(kind === 'tap' ? `tap.${slug}` : `platform.${slug}`, kind === 'tap' ? `tap-${slug}` : slug)
  const folder = await newFolder(resolve(options.folder ?? join(connectorsFolder, slug)))
  try {
    const files = await copyExample(kind, { folder, slug, name })
    const isElsewhere = !findsPackages(folder)
    if (isElsewhere) await lendPackages(folder)
    const module = join(folder, connectorKinds[kind].file)
    const { info } = await loadConnector(module)
    const test = isElsewhere ? `npx vitest run --root ${folder}` : `npm run unit ${folder}`
    print(options, { type: info.type, slug: info.slug, name, kind, files }, () => [
      ...files,
      '',
      `Fill in ${basename(module)}, then: bobbin connectors test ${module}`,
      `${isElsewhere ? 'Its test runs from here' : 'Its test'}: ${test}`,
      `Offer it: BOBBIN_CONNECTORS=${module}`,
    ])
  } catch (cause) {
    // Half of one would be in the way of the next attempt.
    await rm(folder, { recursive: true, force: true })
    throw cause
  }
}

/** @throws {CommandFailed} where one of Bobbin's own has the type or the slug. */
function requireFree(type: string, slug: string): void {
  const own = ownConnectors({ demoCrmUrl: 'https://demo.invalid' })
  if (own.some(({ info }) => info.type === type || info.slug === slug)) {
    throw new CommandFailed(`The name ${slug} is taken by another connector.`)
  }
}

/** Made now, by its real path: behind links a relative import would lead elsewhere. @throws {CommandFailed} */
async function newFolder(wanted: string): Promise<string> {
  const unmade = (cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    return new CommandFailed(`${wanted} cannot be made: ${code}.`, { cause })
  }
  await mkdir(dirname(wanted), { recursive: true }).catch((cause: unknown) => {
    throw unmade(cause)
  })
  await mkdir(wanted).catch((cause: unknown) => {
    const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
    throw isThere ? new CommandFailed(`${wanted} is there already.`) : unmade(cause)
  })
  return realpath(wanted)
}

interface Copy {
  readonly folder: string
  readonly slug: string
  readonly name: string
}

/** The files of the example, and the test that runs its contract: here one test does that for all. */
async function copyExample(kind: ConnectorKind, { folder, slug, name }: Copy): Promise<string[]> {
  const example = join(connectorsFolder, 'examples', kind)
  const files: string[] = []
  for (const file of await readdir(example)) {
    const text = renamed(await readFile(join(example, file), 'utf8'), kind, { slug, name })
    const copied = join(folder, file)
    await writeFile(copied, file.endsWith('.ts') ? withMovedImports(text, example, folder) : text)
    files.push(copied)
  }
  const test = join(folder, 'connector.test.ts')
  await writeFile(test, "import { contract } from './contract.testing.ts'\n\ncontract.describe()\n")
  return [...files, test]
}

function renamed(text: string, kind: ConnectorKind, { slug, name }: Omit<Copy, 'folder'>): string {
  return (
    text
      // What it says of itself is true of the example only.
      .replace(/\/\*\*\n \* The example of[^]*?\*\//, () => `/** ${name.replaceAll('*/', '* /')}. */`)
      .replace(/\/\*\n \* The example of[^]*?\*\//, () => `/* ${name.replaceAll('*/', '* /')}. */`)
      .replaceAll(`example-${kind}`, slug)
      .replace(/(["'])Example of [^"']*\1/g, (_, quote: string) => quoted(name, quote))
  )
}

/** The copy lies elsewhere than the example; its relative imports must still lead to the same files. */
function withMovedImports(text: string, example: string, folder: string): string {
  return text.replaceAll(/from '(\.\.\/[^']+)'/g, (_, path: string) => {
    const moved = relative(folder, resolve(example, path)).split(sep).join('/')
    return `from '${moved}'`
  })
}

/** What connectors import beside ours. */
const neededPackage = 'zod'

function findsPackages(folder: string): boolean {
  try {
    createRequire(join(folder, 'connector.ts')).resolve(neededPackage)
    return true
  } catch {
    return false
  }
}

/** Outside of any project there are no packages to import: ours are lent, until it has its own. */
async function lendPackages(folder: string): Promise<void> {
  const entry = fileURLToPath(import.meta.resolve(neededPackage))
  const packages = entry.slice(0, entry.lastIndexOf(`${sep}node_modules${sep}`))
  await symlink(join(packages, 'node_modules'), join(folder, 'node_modules'), 'junction')
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  await writeFile(join(folder, '.gitignore'), 'node_modules\n')
}

function titleOf(slug: string): string {
  return slug
    .split('-')
    .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
    .join(' ')
}

function quoted(text: string, quote: string): string {
  return quote === '"' ? JSON.stringify(text) : `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
