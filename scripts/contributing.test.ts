import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const copied = [
  ...['shared', 'client/src', 'host-app', 'e2e', 'bench', 'scripts', 'docs'],
  ...[
    'package.json',
    'package-lock.json',
    'tsconfig.json',
    'vitest.config.ts',
    'playwright.config.ts',
    'README.md',
  ],
]

/** What CONTRIBUTING.md says of adding something, done to a copy of the repository as it is said. */
let copy: string
let text: string
beforeAll(async () => {
  text = await readFile(join(root, 'CONTRIBUTING.md'), 'utf8')
  copy = await mkdtemp(join(tmpdir(), 'bobbin-contributing-'))
  const isOurs = (path: string) => !/\/(?:node_modules|dist)(?:\/|$)/.test(path.slice(root.length - 1))
  for (const path of copied) await cp(join(root, path), join(copy, path), { recursive: true, filter: isOurs })
  // Packages are shared with the original; our own are those of the copy.
  await mkdir(join(copy, 'node_modules/@bobbin'), { recursive: true })
  for (const name of await readdir(join(root, 'node_modules'))) {
    if (name === '@bobbin' || name === '.cache') continue
    await symlink(join(root, 'node_modules', name), join(copy, 'node_modules', name))
  }
  await symlink(join(copy, 'shared'), join(copy, 'node_modules/@bobbin/shared'))
  await symlink(join(root, 'host-app/node_modules'), join(copy, 'host-app/node_modules'))
  await cp(join(root, 'host-app/dist/wizard'), join(copy, 'host-app/dist/wizard'), { recursive: true })
})
afterAll(() => rm(copy, { recursive: true, force: true }))

async function run(command: string, args: readonly string[]): Promise<string> {
  const done = await promisify(execFile)(command, args, {
    cwd: copy,
    maxBuffer: 1e8,
    env: { ...process.env, NO_COLOR: '1' },
  }).catch((error: { stdout?: string; stderr?: string }) => error)
  return `${done.stdout ?? ''}${done.stderr ?? ''}`
}

const inNode = (script: string, ...args: string[]) =>
  run(process.execPath, [join('node_modules', script), ...args])

/** The diffs in the section of that title, one for each file. */
function patchesOf(title: string): string[] {
  const section = text.split(/^## /m).find((one) => one.startsWith(title)) ?? ''
  const blocks = [...section.matchAll(/^( *)```diff\n([^]*?)^ *```$/gm)]
  return blocks.map(([, indent = '', diff = '']) => {
    const lines = diff.trimEnd().split('\n')
    // A formatter leaves no blank at the end of a line, which an empty line of context is made of.
    return lines.map((line) => `${line.slice(indent.length) || ' '}\n`).join('')
  })
}

async function apply(patch: string): Promise<string> {
  const applied = promisify(execFile)('git', ['apply', '--recount', '-'], { cwd: copy })
  applied.child.stdin?.end(patch)
  return applied.then(
    ({ stderr }) => stderr,
    (error: { stderr?: string }) => error.stderr ?? String(error),
  )
}

/** Milliseconds: it compiles everything. */
const patience = 240_000

it('an endpoint and a screen are added as it is said', { timeout: patience }, async () => {
  for (const title of ['Add an endpoint', 'Add a screen']) {
    const patches = patchesOf(title)
    expect(patches.length).toBeGreaterThan(2)
    for (const patch of patches) expect(await apply(patch)).toBe('')
  }
  expect(await inNode('typescript/bin/tsc', '--noEmit', '-p', '.')).toBe('')
  const endpoint = await inNode('vitest/vitest.mjs', 'run', 'contract.test', '-t', 'getOrigins')
  const screen = await inNode('vitest/vitest.mjs', 'run', 'wizard/preview', 'wizard/view')
  for (const report of [endpoint, screen]) {
    expect(report).toMatch(/Tests.* [1-9]\d* passed/)
    expect(report).not.toMatch(/\d failed/)
  }
})

it('a connector is added as it is said', { timeout: patience }, async () => {
  const commands = [...text.matchAll(/`npm run -s bobbin -- (connectors new \S+)`/g)]
  const [, command = ''] = commands[0] ?? []
  expect(await run(process.execPath, ['host-app/cli/cli.ts', ...command.split(' ')])).toContain(
    'Fill in connector.ts',
  )
  expect(text).toContain('npm run unit host-app/connectors/yours')
  expect(await inNode('vitest/vitest.mjs', 'run', 'host-app/connectors/yours')).toMatch(
    /Tests.* [1-9]\d* passed/,
  )
})
