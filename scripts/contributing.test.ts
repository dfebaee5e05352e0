import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What is done, in this order: a section may build upon those before it. */
const sections = [
  'Add an endpoint',
  'Add a screen',
  'Add a noun',
  'Add a migration',
  "Add an operator's setting",
  'Add a failure',
  'Add a wizard route',
]

/** The files with the tests that show it, and patterns of the names of these tests; all run at once. */
const proofs: readonly (readonly [file: string, test: string])[] = [
  ['connect-api/contract', 'getOrigins'],
  ['wizard/preview', 'the fixture finishing'],
  ['wizard/preview', 'every screen is in the preview'],
  ['e2e/screens', 'every screen of the wizard is looked at'],
  ['nouns/notes', 'takes no more than there may be'],
  ['credentials/rotate-keys', 'every column of envelopes'],
  ['server/config.test', 'fills in what is not set'],
  ['shared/src/error-reasons', 'says of every reason when it is so'],
  ['shared/src/wizard-actions', 'at form.*stayLonger'],
  ['doors/flows/route-races', 'every route of the wizard has a race'],
  ['doors/flows/route-races', 'giveConsent and stayLonger'],
]

/** What CONTRIBUTING.md says of adding something, done to a copy of the repository as it is said. */
let copy: string
let text: string
beforeAll(async () => {
  text = await readFile(join(root, 'CONTRIBUTING.md'), 'utf8')
  copy = await mkdtemp(join(tmpdir(), 'bobbin-contributing-'))
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z']
  const { stdout } = await promisify(execFile)('git', list, { cwd: root, maxBuffer: 1e7 })
  const files = stdout.split('\0').filter((file) => file !== '')
  // One that is deleted and not committed yet is not there.
  const copyOne = (file: string) =>
    cp(join(root, file), join(copy, file)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
  await Promise.all(files.map(copyOne))
  // Packages are shared with the original; our own are those of the copy.
  await mkdir(join(copy, 'node_modules/@bobbin'), { recursive: true })
  for (const name of await readdir(join(root, 'node_modules'))) {
    if (name === '@bobbin' || name === '.cache') continue
    await symlink(join(root, 'node_modules', name), join(copy, 'node_modules', name))
  }
  await symlink(join(copy, 'shared'), join(copy, 'node_modules/@bobbin/shared'))
  await symlink(join(root, 'host-app/node_modules'), join(copy, 'host-app/node_modules'))
  await cp(join(root, 'host-app/dist/wizard'), join(copy, 'host-app/dist/wizard'), { recursive: true })
  await run('git', ['init', '--quiet'])
  await writeFile(join(copy, '.git/info/exclude'), 'node_modules\n')
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

async function apply(patch: string, folder = copy): Promise<string> {
  const applied = promisify(execFile)('git', ['apply', '--recount', '-'], { cwd: folder })
  applied.child.stdin?.end(patch)
  return applied.then(
    ({ stderr }) => stderr,
    (error: { stderr?: string }) => error.stderr ?? String(error),
  )
}

/** What the checks of `npm run check` that need no tool say of the copy. */
const complaints = () =>
  run(process.execPath, [
    '--input-type=module',
    '--eval',
    `const { hygieneChecks } = await import('./scripts/check-hygiene.mjs')
     const { documentChecks } = await import('./scripts/check-documents.mjs')
     for (const check of [...hygieneChecks, ...documentChecks]) {
       const found = await check.complaints()
       if (found !== null) console.log(check.name, found)
     }`,
  ])

/** Milliseconds: it compiles everything. */
const patience = 900_000

it('what is added as it is said is checked, compiled and tested', { timeout: patience }, async () => {
  for (const title of sections) {
    const patches = patchesOf(title)
    expect([title, patches.length]).not.toEqual([title, 0])
    for (const patch of patches) expect([title, await apply(patch)]).toEqual([title, ''])
  }
  expect(await complaints()).toBe('')

  const files = new Set(proofs.map(([file]) => file))
  const names = proofs.map(([, name]) => name).join('|')
  const [compiled, report] = await Promise.all([
    // Several checkers do much of the work twice, and the tests run meanwhile.
    inNode('typescript/bin/tsc', '--noEmit', '--singleThreaded', '-p', '.'),
    // Each worker would read the server anew.
    inNode('vitest/vitest.mjs', 'run', '--reporter=verbose', '--maxWorkers=1', '-t', names, ...files),
  ])
  expect(compiled).toBe('')
  expect(report).not.toMatch(/\d failed/)
  const passed = report.split('\n').filter((line) => line.includes('✓'))
  for (const [file, name] of proofs) {
    const shown = passed.filter((line) => line.includes(file) && new RegExp(name).test(line))
    expect([file, name, shown.length > 0 ? 'shown' : report]).toEqual([file, name, 'shown'])
  }
})

it(
  'a connector outside of the repository is begun, filled in and tested as it is said',
  { timeout: patience },
  async () => {
    const title = 'Add a connector in ten minutes'
    const elsewhere = await mkdtemp(join(tmpdir(), 'bobbin-acme-'))
    const folder = join(elsewhere, 'acme')
    try {
      const commands = [...text.matchAll(/^ +(?:npm run -s bobbin --|npx vitest) (.*~\/acme)$/gm)]
      const [begin = [], test = []] = commands.map(([, words = '']) =>
        words.replace('~/acme', folder).split(' '),
      )
      const said = await run(process.execPath, ['host-app/cli/cli.ts', ...begin])
      expect(said).toContain('Fill in connector.ts')
      const runTests = () => inNode('vitest/vitest.mjs', ...test, '--reporter=verbose')
      expect(await runTests()).toMatch(/Tests +\d+ passed \(\d+\)/)

      const patches = patchesOf(title)
      expect(patches.length).toBeGreaterThan(0)
      for (const patch of patches) expect(await apply(patch, folder)).toBe('')
      const report = await runTests()
      expect(report).toMatch(/Tests +\d+ passed \(\d+\)/)
      for (const shown of [
        'tells the choices for office_id',
        'is granted what works',
        'what may not be read',
      ]) {
        expect(report).toContain(shown)
      }
    } finally {
      await rm(elsewhere, { recursive: true, force: true })
    }
  },
)
