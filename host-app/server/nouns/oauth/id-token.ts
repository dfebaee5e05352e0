/**
 * Whether an ID token carries this nonce. It came from the token endpoint itself, for our code, so nobody else's
 * signature is in question; what can be wrong is whose sign-in the code was from.
 */
export function hasNonce(idToken: string, nonce: string | null): boolean {
  try {
    const payload = Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString()
    const claims: unknown = JSON.parse(payload)
    return typeof claims === 'object' && claims !== null && 'nonce' in claims && claims.nonce === nonce
  } catch {
    return false
  }
}
