import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { root } from './run.mjs'

/** How many tests passed and the names of those that did not; null when there is no report. A skipped one has failed. */
export function readVitestReport(path) {
  return readReport(path, (report) => {
    const failed = []
    let passed = 0
    for (const file of report.testResults) {
      const name = relative(root, file.name)
      // A file that could not be loaded, or whose hooks failed, may have no failed test.
      if (file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed')) {
        failed.push(`${name}: ${firstLine(file.message) || 'could not be run'}`)
      }
      for (const test of file.assertionResults) {
        if (test.status === 'passed') passed++
        else failed.push(`${name}: ${test.fullName} (${firstLine(test.failureMessages[0]) || test.status})`)
      }
    }
    return { passed, failed }
  })
}

/** The same for Playwright. A test that passed only when it was tried again has failed. */
export function readPlaywrightReport(path) {
  return readReport(path, (report) => {
    const failed = report.errors.map((error) => `browser tests: ${firstLine(error.message)}`)
    let passed = 0
    for (const { test, title } of testsOf(report.suites, [])) {
      if (test.status === 'expected') passed++
      else {
        const error = test.results.flatMap((result) => result.errors)[0]
        failed.push(`${title} (${firstLine(error?.message) || test.status})`)
      }
    }
    return { passed, failed }
  })
}

function testsOf(suites, path) {
  return suites.flatMap((suite) => {
    const titles = [...path, suite.title]
    const own = suite.specs.flatMap((spec) =>
      spec.tests.map((test) => ({ test, title: [...titles, spec.title].join(' › ') })),
    )
    return [...own, ...testsOf(suite.suites ?? [], titles)]
  })
}

function readReport(path, count) {
  return existsSync(path) ? count(JSON.parse(readFileSync(path, 'utf8'))) : null
}

function firstLine(text) {
  // eslint-disable-next-line no-control-regex -- colours
  return (text ?? '').replaceAll(/\u001B\[\d+m/g, '').split('\n')[0]
}
