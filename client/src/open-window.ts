import { delay } from './delay.ts'

const width = 600
const height = 740

/**
 * Opens a popup over the middle of this window; null when the browser blocks it. The opener's own place
 * is what counts: on a second monitor it may well be negative.
 */
export function openWindow(url: string, name: string): Window | null {
  return open(
    url,
    name,
    `popup,width=${width},height=${height},left=${screenX + (outerWidth - width) / 2},top=${screenY + (outerHeight - height) / 2}`,
  )
}

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
