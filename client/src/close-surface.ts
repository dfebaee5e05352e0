import { delay } from './delay.ts'
import type { Surface } from './surface.ts'

/** How often a blank window is looked at before it is closed all the same, and how far apart, in milliseconds. */
const looks = 100
const pause = 50

/**
 * Closes a surface, once its page has come. Chromium loses a `close()` that meets the change from the blank
 * page to the first one, and takes no other after it: the window reads closed, and stays.
 */
export async function closeSurface(surface: Surface): Promise<void> {
  for (let look = 0; look < looks && isBlank(surface); look++) await delay(pause)
  surface.close()
}

/** Whether the window still shows the page that every window begins with. Any other page of the host's is unreadable. */
function isBlank(surface: Surface): boolean {
  try {
    return surface.isClosed() === false && surface.target?.location.href === 'about:blank'
  } catch {
    return false
  }
}
