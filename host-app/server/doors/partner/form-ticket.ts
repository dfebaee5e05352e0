import { randomBytes } from 'node:crypto'
import { createSigner } from '../../ground/signing.ts'
import type { AuthorizationRequest } from './authorization-request.ts'

/**
 * The signed request in the page's form, bound to a cookie of the browser that got the page: a form that
 * another site sends, or that was made for another browser, opens nothing, and no field of it can be changed.
 */
export interface FormTickets {
  /** The browser's secret, and the `Set-Cookie` value that keeps it. */
  cookie(cookieHeader: string | undefined): { secret: string; header: string }
  issue(secret: string, request: AuthorizationRequest): string
  /** The request of a genuine ticket of this browser; null otherwise. Fresh: it may still be answered. */
  open(
    cookieHeader: string | undefined,
    ticket: string,
  ): { request: AuthorizationRequest; isFresh: boolean } | null
}

/** Milliseconds in which the page may be answered. */
const lifetime = 15 * 60_000
const secretFormat = /^[A-Za-z0-9_-]{22}$/

export function createFormTickets({
  url,
  keys,
  now,
}: {
  url: string
  /** The first signs, all verify. */
  keys: readonly { key: Uint8Array }[]
  now: () => number
}): FormTickets {
  const isSecure = url.startsWith('https:')
  const name = isSecure ? '__Host-bobbin_partner' : 'bobbin_partner'
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}; Max-Age=86400`
  const { sign, isGenuine } = createSigner(keys, 'partner-form')

  function readCookie(header: string | undefined): string | null {
    for (const pair of (header ?? '').split(';')) {
      const [key, value] = pair.trim().split('=')
      if (key === name && value !== undefined && secretFormat.test(value)) return value
    }
    return null
  }

  return {
    cookie(header) {
      // The same one for all tabs of the browser.
      const secret = readCookie(header) ?? randomBytes(16).toString('base64url')
      return { secret, header: `${name}=${secret}; ${attributes}` }
    },

    issue(secret, request) {
      const payload = Buffer.from(JSON.stringify({ request, until: now() + lifetime })).toString('base64url')
      return `${payload}.${sign(`${secret}.${payload}`)}`
    },

    open(header, ticket) {
      const secret = readCookie(header)
      const [payload, signature, ...rest] = ticket.split('.')
      if (secret === null || !payload || !signature || rest.length > 0) return null
      if (!isGenuine(`${secret}.${payload}`, signature)) return null
      const { request, until } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
        request: AuthorizationRequest
        until: number
      }
      return { request, isFresh: now() < until }
    },
  }
}
