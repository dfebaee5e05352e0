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

/** Closes a window. One whose page is just coming may miss the call, so it is made again. */
export async function closeWindow(window: Window | null | undefined): Promise<void> {
  window?.close()
  for (const pause of [300, 1_000, 3_000]) {
    await delay(pause)
    window?.close()
  }
}
