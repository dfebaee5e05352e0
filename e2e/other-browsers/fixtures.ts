import { writeFileSync } from 'node:fs'
import type { TestInfo } from '@playwright/test'
import { createCustomerPage, type CustomerPage } from '../customer-page.ts'
import { test as base } from '../fixtures.ts'
import { startDisplay, type Display } from './display.ts'
import { awaitNewWindow, drivenWindow, type DrivenWindow } from './driven-window.ts'
import { startFirefox } from './firefox.ts'
import type { CookieSetting, OtherBrowser, Profile } from './profile.ts'
import { startWebKit } from './webkit.ts'

const engines = { firefox: startFirefox, webkit: startWebKit }

export interface EngineOption {
  /** Which browser; each is a project of its own. */
  engine: keyof typeof engines
}

interface WorkerFixtures extends EngineOption {
  display: Display
  otherBrowser: OtherBrowser
}

interface TestFixtures {
  /** Whether the browser keeps cookies, in this spec. */
  cookies: CookieSetting
  /** A new user's browser. */
  profile: Profile
  /** An empty window of it. */
  firstWindow: DrivenWindow
  /** The customer page in that, with the account's tokens. */
  customerPage: CustomerPage<DrivenWindow>
}

/** The browser tests' `test` for Firefox and WebKit: `customerPage` is to them what `customer` is to Chromium. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  engine: ['firefox', { scope: 'worker', option: true }],

  display: [
    async ({}, use) => {
      const display = await startDisplay()
      await use(display)
      await display.stop()
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  otherBrowser: [
    async ({ engine, display }, use) => {
      const browser = await engines[engine](display)
      await use(browser)
      await browser.stop()
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  cookies: ['allowed', { option: true }],

  profile: async ({ otherBrowser, cookies }, use, testInfo) => {
    const profile = await otherBrowser.newProfile({ cookies })
    await use(profile)
    if (testInfo.status !== testInfo.expectedStatus) await keepPictures(profile, testInfo)
    await profile.end()
  },

  firstWindow: async ({ profile, display }, use) => {
    await use(drivenWindow(profile, display, await profile.openWindow()))
  },

  customerPage: async ({ cleanStack, account, profile, display, firstWindow }, use) => {
    const awaitPopup = async () => {
      const known = await profile.windows()
      return drivenWindow(profile, display, await awaitNewWindow(profile, known))
    }
    const customerPage = createCustomerPage(firstWindow, awaitPopup, { stack: cleanStack, account })
    await customerPage.load()
    await use(customerPage)
  },
})

/** What a test that failed had on its windows. One that is gone, or does not answer, has nothing to show. */
async function keepPictures(profile: Profile, testInfo: TestInfo): Promise<void> {
  for (const [index, window] of (await profile.windows()).entries()) {
    const picture = await profile.picture(window).catch(() => null)
    if (picture !== null) writeFileSync(testInfo.outputPath(`window-${index}.png`), picture, 'base64')
  }
}

export { expect } from '@playwright/test'
