import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/** Signatures for one purpose: one made for another is none here. */
export interface Signer {
  /** 43 characters, base64url. */
  sign(text: string): string
  /** Whether any key of the ring made it: a new first key voids nothing. */
  isGenuine(text: string, signature: string): boolean
}

/** HMAC-SHA-256 with keys derived from those of the ring, by HKDF. The first signs, all verify. */
export function createSigner(keys: readonly { readonly key: Uint8Array }[], purpose: string): Signer {
  const signingKeys = keys.map(({ key }) => Buffer.from(hkdfSync('sha256', key, '', purpose, 32)))
  const signWith = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest('base64url')
  return {
    sign: (text) => signWith(signingKeys[0]!, text),
    isGenuine(text, signature) {
      const given = Buffer.from(signature)
      return signingKeys.some((key) => {
        const expected = Buffer.from(signWith(key, text))
        return given.length === expected.length && timingSafeEqual(given, expected)
      })
    },
  }
}
