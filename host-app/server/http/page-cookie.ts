import { secretHash } from '../ground/secret-hash.ts'

/** Every cookie of a page's session begins so, after what browsers make of `__Host-`. */
const name = 'bobbin_session-'

/** Whether a `Cookie` header has that of some session. */
export const hasPageCookie = (header: string | undefined): boolean => header?.includes(name) ?? false

/**
 * The cookie of a page's session: one for each origin of pages, so that those of one browser do not push each other out.
 * Pages of other sites send it, and browsers keep what they send apart by the site on top; no script reads it.
 */
export interface PageCookies {
  /** The session's secret in a `Cookie` header; null when there is none for this origin. */
  secretIn(header: string | undefined, origin: string | undefined): string | null
  /** The `Set-Cookie` value, for so many milliseconds. */
  write(origin: string, secret: string, lifetime: number): string
  /** The one that takes it back. */
  drop(origin: string): string
}

export function createPageCookies({ url }: { url: string }): PageCookies {
  const isSecure = url.startsWith('https:')
  // Without https no browser keeps one for other sites; pages of this machine are of the same.
  const attributes = `Path=/; HttpOnly; ${isSecure ? 'Secure; SameSite=None; Partitioned' : 'SameSite=Lax'}`
  const nameFor = (origin: string) => `${isSecure ? '__Host-' : ''}${name}${secretHash(origin).slice(0, 16)}`

  return {
    secretIn(header, origin) {
      if (origin === undefined) return null
      const start = `${nameFor(origin)}=`
      const pairs = (header ?? '').split(';').map((pair) => pair.trim())
      return pairs.find((pair) => pair.startsWith(start))?.slice(start.length) ?? null
    },
    write: (origin, secret, lifetime) =>
      `${nameFor(origin)}=${secret}; ${attributes}; Max-Age=${Math.floor(lifetime / 1_000)}`,
    drop: (origin) => `${nameFor(origin)}=; ${attributes}; Max-Age=0`,
  }
}
