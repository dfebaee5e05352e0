import { createHash } from 'node:crypto'

/*
 * MariaDB's sign-in `ed25519`: the challenge is signed with a key that is made of the password. Node's own keys come of
 * 32 bytes and no others, so the signature (RFC 8032) is computed here. The time that it takes may tell of the password
 * to whoever can measure it on this machine, and to nobody else.
 */

const p = 2n ** 255n - 19n
/** The order of the base point. */
const order = 2n ** 252n + 27742317777372353535851937790883648493n

const modulo = (value: bigint, by: bigint) => ((value % by) + by) % by

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let [square, rest] = [modulo(base, p), exponent]; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = modulo(result * square, p)
    square = modulo(square * square, p)
  }
  return result
}

const inverse = (value: bigint) => power(value, p - 2n)

const d = modulo(-121665n * inverse(121666n), p)

/** x, y, z, and x·y/z. */
type Point = readonly [bigint, bigint, bigint, bigint]

const zero: Point = [0n, 1n, 1n, 0n]

const base: Point = (() => {
  const y = modulo(4n * inverse(5n), p)
  const square = (y * y - 1n) * inverse(d * y * y + 1n)
  let x = power(square, (p + 3n) / 8n)
  if (modulo(x * x - square, p) !== 0n) x = modulo(x * power(2n, (p - 1n) / 4n), p)
  if (x & 1n) x = p - x
  return [x, y, 1n, modulo(x * y, p)]
})()

function sum(one: Point, other: Point): Point {
  const a = (one[1] - one[0]) * (other[1] - other[0])
  const b = (one[1] + one[0]) * (other[1] + other[0])
  const c = 2n * d * one[3] * other[3]
  const e = 2n * one[2] * other[2]
  const [f, g, h, i] = [b - a, modulo(e - c, p), modulo(e + c, p), b + a]
  return [modulo(f * g, p), modulo(h * i, p), modulo(g * h, p), modulo(f * i, p)]
}

function times(factor: bigint, point: Point): Point {
  let result = zero
  for (let [double, rest] = [point, factor]; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = sum(result, double)
    double = sum(double, double)
  }
  return result
}

function encoded([x, y, z]: Point): Buffer {
  const by = inverse(z)
  const isOdd = modulo(x * by, p) & 1n
  return littleEndian(modulo(y * by, p) | (isOdd << 255n))
}

const littleEndian = (value: bigint) =>
  Buffer.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex').toReversed())
const fromLittleEndian = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes.toReversed()).toString('hex')}`)

const sha512 = (...parts: readonly Uint8Array[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha512')).digest()

/** What proves to MariaDB that one knows the password: 64 bytes. */
export function signScramble(password: string, scramble: Uint8Array): Buffer {
  const message = scramble.subarray(0, 32)
  const secret = sha512(Buffer.from(password))
  const low = Buffer.from(secret.subarray(0, 32))
  low[0] = (low[0] ?? 0) & 248
  low[31] = ((low[31] ?? 0) & 63) | 64
  const scalar = fromLittleEndian(low)
  const publicKey = encoded(times(scalar, base))
  const nonce = modulo(fromLittleEndian(sha512(secret.subarray(32), message)), order)
  const commitment = encoded(times(nonce, base))
  const challenge = fromLittleEndian(sha512(commitment, publicKey, message))
  return Buffer.concat([commitment, littleEndian(modulo(nonce + challenge * scalar, order))])
}
