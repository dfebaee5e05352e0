import { delay } from './delay.ts'

/** How often a blank window is looked at before it is closed all the same, and how far apart, in milliseconds. */
const looks = 100
const pause = 50

/**
 * Closes a window, once its page has come. Chromium loses a `close()` that meets the change from the blank
 * page to the first one, and takes no other after it: the window reads closed, and stays.
 */
export async function closeWindow(window: Window | null | undefined): Promise<void> {
  for (let look = 0; look < looks && isBlank(window); look++) await delay(pause)
  window?.close()
}

/** Whether the window still shows the page that every window begins with. Any other page of the host's is unreadable. */
function isBlank(window: Window | null | undefined): boolean {
  try {
    return window?.closed === false && window.location.href === 'about:blank'
  } catch {
    return false
  }
}
