import { createHash, timingSafeEqual } from 'node:crypto'

/** How a random secret (token, key) is stored: SHA-256, hex. Slow hashes buy nothing for random secrets. */
export function secretHash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

export function isSecret(secret: string, hash: string): boolean {
  const given = Buffer.from(secretHash(secret), 'hex')
  const expected = Buffer.from(hash, 'hex')
  return given.length === expected.length && timingSafeEqual(given, expected)
}
