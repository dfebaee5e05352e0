import { spawn, spawnSync } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

/** The folder of the repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** A command of ours ended badly; `code` is its exit code. Shown without a stack: its output has said it all. */
export class CommandFailed extends Error {
  name = 'CommandFailed'

  constructor(command, code) {
    super(`${command} ended with exit code ${code}.`)
    this.code = code
  }
}

/**
 * The Node that runs our TypeScript: this one when it is 24 or newer, else the one that came with the
 * dev dependencies.
 */
export function modernNode() {
  const [major] = process.versions.node.split('.')
  return Number(major) >= 24 ? process.execPath : join(root, 'node_modules', 'node', 'bin', 'node')
}

/** Runs a command in the repository's folder with its output shown; resolves with the exit code. */
export function run(command, args, { env = {}, cwd = root, stdio = 'inherit' } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, stdio, env: { ...environment(), ...env } })
    // A terminal sends Ctrl+C to the child by itself; a second one would mean "at once".
    const forward = (signal) => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal))
    process.on('SIGINT', forward).on('SIGTERM', forward).on('SIGHUP', forward)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      process.off('SIGINT', forward).off('SIGTERM', forward).off('SIGHUP', forward)
      resolve(signal ? 1 : (code ?? 1))
    })
  })
}

/** The same; throws `CommandFailed` unless the command ended well. */
export async function runOrThrow(command, args, options) {
  const code = await run(command, args, options)
  if (code !== 0) throw new CommandFailed([command, ...args].join(' '), code)
}

/** Runs a command silently and returns its exit code and all that it printed. */
export function capture(command, args, { env = {}, cwd = root } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...environment(), NO_COLOR: '1', ...env },
    })
    let output = ''
    child.stdout.on('data', (text) => (output += text))
    child.stderr.on('data', (text) => (output += text))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

/** Whether a command is there and answers. */
export function answers(command, args = ['--version']) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}

/** Runs the main function of a script; a failed command ends the script with its code, without a stack. */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0
  } catch (error) {
    console.error(error instanceof CommandFailed ? error.message : error)
    process.exitCode = error instanceof CommandFailed ? error.code : 1
  }
}

/** Whether a module is the script that was started, rather than one that another script imports. */
export function isMain(moduleUrl) {
  return process.argv[1] === fileURLToPath(moduleUrl)
}

/**
 * The environment with the dev dependencies' commands, Node 24 among them, in front. Modules that were
 * compiled once are kept: our servers and commands start in two thirds of the time.
 */
function environment() {
  const path = [dirname(modernNode()), join(root, 'node_modules', '.bin'), process.env.PATH]
  const cache = join(root, 'node_modules', '.cache', 'node')
  return { NODE_COMPILE_CACHE: cache, ...process.env, PATH: path.join(delimiter) }
}
