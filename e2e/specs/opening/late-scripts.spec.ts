import { expect, test } from '../../fixtures.ts'

test('the browser’s own focus of the first field asks for no script before the paint; a key does', async ({
  cleanStack: { origins },
  newTab,
}) => {
  const window = await newTab()
  await window.addInitScript(neverTellOfPaint)
  await window.goto(
    `${origins.wizard}/connect/${'B'.repeat(22)}?function=addSource&type=platform.hp-postgres`,
  )
  await window.getByLabel('Port', { exact: true }).focus()
  await expect(window.getByLabel('Port', { exact: true })).toBeFocused()
  expect(await window.evaluate(countModules)).toBe(0)
  await window.keyboard.press('1')
  await expect.poll(() => window.evaluate(countModules)).toBe(1)
})

/** As in a browser that cannot say when it has painted; and the time after which nobody waits for it never comes. */
function neverTellOfPaint(): void {
  window.PerformanceObserver = class {
    observe() {}
    disconnect() {}
    takeRecords() {
      return []
    }
    static readonly supportedEntryTypes = []
  }
  const later = window.setTimeout
  const soon = (task: TimerHandler, time = 0) => (time < 1_000 ? later(task, time) : 0)
  window.setTimeout = soon as typeof window.setTimeout
}

/** Scripts that were asked for by the one of the page. */
function countModules(): number {
  return document.head.querySelectorAll('script[type="module"]').length
}
