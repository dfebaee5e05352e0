import { constants } from 'node:fs'
import { access, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import process from 'node:process'
import { describeTap, TapFileError, type TapFile } from '../connectors/describe-tap.ts'
import { createRegistry } from '../connectors/registry.ts'
import { tapsFolder, withTaps } from '../server/tap-files.ts'
import { commandWords } from './command-words.ts'
import { print, textOf, type OutputOptions } from './output.ts'
import { CommandFailed } from './run-command.ts'
import { shell } from './shell.ts'
import { openConfig } from './with-core.ts'

interface AddTapOptions extends OutputOptions {
  readonly exec: string
  readonly settings: string
  readonly title?: string
  readonly category: string
  readonly renews?: string
  readonly force?: boolean
}

/** Describes a tap in a file of the data folder, where every server finds it at its next start. */
export async function addTap(given: string, options: AddTapOptions): Promise<void> {
  const name = given.replace(/^tap-/, '')
  const command = await commandOf(options.exec)
  const settings = await jsonIn(options.settings)
  const { tap, info } = described(options.settings, () =>
    describeTap({
      name,
      title: options.title ?? titleOf(name),
      category: options.category,
      command,
      settings,
      renews: namesIn(options.renews ?? ''),
    }),
  )
  const config = await openConfig()
  const file = join(tapsFolder(config), `${name}.json`)
  const others = await withTaps(config)
  const modules = others.connectorModules.filter((path) => resolve(path) !== file)
  const isThere = modules.length < others.connectorModules.length
  const registry = await createRegistry({ ...others, connectorModules: modules })
  const { type, slug } = info
  if (registry.find(type) || registry.findBySlug(slug)) {
    throw new CommandFailed(`The name ${name} is taken by another connector.`)
  }
  if (isThere && !options.force) {
    throw new CommandFailed(`The name ${name} is taken: ${file} is there already. --force replaces it.`)
  }
  await writeDescription(file, tap)
  print(options, { type, slug, file, command, settings: tap.settings }, () => told(tap, file))
}

function told({ name, command, settings }: TapFile, file: string): string[] {
  const lines = settings.map((one) => {
    const marks = [
      one.required ? 'required' : '',
      one.secret ? 'secret' : '',
      one.renewed_by_tap ? 'renewed by the tap' : '',
    ].filter((mark) => mark !== '')
    const own = one.in_config.join('.')
    const facts = [one.kind, ...marks, ...(own === one.name ? [] : [`${own} in the config`])]
    return `  ${one.name}: ${facts.join(', ')}`
  })
  return [
    `${file} describes tap.${name}, which runs ${command.join(' ')}`,
    ...lines.map(textOf),
    '',
    `Try it: bobbin connectors test ${file} --settings settings.json`,
    'Running servers offer it after a restart.',
  ]
}

/** Whole or not at all: a server may be starting. */
async function writeDescription(file: string, tap: TapFile): Promise<void> {
  await mkdir(resolve(file, '..'), { recursive: true, mode: 0o700 })
  const unfinished = `${file}.${process.pid}`
  try {
    const handle = await open(unfinished, 'w', 0o600)
    try {
      await handle.writeFile(`${JSON.stringify(tap, null, 2)}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(unfinished, file)
  } catch (cause) {
    await rm(unfinished, { force: true })
    throw new CommandFailed(`${file} cannot be written.`, { cause })
  }
}

/** The words of a command, its program by an absolute path. @throws {CommandFailed} */
async function commandOf(line: string): Promise<string[]> {
  const [program, ...args] = commandWords(line) ?? []
  if (program === undefined) {
    throw new CommandFailed(
      '--exec must be a program and its arguments; no shell reads it. Quote what has blanks.',
    )
  }
  const path = program.includes('/') ? resolve(program) : await inPath(program)
  if (path === null) throw new CommandFailed(`There is no program ${program} in PATH.`)
  const about = await stat(path).catch(() => null)
  if (!about?.isFile()) throw new CommandFailed(`There is no program at ${path}.`)
  if (!(await isExecutable(path))) throw new CommandFailed(`${path} is not executable: chmod +x makes it so.`)
  // It runs in a folder of its own.
  return [path, ...args.map((word) => (/^\.\.?\//.test(word) ? resolve(word) : word))]
}

async function inPath(program: string): Promise<string | null> {
  for (const folder of (shell().env['PATH'] ?? '').split(delimiter)) {
    const path = resolve(folder, program)
    if (folder !== '' && (await isExecutable(path))) return path
  }
  return null
}

const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  )

/** More than any description has. */
const mostBytes = 4 * 1024 ** 2

/** @throws {CommandFailed} */
async function jsonIn(path: string): Promise<unknown> {
  const about = await stat(path).catch(() => null)
  if (!about?.isFile()) throw new CommandFailed(`There is no file ${path}.`)
  if (about.size > mostBytes) throw new CommandFailed(`${path} is too large to describe settings.`)
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new CommandFailed(`${path} cannot be read.`, { cause })
  })
  try {
    return JSON.parse(text) as unknown
  } catch (cause) {
    throw new CommandFailed(`${path} is not JSON.`, { cause })
  }
}

/** @throws {CommandFailed} in place of what says why a description cannot be. */
function described<Result>(path: string, describe: () => Result): Result {
  try {
    return describe()
  } catch (error) {
    if (!(error instanceof TapFileError)) throw error
    throw new CommandFailed(`${path} cannot be used: ${error.message}.`, { cause: error })
  }
}

const namesIn = (list: string) =>
  list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')

function titleOf(name: string): string {
  return name
    .split('-')
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join(' ')
}
