import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { capture, modernNode, root } from './run.mjs'
import { readPlaywrightReport, readVitestReport, slowest } from './test-reports.mjs'

/** The reports are the runners' own: they run these files, which need no browser. */
mkdirSync(join(root, 'test-results'), { recursive: true })
const folder = mkdtempSync(join(root, 'test-results', 'reports-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Runner {
  readonly read: typeof readVitestReport
  /** How a report names what is of the suite and not of a test. */
  readonly suite: string
  readonly ending: string
  /** Parameters of a test that name the try, from 0 on, `retry`. */
  readonly tries: string
  /** A test that leaves itself out. */
  readonly skip: string
  /** How a file's name and a test's are joined. */
  readonly joint: string
  readonly package: string
  run(specs: string, report: string): Promise<unknown>
}

const playwright: Runner = {
  read: readPlaywrightReport,
  suite: 'browser tests',
  ending: 'spec.ts',
  tries: '({}, { retry })',
  skip: '() => test.info().skip()',
  joint: ' › ',
  package: '@playwright/test',
  async run(specs, report) {
    // Playwright empties its output folder, and would take the one of the real run for it.
    writeConfig(specs, 'playwright.config.ts', { testDir: '.', outputDir: 'output', retries: 1 })
    const cli = join(root, 'node_modules/@playwright/test/cli.js')
    const env = { PLAYWRIGHT_JSON_OUTPUT_FILE: report }
    await capture(modernNode(), [cli, 'test', '-c', specs, '--reporter=json'], { env })
  },
}

const vitest: Runner = {
  read: readVitestReport,
  suite: 'unit tests',
  ending: 'test.ts',
  tries: '({ task: { result: { retryCount: retry = 0 } } })',
  skip: '(context) => context.skip()',
  joint: ': ',
  package: 'vitest',
  async run(specs, report) {
    writeConfig(specs, 'vitest.config.ts', { test: { include: ['*.test.ts'] } })
    const cli = join(root, 'node_modules/vitest/vitest.mjs')
    const args = ['run', '--retry=1', '--root', specs, '--reporter=json', `--outputFile=${report}`]
    await capture(modernNode(), [cli, ...args])
  },
}

function writeConfig(specs: string, name: string, config: object): void {
  writeFileSync(join(specs, name), `export default ${JSON.stringify(config)}`)
}

describe.each([
  ['Playwright', playwright],
  ['Vitest', vitest],
])('%s', (runnerName, runner) => {
  const good = `test('good', () => {})`
  const bad = `test('bad', () => { throw new Error('never right') })`
  const omitted = `test('omitted', ${runner.skip})`
  const slow = `test('slow', ${runner.tries} => new Promise((end, fail) => setTimeout(retry ? end : () => fail(Error('late')), 400)))`
  const shaky = `test('shaky', ${runner.tries} => { if (retry === 0) throw new Error('not at first') })`

  /** What becomes of a file with these tests, when it is run as the suite is. */
  async function reportOf(name: string, tests: readonly string[]) {
    const specs = join(folder, runnerName, name)
    mkdirSync(specs, { recursive: true })
    const source = [`import { test } from '${runner.package}'`, ...tests].join('\n')
    writeFileSync(join(specs, `${name}.${runner.ending}`), source)
    const report = join(specs, 'report.json')
    await runner.run(specs, report)
    return (mostFlaky?: number) => runner.read(report, mostFlaky)
  }

  test('a test that passes at the second try has passed, and is named as flaky; too many of them fail the run', async () => {
    const read = await reportOf('mixed', [good, shaky, slow, bad, omitted])
    const report = read()
    const told = (text: string) =>
      expect.stringMatching(new RegExp(`mixed\\.${runner.ending}${runner.joint}${text}`))
    expect(report).toMatchObject({
      passed: 3,
      failed: [told(String.raw`bad \(Error: never right\)`), told(String.raw`omitted \(skipped\)`)],
      flaky: [told(String.raw`shaky \(Error: not at first\)`), told(String.raw`slow \(Error: late\)`)],
    })
    expect(report?.times).toHaveLength(5)
    const [first] = slowest(report?.times ?? [], 1)
    expect(first?.name).toMatch(/slow$/)
    expect(first?.seconds).toBeGreaterThan(0.7) // both tries
    const tooMany = `${runner.suite}: 2 are flaky, and no more than 1 may be`
    expect(read(1)?.failed).toEqual([...(report?.failed ?? []), tooMany])
    expect(read(2)).toEqual(report)
  })

  test('a file that cannot be loaded has failed, and no report is no pass', async () => {
    const read = await reportOf('broken', ['throw new Error("no such thing")'])
    const report = read()
    expect(report?.passed).toBe(0)
    expect(report?.failed[0]).toContain('no such thing')
    expect(runner.read(join(folder, 'none.json'))).toBeNull()
  })
})
