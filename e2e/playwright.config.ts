import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'specs',
  outputDir: '../test-results/e2e',
  globalSetup: './global-setup.ts',
  workers: 2,
  forbidOnly: true,
  retries: 0,
  timeout: 45_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
  // Tracing and video stay off: both run scripts in the page, and every script that Playwright runs counts
  // as a user's gesture, which would lift the popup blocker that these tests need.
  use: { trace: 'off', video: 'off', screenshot: 'only-on-failure', actionTimeout: 10_000 },
})
