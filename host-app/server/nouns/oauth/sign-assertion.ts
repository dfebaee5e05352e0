import { createPrivateKey, type JsonWebKeyInput, type KeyObject, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import { pemBlocks } from '@bobbin/shared/pem'
import { ConnectorError } from '../../../connectors/connector.ts'
import { filled, type Template, valueAt } from '../../../connectors/template.ts'
import type { JwtBearerGrant } from '../../../connectors/settings-grant.ts'

/** A provider's clock may be behind ours. */
const clockSkew = 30_000

export interface AssertionWish {
  readonly settings: Readonly<Record<string, string>>
  /** The address of the token endpoint. */
  readonly endpoint: string
  /** Joined as the provider wants them; empty where there are none. */
  readonly scope: string
  readonly now: number
}

/**
 * What says, signed with the person's key, who wants a token and for whom (RFC 7523).
 * @throws {ConnectorError} SettingUnusable, of which nothing tells of the key
 */
export async function signGrantAssertion(
  { key: keyField, assertion }: Pick<JwtBearerGrant, 'key' | 'assertion'>,
  { settings, endpoint, scope, now }: AssertionWish,
): Promise<string> {
  const { algorithm, lifetime, keyId = '', issuer, subject = '', audience = endpoint } = assertion
  const text = (template: Template) => filledBySettings(template, settings)
  const [kid, iss, sub, aud] = [text(keyId), text(issuer), text(subject), text(audience)]
  if (iss === null || aud === null) {
    throw unusable(keyField, 'It does not say whose key it is. The whole file is needed.')
  }
  const inClaim = assertion.scopesIn === 'claim' && scope !== ''
  try {
    const key = readKey(settings[keyField] ?? '')
    const issuedAt = now - clockSkew
    return await new SignJWT({ ...(inClaim && { scope }), ...(sub && { sub }) })
      .setProtectedHeader({ alg: algorithm, typ: 'JWT', ...(kid && { kid }) })
      .setIssuer(iss)
      .setAudience(aud)
      .setIssuedAt(new Date(issuedAt))
      .setExpirationTime(new Date(issuedAt + lifetime))
      .setJti(randomUUID())
      .sign(key)
  } catch {
    // Neither the key nor what a parser quotes of it.
    throw unusable(keyField, `It holds no private key for ${algorithm} that could be read.`)
  }
}

/** The text with the settings in it, and with what lies in those that are JSON; null where there is no value. */
export function filledBySettings(
  template: Template,
  settings: Readonly<Record<string, string>>,
): string | null {
  return filled(template, (path) => {
    const [name = '', ...inside] = path.split('.')
    const value = Object.hasOwn(settings, name) ? settings[name]?.trim() : undefined
    if (inside.length === 0 || value === undefined) return value
    return valueAt(parseJson(value), inside.join('.'))
  })
}

/** Of PEM, a JWK, or a key file whose `private_key` is PEM. Throws what the parsers throw. */
export function readKey(given: string): KeyObject {
  const file = parseJson(given)
  if (typeof valueAt(file, 'kty') === 'string') {
    return createPrivateKey({ key: file as JsonWebKeyInput['key'], format: 'jwk' })
  }
  const text = valueAt(file, 'private_key') ?? given
  const pem = pemBlocks(String(text)).find((block) => block.includes('PRIVATE KEY-----'))
  return createPrivateKey(pem ?? '')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

function unusable(field: string, detail: string): ConnectorError {
  return new ConnectorError('SettingUnusable', { field, detail })
}
