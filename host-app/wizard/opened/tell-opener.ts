/*
 * The window that xkit.js opens tells the page that opened it that it is there, under the one origin that its address
 * names, and is led on by it. Where the page cannot do that by itself (in Electron it has no hold of the window), it sends
 * the address. What the window is logged in for decides the server. A script of its own, without imports, as `start.ts` is.
 */
const { opener: page, error } = (document.currentScript as HTMLScriptElement).dataset
const opener: unknown = window.opener

if (page !== undefined && isWindow(opener)) {
  // A window of another page: it was opened from somewhere else, and a message to it is not delivered.
  opener.postMessage(error === undefined ? 'authWindow:ready' : { error }, page)
  if (error === undefined) listen(opener, page)
  else close()
}

function listen(from: Window, pageOrigin: string): void {
  addEventListener('message', ({ source, origin: sender, data }: MessageEvent<unknown>) => {
    if (source !== from || sender !== pageOrigin) return
    const address = data && typeof data === 'object' && 'location' in data ? data.location : null
    if (typeof address === 'string' && isOurs(address)) location.replace(address)
  })
}

/** An address of the pages that such a window is led through. */
function isOurs(address: string): boolean {
  try {
    const url = new URL(address)
    return url.origin === location.origin && url.pathname.startsWith('/authorizations/')
  } catch {
    return false
  }
}

/** A window of any origin: `instanceof` does not reach across origins, `closed` does. */
function isWindow(value: unknown): value is Window {
  return typeof value === 'object' && value !== null && 'closed' in value
}
