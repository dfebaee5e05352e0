import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { OutageError, type Outage } from '../../ground/outage.ts'

/** A key that encrypts data keys. `key` is 32 random bytes; `id` is written into every envelope. */
export interface EncryptionKey {
  readonly id: string
  readonly key: Uint8Array
}

/**
 * Seals and opens secrets. What a secret belongs to (account, source, kind, version) goes in as
 * `context`: an envelope that is moved to another row does not open there.
 */
export interface KeyRing {
  /** Names the key that seals. */
  readonly sealingKeyId: string
  /** The ids of all keys, the sealing one first. */
  readonly keyIds: readonly string[]
  seal(secret: string, context: SealContext): string
  /** Throws `SealError`. */
  open(envelope: string, context: SealContext): string
}

/** What the envelope belongs to, authenticated with it. */
export type SealContext = readonly (string | number)[]

/** An envelope that does not open. Says why without showing anything of what is inside. */
export class SealError extends OutageError {
  override readonly name = 'SealError'
  /** `wrong_key`: nothing that was sealed under its id opens with it. */
  readonly reason: 'malformed' | 'unknown_key' | 'not_authentic' | 'wrong_key'

  constructor(reason: SealError['reason'], message: string, options: { cause?: unknown } = {}) {
    super(message, options)
    this.reason = reason
  }

  /** A key that the operator has to bring; one damaged envelope is no outage. */
  get outage(): Outage | null {
    const { reason, message } = this
    return reason === 'wrong_key' || reason === 'unknown_key'
      ? { reason: 'key', fault: reason, message }
      : null
  }
}

const cipher = 'aes-256-gcm'
const keyLength = 32
const nonceLength = 12
const tagLength = 16
const format = 'v1'
const keyId = /^[A-Za-z0-9_.-]{1,64}$/

/**
 * AES-256-GCM in two layers: a data key of its own for every secret, itself encrypted by a key of the
 * ring. The first key seals, all of them open, so a key is retired by putting a new one in front of it.
 *
 * An envelope is `v1:<key id>:<wrapped data key>:<ciphertext>`, the last two as base64url of nonce,
 * ciphertext and tag. Format and key id are authenticated like the context.
 */
export function createKeyRing(keys: readonly EncryptionKey[]): KeyRing {
  const ring = new Map<string, Uint8Array>()
  for (const { id, key } of keys) {
    if (!keyId.test(id)) throw new Error(`The encryption key id "${id}" is not valid.`)
    if (key.length !== keyLength)
      throw new Error(`The encryption key "${id}" is not ${keyLength} bytes long.`)
    if (ring.has(id)) throw new Error(`The encryption key id "${id}" is there twice.`)
    ring.set(id, key)
  }
  const sealing = keys[0]
  if (!sealing) throw new Error('At least one encryption key is needed.')

  const seal = (secret: string, context: SealContext): string => {
    const authenticated = authenticatedData(sealing.id, context)
    const dataKey = randomBytes(keyLength)
    const wrapped = encrypt(sealing.key, dataKey, authenticated)
    const sealed = encrypt(dataKey, Buffer.from(secret, 'utf8'), authenticated)
    return [format, sealing.id, wrapped.toString('base64url'), sealed.toString('base64url')].join(':')
  }

  const open = (envelope: string, context: SealContext): string => {
    const [version, id = '', wrapped = '', sealed = '', ...rest] = envelope.split(':')
    if (version !== format || rest.length > 0) throw malformed()
    const key = ring.get(id)
    if (!key) {
      // Only a well-formed id is repeated: an envelope that was damaged may hold anything here.
      const name = keyId.test(id) ? `"${id}"` : 'of an unreadable id'
      throw new SealError('unknown_key', `The encryption key ${name} is not among the configured ones.`)
    }
    const authenticated = authenticatedData(id, context)
    const dataKey = decrypt(key, decode(wrapped), authenticated)
    return decrypt(dataKey, decode(sealed), authenticated).toString('utf8')
  }

  return { sealingKeyId: sealing.id, keyIds: [...ring.keys()], seal, open }
}

/** The key that an envelope names; null where it has not the known form. Opens nothing. */
export function keyIdOf(envelope: string): string | null {
  const [version, id = ''] = envelope.split(':', 2)
  return version === format && keyId.test(id) ? id : null
}

/** How every envelope under this key begins. */
export function prefixOf(id: string): string {
  return `${format}:${id}:`
}

/** JSON keeps the parts apart: `['a', 'bc']` and `['ab', 'c']` differ. */
function authenticatedData(id: string, context: SealContext): Buffer {
  return Buffer.from(JSON.stringify([format, id, ...context]), 'utf8')
}

function encrypt(key: Uint8Array, plain: Uint8Array, authenticated: Buffer): Buffer {
  const nonce = randomBytes(nonceLength)
  const encryption = createCipheriv(cipher, key, nonce, { authTagLength: tagLength })
  encryption.setAAD(authenticated)
  const body = Buffer.concat([encryption.update(plain), encryption.final()])
  return Buffer.concat([nonce, body, encryption.getAuthTag()])
}

function decrypt(key: Uint8Array, sealed: Buffer, authenticated: Buffer): Buffer {
  if (sealed.length < nonceLength + tagLength) throw malformed()
  const decryption = createDecipheriv(cipher, key, sealed.subarray(0, nonceLength), {
    authTagLength: tagLength,
  })
  decryption.setAAD(authenticated)
  decryption.setAuthTag(sealed.subarray(-tagLength))
  const body = decryption.update(sealed.subarray(nonceLength, -tagLength))
  try {
    return Buffer.concat([body, decryption.final()])
  } catch {
    throw new SealError('not_authentic', 'The envelope was changed, or belongs to something else.')
  }
}

/** Strict base64url: Node alone would skip foreign characters and spare bits. */
function decode(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.toString('base64url') !== text) throw malformed()
  return bytes
}

function malformed(): SealError {
  return new SealError('malformed', 'The envelope does not have the known form.')
}
