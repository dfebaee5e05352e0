import { defineConfig } from '@playwright/test'
import { useMemoryFolder } from './scripts/memory-folder.mjs'
import type { WindowsOption } from './e2e/fixtures.ts'
import type { EngineOption } from './e2e/other-browsers/fixtures.ts'

useMemoryFolder()

/** The log scan is everyone's tear-down, so that it runs whatever became of them. */
const teardown = 'log scan'

/** Stories that are not about windows: Chromium's headless shell will do, for a third less of the CPU. */
const withoutWindows = [
  '**/specs/{stories,once}/*.spec.ts',
  '**/specs/security/{callback,claims,mailed-link,redirects,same-site-page,secrets}.spec.ts',
]

/** What is tested in browsers, and in which; e2e/README.md tells how. */
export default defineConfig<object, EngineOption & WindowsOption>({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  projects: [
    // First, since their stories are the longest; in few workers each, since such a browser takes seconds to start.
    { name: 'firefox', testDir: 'e2e/other-browsers', teardown, use: { engine: 'firefox' }, workers: 2 },
    { name: 'webkit', testDir: 'e2e/other-browsers', teardown, use: { engine: 'webkit' }, workers: 2 },
    { name: 'specs', testDir: 'e2e/specs', testIgnore: withoutWindows, teardown },
    {
      name: 'stories',
      testDir: 'e2e/specs',
      testMatch: withoutWindows,
      teardown,
      use: { hasWindows: false },
    },
    { name: teardown, testDir: 'e2e/after', retries: 0 },
  ],
  outputDir: 'test-results/e2e',
  globalSetup: './e2e/global-setup.ts',
  // A browser test waits more than it computes.
  workers: 4,
  forbidOnly: true,
  // A second try takes a new worker with a stack of its own; what the first one said stays among the evidence.
  retries: 1,
  // A machine that is busy with other things takes ten times as long, and is no reason to fail.
  timeout: 300_000,
  expect: { timeout: 30_000 },
  reporter: 'list',
  // Tracing and video stay off: both run scripts in the page, and every script that Playwright runs counts
  // as a user's gesture, which would lift the popup blocker that these tests need.
  use: {
    trace: 'off',
    video: 'off',
    screenshot: 'only-on-failure',
    actionTimeout: 30_000,
    // A spinner that turns is painted anew sixty times a second, by the CPU; and axe would judge what is half faded in.
    // Playwright tells every page otherwise, whatever the browser was started with.
    contextOptions: { reducedMotion: 'reduce' },
  },
})
