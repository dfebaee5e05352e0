/** The cookie of a window that a page opened, once the page's one-time token has logged it in. One for all of a browser. */
export interface PopupCookies {
  read(header: string | undefined): string | null
  /** The `Set-Cookie` value. */
  write(secret: string): string
}

const format = /^[A-Za-z0-9_-]{43}$/

/** `lifetime`: milliseconds. */
export function createPopupCookies({ url, lifetime }: { url: string; lifetime: number }): PopupCookies {
  const isSecure = url.startsWith('https:')
  const name = isSecure ? '__Host-bobbin_popup' : 'bobbin_popup'
  // Lax: the page, on another site, leads the window on.
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
  return {
    read(header) {
      for (const pair of (header ?? '').split(';')) {
        const [key, value] = pair.trim().split('=')
        if (key === name && value !== undefined && format.test(value)) return value
      }
      return null
    },
    write: (secret) => `${name}=${secret}; ${attributes}; Max-Age=${Math.floor(lifetime / 1_000)}`,
  }
}
