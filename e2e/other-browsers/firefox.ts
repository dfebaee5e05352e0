import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawnTied } from '../../scripts/tied-process.mjs'
import { findFirefox } from '../../scripts/system-setup.mjs'
import { connectBidi, type Bidi } from './bidi.ts'
import { awaitOutput, newFolder, type Display } from './display.ts'
import type { CookieSetting, OtherBrowser, Profile } from './profile.ts'

/**
 * Firefox behind its own WebDriver BiDi. It switches off protections for whoever drives it, the popup blocker
 * among them, unless told that these recommendations are not wanted.
 */
const preferences = {
  'remote.prefs.recommended': false,
  // Nothing but the pages under test: no first steps, no news from its makers, no process kept ready.
  'app.normandy.enabled': false,
  'app.update.disabledForTesting': true,
  'browser.aboutwelcome.enabled': false,
  'browser.newtabpage.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.sessionstore.resume_from_crash': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.page': 0,
  'browser.tabs.warnOnClose': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'dom.ipc.processPrelaunch.enabled': false,
  'extensions.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,',
  'signon.rememberSignons': false,
  'toolkit.telemetry.reportingpolicy.firstRun': false,
  'ui.prefersReducedMotion': 1,
  'layout.frame_rate': 10,
  'toolkit.cosmeticAnimations.enabled': false,
  'browser.tabs.firefox-view': false,
  'extensions.pocket.enabled': false,
  'browser.ml.enable': false,
  'sidebar.revamp': false,
  'extensions.webextensions.remote': false,
}

export async function startFirefox({ env }: Display): Promise<OtherBrowser> {
  const folder = newFolder()
  const lines = Object.entries(preferences).map(
    ([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});`,
  )
  writeFileSync(join(folder, 'user.js'), lines.join('\n'))
  // System access: for settings that a person changes while the browser runs.
  const options = ['--remote-debugging-port=0', '--remote-allow-system-access', '--profile', folder]
  const browser = spawnTied(findFirefox() ?? '', options, {
    folder,
    env: { ...env, HOME: folder, MOZ_CRASHREPORTER_DISABLE: '1' },
  })
  const url = await awaitOutput(browser, /WebDriver BiDi listening on (ws:\S+)/)
  const bidi = await connectBidi(`${url}/session`)
  await bidi.send('session.new', { capabilities: { alwaysMatch: { acceptInsecureCerts: true } } })
  return {
    async newProfile({ cookies }) {
      await setCookies(bidi, cookies)
      return newProfile(bidi)
    },
    async stop() {
      await bidi.close()
      await browser.stop()
    },
  }
}

/** As **Block all cookies** among the settings does: for the whole browser, which one test has at a time. */
async function setCookies(bidi: Bidi, setting: CookieSetting): Promise<void> {
  const { contexts } = await bidi.send('browsingContext.getTree', { maxDepth: 0, 'moz:scope': 'chrome' })
  const name = JSON.stringify('network.cookie.cookieBehavior')
  const change =
    setting === 'blocked' ? `Services.prefs.setIntPref(${name}, 2)` : `Services.prefs.clearUserPref(${name})`
  await bidi.send('script.evaluate', {
    expression: change,
    target: { context: contexts[0]?.context },
    awaitPromise: false,
  })
}

/** A container: with cookies and storage of its own, as a profile has. */
async function newProfile(bidi: Bidi): Promise<Profile> {
  const { userContext } = await bidi.send('browser.createUserContext', {})

  async function press(context: string, keys: readonly string[][]): Promise<void> {
    const actions = keys.flatMap((together) => [
      ...together.map((value) => ({ type: 'keyDown', value })),
      ...together.toReversed().map((value) => ({ type: 'keyUp', value })),
    ])
    await bidi.send('input.performActions', { context, actions: [{ type: 'key', id: 'keyboard', actions }] })
  }

  /** `userActivation` stays off: a script of ours is no gesture of the user. */
  const ask = (context: string, element: string, functionDeclaration: string) =>
    bidi.send('script.callFunction', {
      functionDeclaration,
      target: { context },
      arguments: [{ sharedId: element }],
      awaitPromise: false,
      userActivation: false,
    })

  const profile: Profile = {
    async openWindow() {
      const { context } = await bidi.send('browsingContext.create', { type: 'tab', userContext })
      return context
    },
    async windows() {
      const { contexts } = await bidi.send('browsingContext.getTree', { maxDepth: 0 })
      return contexts.filter((one) => one.userContext === userContext).map(({ context }) => context)
    },
    // Not "complete": stories wait for what a person sees, and a page that never ends loading is one of them.
    async goto(context, url) {
      await bidi.send('browsingContext.navigate', { context, url, wait: 'none' })
    },
    async reload(context) {
      await bidi.send('browsingContext.reload', { context, wait: 'interactive' })
    },
    async find(context, value) {
      const { nodes } = await bidi.send('browsingContext.locateNodes', {
        context,
        locator: { type: 'xpath', value },
        maxNodeCount: 1,
      })
      return nodes[0]?.sharedId ?? null
    },
    async findBy(context, functionDeclaration, given) {
      const { result } = await bidi.send('script.callFunction', {
        functionDeclaration,
        target: { context },
        arguments: given.map((value) => ({ type: 'string', value })),
        awaitPromise: false,
        userActivation: false,
      })
      return result.sharedId ?? null
    },
    async click(context, element) {
      const { result } = await ask(context, element, bringUnderMouse.toString())
      if (result.value !== true) throw new Error('Something else would be clicked there.')
      const origin = { type: 'element', element: { sharedId: element } }
      const actions = [
        { type: 'pointerMove', x: 0, y: 0, origin },
        { type: 'pointerDown', button: 0 },
        { type: 'pointerUp', button: 0 },
      ]
      await bidi.send('input.performActions', {
        context,
        actions: [{ type: 'pointer', id: 'mouse', actions }],
      })
    },
    async type(context, element, text) {
      await profile.click(context, element)
      await press(context, [[controlKey, 'a'], ...Array.from(text, (character) => [character])])
    },
    async isChecked(context, element) {
      const { result } = await ask(context, element, '(element) => element.checked')
      return result.value === true
    },
    async valueOf(context, element) {
      const { result } = await ask(context, element, '(element) => element.value')
      return String(result.value)
    },
    async travel(context, way) {
      await bidi.send('browsingContext.traverseHistory', { context, delta: way === 'back' ? -1 : 1 })
    },
    press: (context, key) => press(context, [[{ Escape: escapeKey, Enter: enterKey }[key]]]),
    async focused(context) {
      const { result } = await bidi.send('script.evaluate', {
        expression: 'document.activeElement?.textContent',
        target: { context },
        awaitPromise: false,
      })
      return String(result.value)
    },
    allowCookies: () => setCookies(bidi, 'allowed'),
    async picture(context) {
      const { data } = await bidi.send('browsingContext.captureScreenshot', { context })
      return data
    },
    async end() {
      await bidi.send('browser.removeUserContext', { userContext })
    },
  }
  return profile
}

/** Whether the mouse, in its middle, meets it and nothing else. Runs in the page. */
function bringUnderMouse(element: Element): boolean {
  element.scrollIntoView({ block: 'center', behavior: 'instant' })
  const { x, y, width, height } = element.getBoundingClientRect()
  // A shadow root sees its own elements there, where the document sees the one that it is in.
  const root = element.getRootNode() as Document | ShadowRoot
  return element.contains(root.elementFromPoint(x + width / 2, y + height / 2))
}

/** As WebDriver writes them. */
const controlKey = '\uE009'
const enterKey = '\uE007'
const escapeKey = '\uE00C'
