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
