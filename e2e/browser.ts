import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContext, type Page } from '@playwright/test'
import { findChromium, findHeadlessShell } from '../scripts/system-setup.mjs'

/**
 * Playwright switches off protections that users have: the popup blocker, bfcache, third-party storage
 * partitioning, throttling. A popup flow tested without them proves nothing, so each is left on.
 */
const unwantedArguments = [
  '--disable-popup-blocking',
  '--disable-back-forward-cache',
  '--disable-background-timer-throttling',
  '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows',
  '--disable-hang-monitor',
  '--disable-ipc-flooding-protection',
]
const unwantedFeature = 'ThirdPartyStoragePartitioning'

/**
 * The browser's own furniture, loaded anew for each test's profile, and the process that it keeps ready for the next
 * page: together a third of all CPU time, and nobody sees them.
 */
const furniture = ['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'SpareRendererForSitePerProcess']

const ownArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--window-size=1280,900',
]

/** The environment variable that carries the argument found by `findDisabledFeatures` to the workers. */
export const disabledFeaturesVariable = 'E2E_DISABLED_FEATURES'

/**
 * The system's Chromium, launched as users have it; or without windows of its own ("headless shell"), which takes a
 * third less of the CPU, and has neither popup blocker nor bfcache.
 */
export function launchChromium({ hasWindows }: { hasWindows: boolean }): Promise<Browser> {
  return chromium.launch(launchOptions(hasWindows))
}

/** With windows, and a profile of its own, whose settings a person may change; see `setCookies`. */
export async function launchWithProfile(): Promise<{ context: BrowserContext; end(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'bobbin-profile-'))
  const options = { ...launchOptions(true), ignoreHTTPSErrors: true, viewport: null }
  const context = await chromium.launchPersistentContext(folder, options)
  return {
    context,
    async end() {
      await context.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** As among the browser's settings: for all sites. */
export async function setCookies(settings: Page, setting: 'allow' | 'block'): Promise<void> {
  await settings.goto('chrome://settings/content/siteData')
  await settings.evaluate(`chrome.send('setDefaultValueForContentType', ['cookies', '${setting}'])`)
}

function launchOptions(hasWindows: boolean) {
  const disabledFeatures = process.env[disabledFeaturesVariable]
  if (!disabledFeatures) throw new Error(`${disabledFeaturesVariable} is not set: did the global set-up run?`)
  return {
    executablePath: hasWindows ? chromiumPath() : (findHeadlessShell() ?? chromiumPath()),
    ignoreDefaultArgs: [...unwantedArguments, disabledFeatures],
    args: [...ownArguments, disabledFeaturesArgument(disabledFeatures)],
  }
}

/**
 * Playwright's own long `--disable-features=…` argument, as its browser reports it. It differs from
 * version to version and must be ignored to the letter, so it is read rather than written down here.
 * Throws when an argument that we turn off is no longer among Playwright's.
 */
export async function findDisabledFeatures(): Promise<string> {
  // Only a browser that says it is automated tells its command line; the tests' own browser does not say so.
  const args = [...ownArguments, '--enable-automation']
  const browser = await chromium.launch({ executablePath: chromiumPath(), args })
  try {
    const session = await browser.newBrowserCDPSession()
    const { arguments: used } = await session.send('Browser.getBrowserCommandLine')
    const isFeatures = (text: string) =>
      text.startsWith('--disable-features=') && text.includes(unwantedFeature)
    const features = used.find(isFeatures)
    const missing = unwantedArguments.filter((argument) => !used.includes(argument))
    if (features === undefined) missing.push(`--disable-features=…${unwantedFeature}…`)
    if (features !== undefined && missing.length === 0) return features
    throw new Error(
      `Playwright no longer passes ${missing.join(', ')}: look at what e2e/browser.ts turns off.`,
    )
  } finally {
    await browser.close()
  }
}

function disabledFeaturesArgument(argument: string): string {
  const [name, list = ''] = argument.split('=')
  const features = list.split(',').filter((feature) => feature !== unwantedFeature)
  return `${name}=${[...features, ...furniture].join(',')}`
}

function chromiumPath(): string {
  const path = findChromium()
  if (path === null) throw new Error('There is no Chromium. Run `node scripts/system-setup.mjs`.')
  return path
}
