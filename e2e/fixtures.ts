import { test as base, type Page } from '@playwright/test'
import type { Timings } from '@bobbin/shared/timings'
import { launchChromium } from './browser.ts'
import type { Account } from './connect-api.ts'
import { createCustomerPage, type CustomerPage } from './customer-page.ts'
import { readDatabase, type DatabaseSettings } from './database.ts'
import type { Stack } from './stack.ts'
import { createStacks, type Stacks } from './stacks.ts'

export interface WindowsOption {
  /** Whether Chromium has windows as people see them, or pages alone: enough where a story is not about windows. */
  hasWindows: boolean
}

interface WorkerFixtures extends WindowsOption {
  stacks: Stacks
  /** The PostgreSQL database of the tests. */
  database: DatabaseSettings
}

interface StackFixtures {
  /** Time limits of the host app in this spec. */
  timings: Partial<Timings>
  /** More settings of the host app in this spec. */
  hostEnv: Record<string, string>
  /** More settings of the demo provider in this spec. */
  providerEnv: Record<string, string>
  /** `same`: customer page and host app are one site. */
  sites: 'different' | 'same'
}

interface TestFixtures extends StackFixtures {
  /** The stack, with the rules and the recorded requests of the test before gone. */
  cleanStack: Stack
  /** An account that may open the wizard from `opener`. */
  account: Account
  /** The customer page, open, with the account's tokens. */
  customer: CustomerPage
  /** Another tab of the same browser. */
  newTab: () => Promise<Page>
}

/** Playwright's `test` with the product around it and the browser's protections on. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  hasWindows: [true, { scope: 'worker', option: true }],
  timings: [{}, { option: true }],
  hostEnv: [{}, { option: true }],
  providerEnv: [{}, { option: true }],
  sites: ['different', { option: true }],

  browser: [
    async ({ hasWindows, headless }, use) => {
      const browser = await launchChromium({ hasWindows: hasWindows || !headless })
      await use(browser)
      await browser.close()
    },
    { scope: 'worker' },
  ],

  stacks: [
    async ({}, use, { workerIndex }) => {
      const stacks = createStacks(`worker-${workerIndex}`)
      await use(stacks)
      await stacks.stop()
    },
    { scope: 'worker' },
  ],

  database: [async ({}, use) => use(readDatabase()), { scope: 'worker' }],

  // `viewport: null`: windows have the size that they were opened with.
  context: async ({ browser }, use) => {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, viewport: null })
    await use(context)
    await context.close()
  },

  cleanStack: [
    async ({ stacks, timings, hostEnv, providerEnv, sites }, use) => {
      const stack = await stacks.take({ timings, env: hostEnv, providerEnv, sites })
      stack.proxy.reset()
      await use(stack)
      stack.proxy.reset()
    },
    { timeout: 150_000 },
  ],

  account: async ({ cleanStack }, use) => {
    const account = await cleanStack.api.createAccount([cleanStack.origins.opener])
    await use(account)
    // What the account was told is evidence for the log scan.
    await account.ask('GET', '/v4/events')
  },

  customer: async ({ cleanStack, account, page }, use) => {
    const awaitPopup = () => page.waitForEvent('popup')
    const customer = createCustomerPage(page, awaitPopup, { stack: cleanStack, account })
    await customer.load()
    await use(customer)
  },

  newTab: async ({ context }, use) => use(() => context.newPage()),
})

export { expect } from '@playwright/test'
