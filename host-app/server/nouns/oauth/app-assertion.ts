import { SignJWT } from 'jose'
import type { OAuthClient } from '../oauth-clients/oauth-clients.ts'
import { ClientKeyFault } from './client-assertion.ts'
import { readKey } from './sign-assertion.ts'

/** A vendor's clock may be behind ours; GitHub, for one, asks for a minute, and takes none that counts for more than ten. */
const clockSkew = 60_000
const lifetime = 600_000

/**
 * The JWT by which an app says, as bearer, who it is: RS256, `iss` is our id. The client's secret is the key, or has it as
 * `private_key`.
 * @throws {ClientKeyFault}
 */
export async function signAppJwt({ id, secret }: OAuthClient, now = Date.now()): Promise<string> {
  const issuedAt = now - clockSkew
  try {
    return await new SignJWT()
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT' })
      .setIssuer(id)
      .setIssuedAt(new Date(issuedAt))
      .setExpirationTime(new Date(issuedAt + lifetime))
      .sign(readKey(secret))
  } catch {
    // Neither the key nor what a parser quotes of it.
    throw new ClientKeyFault(
      "The client's secret has to be an RSA private key, as PEM, or JSON with it as private_key.",
    )
  }
}
