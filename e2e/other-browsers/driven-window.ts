import { setTimeout as delay } from 'node:timers/promises'
import type { Screen, Target } from '../screen.ts'
import type { Display } from './display.ts'
import type { Profile } from './profile.ts'
import { findShown } from './shadow.ts'
import { xpathOfLabel, xpathOfRole } from './xpath.ts'

/**
 * How long something may take to appear, and how often it is looked for, in milliseconds. A look keeps driver, browser
 * and page busy: those that find nothing are most of them.
 */
const limit = 30_000
const interval = 250

/** A window of Firefox or WebKit, as a person uses it. */
export interface DrivenWindow extends Screen {
  readonly id: string
  goto(url: string): Promise<void>
  reload(): Promise<void>
  /** By the browser's own buttons. */
  goBack(): Promise<void>
  goForward(): Promise<void>
  press(key: 'Escape' | 'Enter'): Promise<void>
  /** Waits until this text has the focus. */
  expectFocus(text: string): Promise<void>
  /** What an element shows in its shadow root, its topmost dialog if one is open: of this tag, and called so. */
  inside(host: string, tag: string, name: string): Target
  /** The window must be the one in front. */
  minimise(): Promise<void>
  /** With Alt+F4, in front, or from the task bar. */
  closeAsUser(): Promise<void>
  /** Waits until it is closed, by whomever. */
  expectClosed(): Promise<void>
}

export function drivenWindow(profile: Profile, display: Display, id: string): DrivenWindow {
  const target = (xpath: string) => targetOf(xpath, () => profile.find(id, xpath))

  function targetOf(what: string, find: () => Promise<string | null>): Target {
    async function use<Value>(timeout: number, action: (element: string) => Promise<Value>): Promise<Value> {
      const { value } = await until(`${what} can be used`, timeout, async () => {
        const element = await find()
        return element === null ? null : { value: await action(element) }
      })
      return value
    }
    return {
      click: () => use(limit, (element) => profile.click(id, element)),
      fill: (text) => use(limit, (element) => profile.type(id, element, text)),
      async check() {
        await use(limit, async (element) => {
          if (!(await profile.isChecked(id, element))) await profile.click(id, element)
        })
      },
      isChecked: () => use(limit, (element) => profile.isChecked(id, element)),
      inputValue: () => use(limit, (element) => profile.valueOf(id, element)),
      waitFor: ({ timeout = limit } = {}) => use(timeout, async () => {}),
    }
  }

  const expectClosed = async () =>
    void (await until('the window is closed', limit, async () =>
      (await profile.windows()).includes(id) ? null : true,
    ))

  let isMinimised = false
  return {
    id,
    goto: (url) => profile.goto(id, url),
    reload: () => profile.reload(id),
    goBack: () => profile.travel(id, 'back'),
    goForward: () => profile.travel(id, 'forward'),
    press: (key) => profile.press(id, key),
    expectFocus: async (text) =>
      void (await until(`${text} has the focus`, limit, async () =>
        (await profile.focused(id)).includes(text) ? true : null,
      )),
    getByRole: (role, { name, exact = false }) => target(xpathOfRole(role, name, exact)),
    getByLabel: (text, { exact = false } = {}) => target(xpathOfLabel(text, exact)),
    inside: (host, tag, name) =>
      targetOf(`${tag} ${name} in ${host}`, () => profile.findBy(id, String(findShown), [host, tag, name])),
    expectClosed,
    async minimise() {
      await display.minimiseFrontWindow()
      isMinimised = true
    },
    async closeAsUser() {
      await (isMinimised ? display.closeMinimisedWindow() : display.closeFrontWindow())
      await expectClosed()
    },
  }
}

/** The window that an action opens. */
export async function awaitNewWindow(profile: Profile, known: readonly string[]): Promise<string> {
  return until('a window is opened', limit, async () => {
    const ids = await profile.windows()
    return ids.find((id) => !known.includes(id)) ?? null
  })
}

/**
 * Tries until there is something, or time is over. A driver's own failure is like nothing: pages are drawn anew and
 * go away while we look at them.
 */
async function until<Value>(
  what: string,
  timeout: number,
  look: () => Promise<Value | null>,
): Promise<Value> {
  const deadline = Date.now() + timeout
  let lastError: unknown
  do {
    try {
      const value = await look()
      if (value !== null) return value
      lastError = undefined
    } catch (error) {
      lastError = error
    }
    await delay(interval)
  } while (Date.now() < deadline)
  throw new Error(`Waited ${timeout} ms until ${what}.`, { cause: lastError })
}
