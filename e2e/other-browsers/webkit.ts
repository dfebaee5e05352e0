import { setTimeout as delay } from 'node:timers/promises'
import { Builder, By, Capabilities, Key, WebElement, until, type WebDriver } from 'selenium-webdriver'
import { spawnTied, type TiedProcess } from '../../scripts/tied-process.mjs'
import { findMiniBrowser } from '../../scripts/system-setup.mjs'
import { freePort } from '../../scripts/free-port.mjs'
import { newFolder, startLimit, type Display } from './display.ts'
import type { OtherBrowser, Profile } from './profile.ts'

/** Drawn as a printer would: with Mesa for a graphics card, the pictures of pages take longer than the pages. */
const plainDrawing = { WEBKIT_SKIA_ENABLE_CPU_RENDERING: '1', WEBKIT_DISABLE_COMPOSITING_MODE: '1' }

/** WebKitGTK's MiniBrowser behind its own WebKitWebDriver. Each session is a new browser. */
export async function startWebKit({ env }: Display): Promise<OtherBrowser> {
  const port = await freePort()
  const driver = spawnTied('WebKitWebDriver', ['-p', String(port)], {
    folder: newFolder(),
    env: { ...env, ...plainDrawing },
  })
  const url = `http://127.0.0.1:${port}`
  await isReady(url, driver)
  const capabilities = (args: readonly string[]) =>
    new Capabilities({
      browserName: 'MiniBrowser',
      acceptInsecureCerts: true,
      // Stories wait for what a person sees; a page that never ends loading is one of them.
      pageLoadStrategy: 'none',
      'webkitgtk:browserOptions': {
        binary: findMiniBrowser(),
        args: ['--automation', ...args],
      },
    })
  return {
    async newProfile({ cookies }) {
      const wanted = capabilities(cookies === 'blocked' ? ['--cookies-policy=never'] : [])
      const builder = new Builder().usingServer(url).forBrowser('MiniBrowser')
      return profileOf(await builder.withCapabilities(wanted).build())
    },
    stop: () => driver.stop(),
  }
}

function profileOf(driver: WebDriver): Profile {
  /** A session looks at one window at a time, so what is done in one is done after what is done in another. */
  let last: Promise<unknown> = Promise.resolve()
  function inTurn<Value>(action: () => Promise<Value>): Promise<Value> {
    const next = last.then(action, action)
    last = next
    return next
  }
  const within = <Value>(window: string, action: () => Promise<Value>) =>
    inTurn(async () => {
      await driver.switchTo().window(window)
      return action()
    })

  return {
    openWindow: () => inTurn(() => driver.getWindowHandle()),
    windows: () => inTurn(() => driver.getAllWindowHandles()),
    goto: (window, url) => within(window, () => driver.get(url)),
    reload: (window) =>
      within(window, async () => {
        const old = await driver.findElement(By.xpath('/*'))
        await driver.navigate().refresh()
        await driver.wait(until.stalenessOf(old), startLimit)
      }),
    find: (window, xpath) =>
      within(window, async () => {
        const [found] = await driver.findElements(By.xpath(xpath))
        return found ? found.getId() : null
      }),
    findBy: (window, look, given) =>
      within(window, async () => {
        const found = await driver.executeScript<WebElement | null>(
          `return (${look})(...arguments)`,
          ...given,
        )
        return found ? found.getId() : null
      }),
    click: (window, element) => within(window, () => new WebElement(driver, element).click()),
    type: (window, element, text) =>
      within(window, async () => {
        // Not a click: the driver scrolls a field no further than under the wizard's foot, and clicks that.
        await new WebElement(driver, element).sendKeys(Key.END)
        const all = driver.actions().keyDown(Key.CONTROL).sendKeys('a').keyUp(Key.CONTROL)
        await all.sendKeys(text).perform()
      }),
    isChecked: (window, element) => within(window, () => new WebElement(driver, element).isSelected()),
    valueOf: (window, element) =>
      within(window, async () => (await new WebElement(driver, element).getProperty('value')) ?? ''),
    travel: (window, way) => within(window, () => driver.navigate()[way]()),
    press: (window, key) =>
      within(window, () =>
        driver.actions().sendKeys({ Escape: Key.ESCAPE, Enter: Key.ENTER }[key]).perform(),
      ),
    focused: (window) => within(window, () => driver.switchTo().activeElement().getText()),
    allowCookies: null,
    picture: (window) => within(window, () => driver.takeScreenshot()),
    end: () => inTurn(() => driver.quit()),
  }
}

async function isReady(url: string, driver: TiedProcess): Promise<void> {
  const deadline = Date.now() + startLimit
  for (;;) {
    const reply = await fetch(`${url}/status`).catch(() => null)
    if (reply?.ok) return
    if (driver.hasEnded() || Date.now() > deadline) throw new Error(`It did not start.\n${driver.log()}`)
    await delay(50)
  }
}
