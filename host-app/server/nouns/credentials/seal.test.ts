import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createKeyRing, SealError } from './seal.ts'

const secret = 'refresh-token-çµ-1234567890'
const context = ['credential', 1, 2, 'oauth', 3]
const key = (id: string) => ({ id, key: randomBytes(32) })

/** The error of a call that must fail. */
function failure(call: () => unknown): SealError {
  try {
    call()
  } catch (error) {
    if (error instanceof SealError) return error
    throw error
  }
  throw new Error('It opened.')
}

describe('createKeyRing', () => {
  it('opens what it sealed and shows nothing of it meanwhile', () => {
    const ring = createKeyRing([key('a')])
    const envelope = ring.seal(secret, context)
    expect(envelope).not.toContain('refresh')
    expect(Buffer.from(envelope.split(':')[3] ?? '', 'base64url').toString('latin1')).not.toContain('refresh')
    expect(ring.open(envelope, context)).toBe(secret)
  })

  it('seals the same secret differently each time', () => {
    const ring = createKeyRing([key('a')])
    expect(ring.seal(secret, context)).not.toBe(ring.seal(secret, context))
  })

  it('refuses an envelope with any character changed, removed or added', () => {
    const ring = createKeyRing([key('a'), key('b')])
    const envelope = ring.seal(secret, context)
    for (let at = 0; at < envelope.length; at++) {
      for (const other of ['A', 'B', '_', ':', 'b', '=', ' ', '\0', '']) {
        if (envelope[at] === other) continue
        const changed = envelope.slice(0, at) + other + envelope.slice(at + 1)
        expect(() => ring.open(changed, context), `character ${at} as "${other}"`).toThrow(SealError)
      }
    }
    for (const changed of [
      `${envelope}A`,
      `${envelope}=`,
      `${envelope}:x`,
      ` ${envelope}`,
      '',
      'v1',
      'v1:a',
      'v1:a::',
    ]) {
      expect(() => ring.open(changed, context)).toThrow(SealError)
    }
  })

  it('refuses an envelope with any single bit of its bytes changed', () => {
    const ring = createKeyRing([key('a')])
    const parts = ring.seal(secret, context).split(':')
    for (const part of [2, 3]) {
      const bytes = Buffer.from(parts[part] ?? '', 'base64url')
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const changed = Buffer.from(bytes)
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const envelope = parts.with(part, changed.toString('base64url')).join(':')
        expect(failure(() => ring.open(envelope, context)).reason).toBe('not_authentic')
      }
    }
  })

  it('refuses an envelope that belongs to something else', () => {
    const ring = createKeyRing([key('a')])
    const envelope = ring.seal(secret, context)
    const others = [
      ['credential', 9, 2, 'oauth', 3],
      ['credential', 1, 9, 'oauth', 3],
      ['credential', 1, 2, 'form', 3],
      ['credential', 1, 2, 'oauth', 4],
      ['oauth_transaction', 1, 2, 'oauth', 3],
      ['credential', '1', 2, 'oauth', 3],
      ['credential', 12, 'oauth', 3],
      [],
    ]
    for (const other of others) {
      expect(failure(() => ring.open(envelope, other)).reason).toBe('not_authentic')
    }
  })

  it('refuses a data key taken from another envelope', () => {
    const ring = createKeyRing([key('a')])
    const one = ring.seal(secret, context).split(':')
    const other = ring.seal('something else', context).split(':')
    expect(() => ring.open(one.with(2, other[2] ?? '').join(':'), context)).toThrow(SealError)
  })

  it('opens with every key of the ring and seals with the first', () => {
    const [old, fresh] = [key('2024'), key('2025.1')]
    const envelope = createKeyRing([old]).seal(secret, context)
    const rotated = createKeyRing([fresh, old])
    expect(rotated.open(envelope, context)).toBe(secret)
    expect(rotated.seal(secret, context)).toMatch(/^v1:2025\.1:/)
  })

  it('names the missing key, and nothing else, when the key is not configured', () => {
    const envelope = createKeyRing([key('lost')]).seal(secret, context)
    const error = failure(() => createKeyRing([key('other')]).open(envelope, context))
    expect(error.reason).toBe('unknown_key')
    expect(error.message).toBe('The encryption key "lost" is not among the configured ones.')
  })

  it('refuses another key under the same id', () => {
    const envelope = createKeyRing([key('a')]).seal(secret, context)
    expect(failure(() => createKeyRing([key('a')]).open(envelope, context)).reason).toBe('not_authentic')
  })

  it('tells nothing secret in any error', () => {
    const one = key('a')
    const ring = createKeyRing([one])
    const envelope = ring.seal(secret, context)
    const errors = [
      failure(() => ring.open(envelope, [])),
      failure(() => ring.open(`${envelope}A`, context)),
      failure(() => ring.open(secret, context)),
      failure(() => ring.open(`v1:${secret}:x:y`, context)),
      failure(() => createKeyRing([key('b')]).open(envelope, context)),
    ]
    for (const error of errors) {
      const told = `${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`
      expect(told).not.toContain('1234567890')
      expect(told).not.toContain(Buffer.from(one.key).toString('base64url'))
      expect(told).not.toContain(envelope)
    }
  })

  it('refuses a ring that is empty, has a short key, a doubled id or an id that would break the form', () => {
    expect(() => createKeyRing([])).toThrow('At least one')
    expect(() => createKeyRing([{ id: 'a', key: randomBytes(16) }])).toThrow('32 bytes')
    expect(() => createKeyRing([key('a'), key('a')])).toThrow('twice')
    expect(() => createKeyRing([key('a:b')])).toThrow('not valid')
  })
})
