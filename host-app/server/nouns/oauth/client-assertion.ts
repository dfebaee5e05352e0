import { PrivateKeyJwt } from 'oauth4webapi'
import { z } from 'zod'
import type { OAuthClient } from '../oauth-clients/oauth-clients.ts'

/** What the operator has set up as the client's secret is no key to sign with. */
export class ClientKeyFault extends Error {
  override readonly name = 'ClientKeyFault'
}

const privateJwk = z
  .looseObject({ d: z.string(), kid: z.string().optional(), alg: z.string().optional() })
  .and(
    z.discriminatedUnion('kty', [
      z.looseObject({ kty: z.literal('RSA') }),
      z.looseObject({ kty: z.literal('EC'), crv: z.string() }),
      z.looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519') }),
    ]),
  )
type PrivateJwk = z.infer<typeof privateJwk>

/**
 * The parameters that say who we are by a signature (RFC 7523), for this endpoint and a minute.
 * @throws {ClientKeyFault}
 */
export async function signAssertion(
  { id, secret }: OAuthClient,
  endpoint: string,
): Promise<Record<string, string>> {
  const { key, kid } = await readKey(secret)
  const body = new URLSearchParams()
  const sign = PrivateKeyJwt(kid === undefined ? key : { key, kid })
  // Meant for the endpoint: that is what most providers compare.
  await sign({ issuer: endpoint }, { client_id: id }, body, new Headers())
  return Object.fromEntries(body)
}

async function readKey(secret: string): Promise<{ key: CryptoKey; kid: string | undefined }> {
  try {
    const jwk = privateJwk.parse(JSON.parse(secret))
    const key = await crypto.subtle.importKey('jwk', jwk, algorithmOf(jwk), false, ['sign'])
    return { key, kid: jwk.kid }
  } catch {
    // Neither the key nor what a parser quotes of it.
    throw new ClientKeyFault("The client's secret has to be a private key, a JWK of RSA, EC or Ed25519.")
  }
}

function algorithmOf(jwk: PrivateJwk): RsaHashedImportParams | EcKeyImportParams | { name: string } {
  if (jwk.kty === 'OKP') return { name: jwk.crv }
  if (jwk.kty === 'EC') return { name: 'ECDSA', namedCurve: jwk.crv }
  const name = jwk.alg?.startsWith('PS') ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5'
  return { name, hash: `SHA-${/\d{3}$/.exec(jwk.alg ?? '')?.[0] ?? '256'}` }
}
