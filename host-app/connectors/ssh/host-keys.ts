import { createHash } from 'node:crypto'

/** The kinds of host keys that are taken, the best first, with the algorithms by which a server may sign. */
export const hostKeyAlgorithms = {
  ED25519: ['ssh-ed25519'],
  ECDSA: ['ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'],
  // By the old `ssh-rsa`, which signs with SHA-1, no server may prove itself.
  RSA: ['rsa-sha2-512', 'rsa-sha2-256'],
} as const
export type HostKeyKind = keyof typeof hostKeyAlgorithms

export const hostKeyKinds = Object.keys(hostKeyAlgorithms) as readonly HostKeyKind[]

/** Keys by which a server is known. */
export interface KnownHostKeys {
  /** As `ssh-keygen -l` shows them. */
  readonly fingerprints: ReadonlySet<string>
  /** Of which kinds they are; all, where a fingerprint does not tell. */
  readonly kinds: readonly HostKeyKind[]
}

const fingerprint = /SHA256:([A-Za-z0-9+/]{43})(?![A-Za-z0-9+/])/g
const publicKey = /(ssh-ed25519|ecdsa-sha2-nistp(?:256|384|521)|ssh-rsa)\s+(AAAA[A-Za-z0-9+/]+={0,2})/g

/** What a setting with host keys looks like, for its JSON Schema: one of them at least. */
export const hostKeyPattern =
  'SHA256:[A-Za-z0-9+/]{43}(?![A-Za-z0-9+/])|' +
  '(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)|ssh-rsa)\\s+AAAA[A-Za-z0-9+/]+'

/**
 * Reads what people have: fingerprints (`SHA256:…`, also as `ssh-keygen -l` prints them), lines of known_hosts and
 * of `ssh-keyscan`, public keys. One that was revoked, or is an authority's, counts for nothing. Null: there is none.
 */
export function readHostKeys(text: string): KnownHostKeys | null {
  const lines = text.split('\n').filter((line) => !/^\s*(#|@)/.test(line))
  const good = lines.join('\n')
  const keys = Array.from(good.matchAll(publicKey), ([, , key = '']) => Buffer.from(key, 'base64'))
  const bare = Array.from(good.matchAll(fingerprint), ([whole]) => whole)
  const fingerprints = new Set([...bare, ...keys.map(fingerprintOf)])
  if (fingerprints.size === 0) return null
  const own = new Set(keys.map(kindOf))
  return {
    fingerprints,
    kinds: bare.length > 0 ? hostKeyKinds : hostKeyKinds.filter((kind) => own.has(kind)),
  }
}

/** In OpenSSH's form, without the padding. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`
}

/** Of a public key as SSH sends it; null for what is none of ours. */
export function kindOf(key: Buffer): HostKeyKind | null {
  const length = key.length >= 4 ? key.readUInt32BE() : 0
  const name = key.subarray(4, 4 + length).toString('latin1')
  if (name === 'ssh-rsa') return 'RSA'
  return hostKeyKinds.find((kind) => hostKeyAlgorithms[kind].some((algorithm) => algorithm === name)) ?? null
}
