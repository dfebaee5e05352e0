import { defineConfig } from '@playwright/test'
import { useMemoryFolder } from '../scripts/memory-folder.mjs'
import type { WindowsOption } from './fixtures.ts'
import type { EngineOption } from './other-browsers/fixtures.ts'

useMemoryFolder()

/** The log scan is everyone's tear-down, so that it runs whatever became of them. */
const teardown = 'log scan'

export default defineConfig<object, EngineOption & WindowsOption>({
  testMatch: '**/*.spec.ts',
  projects: [
    { name: 'specs', testDir: 'specs', testIgnore: 'stories/**', teardown },
    { name: 'stories', testDir: 'specs/stories', teardown, use: { hasWindows: false } },
    { name: 'firefox', testDir: 'other-browsers', teardown, use: { engine: 'firefox' } },
    { name: 'webkit', testDir: 'other-browsers', teardown, use: { engine: 'webkit' } },
    { name: teardown, testDir: 'after', retries: 0 },
  ],
  outputDir: '../test-results/e2e',
  globalSetup: './global-setup.ts',
  // A browser test waits more than it computes.
  workers: 3,
  forbidOnly: true,
  // A second try takes a new worker with a stack of its own; what the first one said stays among the evidence.
  retries: 1,
  // A machine that is busy with other things takes ten times as long, and is no reason to fail.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  // Tracing and video stay off: both run scripts in the page, and every script that Playwright runs counts
  // as a user's gesture, which would lift the popup blocker that these tests need.
  use: { trace: 'off', video: 'off', screenshot: 'only-on-failure', actionTimeout: 15_000 },
})
