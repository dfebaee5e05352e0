import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'specs',
  outputDir: '../test-results/e2e',
  globalSetup: './global-setup.ts',
  workers: 2,
  forbidOnly: true,
  retries: 0,
  // A machine that is busy with other things takes ten times as long, and is no reason to fail.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  // Tracing and video stay off: both run scripts in the page, and every script that Playwright runs counts
  // as a user's gesture, which would lift the popup blocker that these tests need.
  use: { trace: 'off', video: 'off', screenshot: 'only-on-failure', actionTimeout: 15_000 },
})
