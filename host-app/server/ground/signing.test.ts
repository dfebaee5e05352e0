import { describe, expect, it } from 'vitest'
import { createSigner } from './signing.ts'

const ring = (...bytes: number[]) => bytes.map((byte) => ({ key: new Uint8Array(32).fill(byte) }))

describe('a signature', () => {
  it('is 43 characters that a cookie and an address can carry', () => {
    expect(createSigner(ring(1), 'ticket').sign('text')).toMatch(/^[\w-]{43}$/)
  })

  it.each([
    ['a key that is not the first any more', ring(2, 1), 'ticket', true],
    ['another key', ring(2), 'ticket', false],
    ['another purpose', ring(1), 'cookie', false],
  ])('is looked at with %s', (_, keys, purpose, isGenuine) => {
    const signature = createSigner(ring(1), 'ticket').sign('text')
    expect(createSigner(keys, purpose).isGenuine('text', signature)).toBe(isGenuine)
  })

  it.each(['', 'short', 'é'.repeat(43), 'A'.repeat(43), 'A'.repeat(1_000)])(
    'is none that reads %j',
    (signature) => {
      expect(createSigner(ring(1), 'ticket').isGenuine('text', signature)).toBe(false)
    },
  )

  it('is of one text, and written in one way only', () => {
    const signer = createSigner(ring(1), 'ticket')
    const signature = signer.sign('text')
    expect(signer.isGenuine('text', signature)).toBe(true)
    expect(signer.isGenuine('texts', signature)).toBe(false)
    expect(signer.isGenuine('text', `${signature}=`)).toBe(false)
  })
})
