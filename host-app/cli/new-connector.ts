import { mkdir, readdir, readFile, realpath, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { print, type OutputOptions } from './output.ts'
import { CommandFailed } from './run-command.ts'

const connectorsFolder = fileURLToPath(new URL('../connectors/', import.meta.url))
const exampleFolder = join(connectorsFolder, 'example')

/** Copies the example to a folder that must not be there yet, under new names. */
export async function newConnector(
  slug: string,
  options: OutputOptions & { name?: string; folder?: string },
): Promise<void> {
  const wanted = resolve(options.folder ?? join(connectorsFolder, slug))
  const name = options.name ?? titleOf(slug)
  try {
    await mkdir(dirname(wanted), { recursive: true })
    await mkdir(wanted)
  } catch (cause) {
    const isThere = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST'
    throw isThere ? new CommandFailed(`${wanted} is there already.`) : cause
  }
  // Behind links a relative import would lead elsewhere.
  const folder = await realpath(wanted)
  const files = (await readdir(exampleFolder)).map((file) => join(folder, file))
  for (const file of files) {
    const text = await readFile(join(exampleFolder, basename(file)), 'utf8')
    await writeFile(file, moveImports(rename(text, slug, name), folder))
  }
  const isElsewhere = !findsPackages(folder)
  if (isElsewhere) await lendPackages(folder)
  print(options, { type: `platform.${slug}`, slug, name, files }, () => [
    ...files,
    '',
    `Fill in connector.ts, then: bobbin connectors test ${join(folder, 'connector.ts')}`,
    ...(isElsewhere ? [`Its test runs from here: npx vitest run --root ${folder}`] : []),
    `Offer it: BOBBIN_CONNECTORS=${join(folder, 'connector.ts')}`,
  ])
}

/** What every connector imports. */
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

function rename(text: string, slug: string, name: string): string {
  return (
    text
      // What it says of itself is true of the example only.
      .replace(/\/\*\*\n \* The example of[^]*?\*\//, () => `/** ${name.replaceAll('*/', '* /')}. */`)
      .replaceAll('example-todo', slug)
      .replaceAll("'Example To-do'", () => quoted(name))
  )
}

/** The copy may lie elsewhere than the example; its relative imports must still lead to the same files. */
function moveImports(text: string, folder: string): string {
  return text.replaceAll(/from '(\.\.\/[^']+)'/g, (_, path: string) => {
    const moved = relative(folder, resolve(exampleFolder, path)).split(sep).join('/')
    return `from '${moved}'`
  })
}

function titleOf(slug: string): string {
  return slug
    .split('-')
    .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
    .join(' ')
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
