import { createHmac, timingSafeEqual } from 'node:crypto'
import type { OAuthProvider } from '../../../connectors/oauth-provider.ts'

/**
 * Whether the provider has signed all that a callback says. Of a name that came twice nothing is in `query`, so it is
 * believed as little as it is signed.
 */
export function isSigned(
  { parameter }: NonNullable<OAuthProvider['callbackSignature']>,
  secret: string,
  query: Readonly<Record<string, string>>,
): boolean {
  const { [parameter]: signature = '', ...said } = query
  if (!/^[0-9a-f]{64}$/i.test(signature)) return false
  const right = createHmac('sha256', secret).update(joined(said)).digest()
  return timingSafeEqual(Buffer.from(signature, 'hex'), right)
}

/** In the order of their names, encoded as in a form, but for blanks. */
function joined(said: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(said).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return new URLSearchParams(sorted).toString().replaceAll('+', '%20')
}
