import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { capture, modernNode, root } from './run.mjs'
import { readPlaywrightReport, slowest } from './test-reports.mjs'

/** The reports are Playwright's own: it runs these specs, which need no browser. */
mkdirSync(join(root, 'test-results'), { recursive: true })
const folder = mkdtempSync(join(root, 'test-results', 'reports-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const good = `test('good', () => {})`
const bad = `test('bad', () => { throw new Error('never right') })`
const omitted = `test('omitted', () => { test.info().skip() })`
const slow = `test('slow', ({}, { retry }) => new Promise((end, fail) => setTimeout(retry ? end : () => fail(Error('late')), 400)))`
const flaky = (name: string) =>
  `test('${name}', ({}, { retry }) => { if (retry === 0) throw new Error('not at first') })`

test('a test that passes at the second try has passed, and is named as flaky', async () => {
  const report = await reportOf('mixed', [good, flaky('shaky'), slow, bad, omitted])
  expect(report).toMatchObject({
    passed: 3,
    failed: ['mixed.spec.ts › bad (Error: never right)', 'mixed.spec.ts › omitted (skipped)'],
    flaky: ['mixed.spec.ts › shaky (Error: not at first)', 'mixed.spec.ts › slow (Error: late)'],
  })
  expect(report?.times).toHaveLength(5)
  const [first] = slowest(report?.times ?? [], 1)
  expect(first?.name).toBe('mixed.spec.ts › slow')
  expect(first?.seconds).toBeGreaterThan(0.7) // both tries
})

test('three flaky tests fail the run', async () => {
  const report = await reportOf('three', ['one', 'two', 'three'].map(flaky))
  expect(report).toMatchObject({
    passed: 3,
    failed: ['browser tests: 3 are flaky, and no more than 2 may be'],
  })
  expect(report?.flaky).toHaveLength(3)
})

test('a file that cannot be loaded has failed, and no report is no pass', async () => {
  const report = await reportOf('broken', ['throw new Error("no such thing")'])
  expect(report?.passed).toBe(0)
  expect(report?.failed).toContain('browser tests: Error: no such thing')
  expect(readPlaywrightReport(join(folder, 'none.json'))).toBeNull()
})

/** Playwright empties its output folder, and would take the one of the real run for it. */
const config = { testDir: '.', outputDir: 'output', retries: 1 }

/** What becomes of a file with these tests, when it is run as the browser tests are. */
async function reportOf(name: string, tests: readonly string[]) {
  const specs = join(folder, name)
  mkdirSync(specs)
  const source = [`import { test } from '@playwright/test'`, ...tests].join('\n')
  writeFileSync(join(specs, `${name}.spec.ts`), source)
  writeFileSync(join(specs, 'playwright.config.ts'), `export default ${JSON.stringify(config)}`)
  const report = join(specs, 'report.json')
  const cli = join(root, 'node_modules/@playwright/test/cli.js')
  await capture(modernNode(), [cli, 'test', '-c', specs, '--reporter=json'], {
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  })
  return readPlaywrightReport(report)
}
