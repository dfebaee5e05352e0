import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from './build.mjs'
import { runChecks } from './check.mjs'
import { install } from './install.mjs'
import { installMysqlVersions } from './mysql-versions.mjs'
import { installPostgresVersions } from './postgres-versions.mjs'
import { capture, CommandFailed, modernNode, root, run, runMain } from './run.mjs'
import { setUpSystem } from './system-setup.mjs'
import { readPlaywrightReport, readVitestReport, slowest } from './test-reports.mjs'

/**
 * `npm test`: everything that CI runs, from a fresh clone on. The last line says how many checks and
 * tests passed and failed; the exit code is 0 only when none failed and no suite was empty. A test that failed is
 * run once more; should it pass then, it counts as passed and is listed as flaky.
 */
await runMain(async () => {
  // One after the other: each keeps the processors busy by itself, and beside others its clocks would be too tight.
  const results = (await prepare()) ?? [await check(), await unitTests(), await browserTests()]

  const failed = results.flatMap((result) => result.failed)
  const passed = results.reduce((sum, result) => sum + result.passed, 0)
  const slow = slowest(
    results.flatMap((result) => result.times ?? []),
    10,
  )
  printList(
    'Slowest:',
    slow.map(({ name, seconds }) => `${seconds.toFixed(1)} s  ${name}`),
  )
  for (const name of results.flatMap((result) => result.flaky ?? [])) console.log(`flaky: ${name}`)
  printList('Failed:', failed)
  console.log(`\n${passed} passed, ${failed.length} failed`)
  return failed.length === 0 ? 0 : 1
})

function printList(title, lines) {
  if (lines.length > 0) console.log(['', title, ...lines.map((line) => `  ${line}`)].join('\n'))
}

/** Null when all is ready; else a result that says what could not be had. */
async function prepare() {
  const missing = await attempt('the installation', install)
  if (missing) return [missing]
  // What waits for a network, and what computes.
  const others = await Promise.all([
    attempt('the PostgreSQL versions', installPostgresVersions),
    attempt('the MySQL versions', installMysqlVersions),
    attempt('the system set-up', setUpSystem),
    attempt('the build', build),
  ])
  const failed = others.filter((result) => result !== null)
  return failed.length > 0 ? failed : null
}

async function attempt(name, step) {
  try {
    await step()
    return null
  } catch (error) {
    if (!(error instanceof CommandFailed)) console.error(error)
    return { passed: 0, failed: [`${name}: ${error.message}`] }
  }
}

async function check() {
  console.log('\nChecks')
  const { passed, failed } = await runChecks()
  return { passed, failed: failed.map((name) => `check: ${name}`) }
}

async function unitTests() {
  const report = emptyReport('vitest.json')
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--retry=1',
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${report}`,
  ]
  const { code, output } = await capture(modernNode(), args)
  console.log(`\nUnit and server tests\n${output}`)
  return judge('unit tests', code, readVitestReport(report))
}

async function browserTests() {
  console.log('\nBrowser tests')
  const report = emptyReport('playwright.json')
  const args = ['node_modules/@playwright/test/cli.js', 'test', '--reporter=list,json']
  const code = await run(modernNode(), args, { env: { PLAYWRIGHT_JSON_OUTPUT_FILE: report } })
  return judge('browser tests', code, readPlaywrightReport(report))
}

/** The path of a report that does not exist yet, so that an old one is never taken for a new one. */
function emptyReport(name) {
  mkdirSync(join(root, 'test-results'), { recursive: true })
  const path = join(root, 'test-results', name)
  rmSync(path, { force: true })
  return path
}

/** A suite that broke, ran nothing or failed without saying where counts as one more failure. */
function judge(suite, code, result) {
  if (result === null) return { passed: 0, failed: [`${suite}: ended with code ${code} and no report`] }
  if (result.passed + result.failed.length === 0)
    return { passed: 0, failed: [`${suite}: no tests were run`] }
  if (code !== 0 && result.failed.length === 0) {
    return { ...result, failed: [`${suite}: ended with exit code ${code}`] }
  }
  return result
}
