import { createHash, randomBytes } from 'node:crypto'
import { createSigner } from '../../ground/signing.ts'

/**
 * The wizard's cookie: one per flow, signed and self-contained, so that an unclaimed flow stores nothing
 * and any process can check it. The first wizard document that reaches the claimed flow binds the flow
 * to the cookie's random part.
 */
export interface WizardCookies {
  /** The `Set-Cookie` value of a new cookie for this flow. */
  issue(flowId: string): { header: string; hash: string }
  /** SHA-256 of the random part of the flow's cookie in a `Cookie` header; null when absent or forged. */
  read(cookieHeader: string | undefined, flowId: string): string | null
  /**
   * `Set-Cookie` values that drop wizard cookies when a browser has collected too many: those of flows
   * that nobody claimed first, then the oldest. Pages that anyone can make a browser open drop no others.
   */
  prune(
    cookieHeader: string | undefined,
    claimedOf: (flowIds: readonly string[]) => Promise<ReadonlySet<string>>,
  ): Promise<string[]>
  /** The flows of which the header brings a genuine cookie, newest first. */
  flowsOf(cookieHeader: string | undefined): string[]
}

/** How many wizard cookies a browser keeps: enough for parallel flows, far below a header's limit. */
const keptCookies = 8

const format = /^([A-Za-z0-9_-]{22})\.([0-9a-z]{1,12})\.([A-Za-z0-9_-]{43})$/

export function createWizardCookies({
  url,
  keys,
  lifetime,
  now,
}: {
  url: string
  /** The first signs, all verify. */
  keys: readonly { key: Uint8Array }[]
  /** Milliseconds. */
  lifetime: number
  now: () => number
}): WizardCookies {
  const isSecure = url.startsWith('https:')
  const prefix = isSecure ? '__Host-bobbin-' : 'bobbin-'
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
  const { sign, isGenuine } = createSigner(keys, 'wizard-cookie')

  function issue(flowId: string) {
    const random = randomBytes(16).toString('base64url')
    const issued = now().toString(36)
    const value = `${random}.${issued}.${sign(`${flowId}.${random}.${issued}`)}`
    const maxAge = Math.ceil(lifetime / 1000)
    return { header: `${prefix}${flowId}=${value}; ${attributes}; Max-Age=${maxAge}`, hash: hashOf(random) }
  }

  function verify(flowId: string, value: string): { hash: string; issued: number } | null {
    const [, random, issuedText, signature] = format.exec(value) ?? []
    if (!random || !issuedText || !signature) return null
    if (!isGenuine(`${flowId}.${random}.${issuedText}`, signature)) return null
    const issued = Number.parseInt(issuedText, 36)
    return issued + lifetime > now() ? { hash: hashOf(random), issued } : null
  }

  function all(header: string | undefined): { flowId: string; value: string }[] {
    return (header ?? '')
      .split(';')
      .map((pair) => pair.trim())
      .filter((pair) => pair.startsWith(prefix) && pair.includes('='))
      .map((pair) => ({
        flowId: pair.slice(prefix.length, pair.indexOf('=')),
        value: pair.slice(pair.indexOf('=') + 1),
      }))
  }

  function genuine(header: string | undefined) {
    return all(header)
      .map(({ flowId, value }) => ({ flowId, issued: verify(flowId, value)?.issued ?? null }))
      .filter((cookie): cookie is { flowId: string; issued: number } => cookie.issued !== null)
      .toSorted((a, b) => b.issued - a.issued)
  }

  return {
    issue,
    read(header, flowId) {
      const cookie = all(header).find((one) => one.flowId === flowId)
      return cookie ? (verify(flowId, cookie.value)?.hash ?? null) : null
    },
    async prune(header, claimedOf) {
      const ids = genuine(header).map(({ flowId }) => flowId)
      if (ids.length <= keptCookies) return []
      const claimed = await claimedOf(ids)
      const byWorth = [...ids.filter((id) => claimed.has(id)), ...ids.filter((id) => !claimed.has(id))]
      return byWorth.slice(keptCookies).map((id) => `${prefix}${id}=; ${attributes}; Max-Age=0`)
    },
    flowsOf: (header) => genuine(header).map(({ flowId }) => flowId),
  }
}

const hashOf = (random: string) => createHash('sha256').update(random).digest('hex')
