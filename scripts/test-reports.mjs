import { existsSync, readFileSync } from 'node:fs'
import { relative } from 'node:path'
import { root } from './run.mjs'

/** How many tests of a suite may pass at the second try only. A few are accidents of a busy machine, more are a fault. */
const flakyLimit = 4

/**
 * What a report comes to: how many tests passed, which did not, which passed at the second try only, and the seconds
 * that each took. Null when there is no report. A skipped one has failed; one that passed when it was tried again has
 * passed, and is named as flaky.
 */
export function readVitestReport(path, mostFlaky = flakyLimit) {
  return readReport(path, (report) => {
    const failed = []
    const flaky = []
    const times = []
    let passed = 0
    for (const file of report.testResults) {
      const name = relative(root, file.name)
      // A file that could not be loaded, or whose hooks failed, may have no failed test.
      if (file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed')) {
        failed.push(`${name}: ${firstLine(file.message) || 'could not be run'}`)
      }
      for (const test of file.assertionResults) {
        const title = `${name}: ${test.fullName}`
        const [failure] = test.failureMessages
        const told = `${title} (${firstLine(failure) || test.status})`
        times.push({ name: title, seconds: (test.duration ?? 0) / 1000 })
        if (test.status !== 'passed') failed.push(told)
        else passed++
        // What a test that has passed tells of failures is of its first try.
        if (test.status === 'passed' && failure) flaky.push(told)
      }
    }
    return { passed, failed: [...failed, ...tooManyFlaky('unit tests', flaky, mostFlaky)], flaky, times }
  })
}

/** The same for Playwright. */
export function readPlaywrightReport(path, mostFlaky = flakyLimit) {
  return readReport(path, (report) => {
    const failed = report.errors.map((error) => `browser tests: ${firstLine(error.message)}`)
    const flaky = []
    const times = []
    let passed = 0
    for (const { test, title } of testsOf(report.suites, [])) {
      const error = test.results.flatMap((result) => result.errors)[0]
      const story = `${title} (${firstLine(error?.message) || test.status})`
      times.push({ name: title, seconds: sum(test.results.map((result) => result.duration)) / 1000 })
      if (test.status === 'flaky') flaky.push(story)
      if (test.status === 'expected' || test.status === 'flaky') passed++
      else failed.push(story)
    }
    return { passed, failed: [...failed, ...tooManyFlaky('browser tests', flaky, mostFlaky)], flaky, times }
  })
}

function tooManyFlaky(suite, { length }, most) {
  return length > most ? [`${suite}: ${length} are flaky, and no more than ${most} may be`] : []
}

/** The tests that took longest, the longest first. */
export function slowest(times, count) {
  return times.toSorted((one, other) => other.seconds - one.seconds).slice(0, count)
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

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0)
}
