const width = 600
const height = 740

/**
 * Opens a popup over the middle of this window; null when the browser blocks it. The opener's own place
 * is what counts: on a second monitor it may well be negative.
 */
export function openWindow(url: string, name: string): Window | null {
  const left = Math.round(screenX + (outerWidth - width) / 2)
  const top = Math.round(screenY + (outerHeight - height) / 2)
  return open(url, name, `popup,width=${width},height=${height},left=${left},top=${top}`)
}
